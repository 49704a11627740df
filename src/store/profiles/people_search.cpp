#include "store/profiles/people_search.hpp"

namespace lotkeeper::store {

using database::Connection;
using database::Row;
using database::Statement;

constexpr Statement k_by_id{"vehicle.list",
                            "SELECT vehicle_id FROM vehicle WHERE client_id = $1 "
                            "AND vehicle_id > $2 ORDER BY vehicle_id LIMIT $3"};
// The highest code point ends the range of plates that begin with the given text.
constexpr Statement k_by_plate{
    "vehicle.list_by_plate",
    "SELECT vehicle_id FROM vehicle WHERE client_id = $1 AND plate_norm >= $2 AND plate_norm < $3 "
    "AND (plate_norm > $4 OR (plate_norm = $4 AND vehicle_id > $5)) "
    "ORDER BY plate_norm, vehicle_id LIMIT $6"};

std::vector<Vehicle> list_vehicles(Connection& connection, const VehiclePlace& place,
                                   std::int64_t limit) {
  std::vector<VehicleId> ids;
  const auto take = [&ids](const Row& row) { ids.push_back(row.integer(0)); };
  if (place.plate_start.empty()) {
    connection.run(k_by_id, {place.client, place.after_id, limit}, take);
  } else {
    const std::string end = place.plate_start + "\xF4\x8F\xBF\xBF";
    connection.run(k_by_plate,
                   {place.client, place.plate_start, end, place.after_plate, place.after_id, limit},
                   take);
  }
  std::vector<Vehicle> vehicles;
  for (auto& vehicle : find_vehicles(connection, place.client, ids)) {
    if (vehicle) vehicles.push_back(std::move(*vehicle));
  }
  return vehicles;
}

constexpr Statement k_profiles{"profile.list",
                               "SELECT profile_id FROM profile WHERE client_id = $1 "
                               "AND profile_id > $2 ORDER BY profile_id LIMIT $3"};

std::vector<ProfileId> list_profile_ids(Connection& connection, ClientId client, ProfileId after,
                                        std::int64_t limit) {
  std::vector<ProfileId> ids;
  connection.run(k_profiles, {client, after, limit},
                 [&](const Row& row) { ids.push_back(row.integer(0)); });
  return ids;
}

constexpr Statement k_of_driver{
    "vehicle_driver.vehicles",
    "SELECT vehicle_id FROM vehicle_driver WHERE client_id = $1 AND profile_id = $2 "
    "ORDER BY vehicle_id LIMIT 100"};

std::vector<VehicleId> list_vehicles_of_driver(Connection& connection, ClientId client,
                                               ProfileId driver) {
  std::vector<VehicleId> ids;
  connection.run(k_of_driver, {client, driver},
                 [&](const Row& row) { ids.push_back(row.integer(0)); });
  return ids;
}

}  // namespace lotkeeper::store
