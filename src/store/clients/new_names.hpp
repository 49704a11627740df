#pragma once

#include <cstdint>
#include <vector>

#include "base/clock.hpp"
#include "database/connection.hpp"
#include "store/ids.hpp"

/// How many names integrations bring that a client did not have, day by day (UTC).
namespace lotkeeper::store {

struct NewNames {
  std::int64_t zones = 0;
  std::int64_t items = 0;  ///< makes, types and colours of vehicles
};

/// What an integration (0: an import) brought on the day of `now`.
[[nodiscard]] NewNames find_new_names(database::Connection& connection, ClientId client,
                                      IntegrationId integration, base::Instant now);

/// Adds to that and returns the new sums. Days that are over a month ago are forgotten.
NewNames add_new_names(database::Connection& connection, ClientId client, IntegrationId integration,
                       base::Instant now, const NewNames& added);

struct NewNamesRow {
  IntegrationId integration = 0;
  NewNames names;
};
/// Of all of a client's integrations, on the day of `now`.
[[nodiscard]] std::vector<NewNamesRow> list_new_names(database::Connection& connection,
                                                      ClientId client, base::Instant now);

}  // namespace lotkeeper::store
