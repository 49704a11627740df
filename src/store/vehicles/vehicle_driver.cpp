#include "store/vehicles/vehicle_driver.hpp"

namespace lotkeeper::store {

using database::Connection;
using database::Parameters;
using database::Row;
using database::Statement;

constexpr Statement k_find{
    "vehicle_driver.find",
    "SELECT profile_id FROM vehicle_driver WHERE client_id = $1 AND vehicle_id = $2 "
    "ORDER BY profile_id"};

std::vector<std::vector<ProfileId>> find_drivers(Connection& connection, ClientId client,
                                                 std::span<const VehicleId> vehicles) {
  std::vector<std::vector<ProfileId>> found(vehicles.size());
  std::vector<Parameters> wanted;
  wanted.reserve(vehicles.size());
  for (const VehicleId vehicle : vehicles) wanted.push_back({client, vehicle});
  connection.run_many(k_find, wanted, [&](std::size_t index, const Row& row) {
    found[index].push_back(row.integer(0));
  });
  return found;
}

constexpr Statement k_add{
    "vehicle_driver.add",
    "INSERT INTO vehicle_driver (client_id, vehicle_id, profile_id) VALUES ($1, $2, $3) "
    "ON CONFLICT DO NOTHING"};

void add_driver(Connection& connection, ClientId client, VehicleId vehicle, ProfileId driver) {
  connection.run(k_add, {client, vehicle, driver});
}

}  // namespace lotkeeper::store
