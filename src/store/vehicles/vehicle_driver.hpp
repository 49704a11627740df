#pragma once

#include <span>
#include <vector>

#include "database/connection.hpp"
#include "store/ids.hpp"

/// Who drives which vehicle.
namespace lotkeeper::store {

/// The people who drive each vehicle, ordered by id.
[[nodiscard]] std::vector<std::vector<ProfileId>> find_drivers(database::Connection& connection,
                                                               ClientId client,
                                                               std::span<const VehicleId> vehicles);

void add_driver(database::Connection& connection, ClientId client, VehicleId vehicle,
                ProfileId driver);

}  // namespace lotkeeper::store
