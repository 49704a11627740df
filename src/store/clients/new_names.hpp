#pragma once

#include <cstdint>
#include <vector>

#include "base/clock.hpp"
#include "database/connection.hpp"
#include "store/ids.hpp"

/// Counts the names that integrations bring and that a client did not have before, per day (UTC).
namespace lotkeeper::store {

struct NewNames {
  std::int64_t zones = 0;
  std::int64_t items = 0;  ///< makes, types and colours of vehicles
};

/// What an integration (0: an import) brought on the day of `now`.
[[nodiscard]] NewNames find_new_names(database::Connection& connection, ClientId client,
                                      IntegrationId integration, base::Instant now);

/// Adds to those counts and returns the new sums. Deletes days that are over a month old.
NewNames add_new_names(database::Connection& connection, ClientId client, IntegrationId integration,
                       base::Instant now, const NewNames& added);

struct NewNamesRow {
  IntegrationId integration = 0;
  NewNames names;
};
/// Of all integrations of a client, on the day of `now`.
[[nodiscard]] std::vector<NewNamesRow> list_new_names(database::Connection& connection,
                                                      ClientId client, base::Instant now);

}  // namespace lotkeeper::store
