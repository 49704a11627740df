#pragma once

#include <vector>

#include "cli/demo/town/town.hpp"
#include "service/commit/command.hpp"
#include "store/clients/zone.hpp"
#include "store/operators/operator.hpp"

namespace lotkeeper::cli::demo {

/// The ids of the town's vendors, operators and zones in the database, in the order of places.hpp.
struct TownKeys {
  store::ClientId client = 0;
  std::vector<store::IntegrationId> vendors;
  std::vector<store::TokenId> tokens;
  std::vector<store::Operator> operators;
  std::vector<store::Zone> zones;
};

/// Writes the people, vehicles, permits and actions of a town made for `now` in the current
/// transaction. Each is written at its own time and with the server's own functions. Throws
/// std::runtime_error if one is refused.
void settle(service::WriteBatch& batch, const Town& town, const TownKeys& keys, Instant now);

/// Writes the requests of the town's vendors: counts by hour, and each request of the last days.
void write_requests(database::Connection& connection, const Town& town, const TownKeys& keys,
                    Instant now);

}  // namespace lotkeeper::cli::demo
