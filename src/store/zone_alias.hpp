#pragma once

#include <cstdint>

#include "database/connection.hpp"
#include "store/ids.hpp"

/// Aliases that are taken back.
namespace lotkeeper::store {

/// From now on the name means nothing: permits that bear it, past and coming, are disconnected.
void disconnect_zone_name(database::Connection& connection, ClientId client, ZoneNameId name);

/// How many live permits bear a zone name.
[[nodiscard]] std::int64_t count_permits_of_name(database::Connection& connection, ClientId client,
                                                 ZoneNameId name);

}  // namespace lotkeeper::store
