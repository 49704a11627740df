#pragma once

#include <vector>

#include "cli/demo/town/town.hpp"
#include "service/commit/command.hpp"
#include "store/clients/zone.hpp"
#include "store/operators/operator.hpp"

namespace lotkeeper::cli::demo {

/// What the town's vendors, operators and zones go by in the database, in the order of places.hpp.
struct TownKeys {
  store::ClientId client = 0;
  std::vector<store::IntegrationId> vendors;
  std::vector<store::TokenId> tokens;
  std::vector<store::Operator> operators;
  std::vector<store::Zone> zones;
};

/// Writes the people, vehicles, permits and deeds of a town made for `now` in the transaction in
/// hand, each at its own moment and by the verbs that the server has for it. Throws
/// std::runtime_error where one is refused.
void settle(service::WriteBatch& batch, const Town& town, const TownKeys& keys, Instant now);

/// What the town's vendors asked: the hours' counts, and the last days' requests one by one.
void write_requests(database::Connection& connection, const Town& town, const TownKeys& keys,
                    Instant now);

}  // namespace lotkeeper::cli::demo
