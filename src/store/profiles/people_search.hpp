#pragma once

#include <string>
#include <vector>

#include "database/connection.hpp"
#include "store/ids.hpp"
#include "store/vehicles/vehicle.hpp"

/// Vehicles and profiles for browsing. Pages follow a key.
namespace lotkeeper::store {

/// The start of a page of vehicles: along the ids or, if the start of a plate is given, along the
/// plates.
struct VehiclePlace {
  ClientId client = 0;
  std::string plate_start;  ///< normalised; empty: any plate
  VehicleId after_id = 0;
  std::string after_plate;  ///< normalised plate of the vehicle `after_id`
};
[[nodiscard]] std::vector<Vehicle> list_vehicles(database::Connection& connection,
                                                 const VehiclePlace& place, std::int64_t limit);

/// The ids above `after`.
[[nodiscard]] std::vector<ProfileId> list_profile_ids(database::Connection& connection,
                                                      ClientId client, ProfileId after,
                                                      std::int64_t limit);

/// The vehicles that a person drives.
[[nodiscard]] std::vector<VehicleId> list_vehicles_of_driver(database::Connection& connection,
                                                             ClientId client, ProfileId driver);

}  // namespace lotkeeper::store
