#include "store/vehicles/vehicle.hpp"

#include <algorithm>

namespace lotkeeper::store {

using database::Connection;
using database::Parameters;
using database::Row;
using database::Statement;

namespace {

std::optional<std::string> maybe_text(const Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return std::string(row.text(column));
}

}  // namespace

VehicleId take_vehicle_ids(Connection& connection, ClientId client, std::int64_t count) {
  return take_ids(connection, client, k_vehicle_ids, count);
}

constexpr Statement k_find_same{
    "vehicle.same",
    "SELECT vehicle_id FROM vehicle WHERE client_id = $1 AND plate_norm = $2 "
    "AND province_id = $3 AND plate_type_id = $4"};

std::vector<std::optional<VehicleId>> find_same_vehicles(Connection& connection,
                                                         std::span<const Vehicle* const> vehicles) {
  std::vector<std::optional<VehicleId>> same(vehicles.size());
  std::vector<Parameters> wanted;
  wanted.reserve(vehicles.size());
  for (const Vehicle* vehicle : vehicles) {
    wanted.push_back(
        {vehicle->client, vehicle->plate_norm, vehicle->province, vehicle->plate_type});
  }
  connection.run_many(k_find_same, wanted,
                      [&](std::size_t index, const Row& row) { same[index] = row.integer(0); });
  return same;
}

constexpr Statement k_insert{
    "vehicle.insert",
    "INSERT INTO vehicle (client_id, vehicle_id, plate, plate_norm, plate_type_id, province_id, "
    "make_id, vehicle_type_id, colour_id, year, vin, active, violations, unpaid, warnings, other, "
    "created_at, updated_at, modified_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
    "$12, $13, $14, $15, $16, $17, $18, $19) ON CONFLICT DO NOTHING"};

std::vector<bool> insert_vehicles(Connection& connection,
                                  std::span<const Vehicle* const> vehicles) {
  std::vector<Parameters> rows;
  rows.reserve(vehicles.size());
  for (const Vehicle* vehicle : vehicles) {
    rows.push_back({vehicle->client, vehicle->id, vehicle->plate, vehicle->plate_norm,
                    vehicle->plate_type, vehicle->province, vehicle->make, vehicle->type,
                    vehicle->colour, vehicle->year, vehicle->vin, vehicle->active ? 1 : 0,
                    vehicle->violations, vehicle->unpaid, vehicle->warnings, vehicle->other,
                    vehicle->created, vehicle->updated, vehicle->modified});
  }
  std::vector<bool> stored;
  stored.reserve(rows.size());
  for (const std::int64_t written : connection.run_many(k_insert, rows)) {
    stored.push_back(written > 0);
  }
  return stored;
}

constexpr Statement k_find{
    "vehicle.find",
    "SELECT plate, plate_norm, plate_type_id, province_id, make_id, vehicle_type_id, colour_id, "
    "year, vin, active, violations, unpaid, warnings, other, created_at, updated_at, modified_at "
    "FROM vehicle WHERE client_id = $1 AND vehicle_id = $2"};

std::vector<std::optional<Vehicle>> find_vehicles(Connection& connection, ClientId client,
                                                  std::span<const VehicleId> ids) {
  std::vector<std::optional<Vehicle>> found(ids.size());
  std::vector<Parameters> wanted;
  wanted.reserve(ids.size());
  for (const VehicleId id : ids) wanted.push_back({client, id});
  connection.run_many(k_find, wanted, [&](std::size_t index, const Row& row) {
    Vehicle vehicle;
    vehicle.client = client;
    vehicle.id = ids[index];
    vehicle.plate = row.text(0);
    vehicle.plate_norm = row.text(1);
    vehicle.plate_type = row.integer(2);
    vehicle.province = row.integer(3);
    vehicle.make = row.maybe_integer(4);
    vehicle.type = row.maybe_integer(5);
    vehicle.colour = row.maybe_integer(6);
    vehicle.year = row.maybe_integer(7);
    vehicle.vin = maybe_text(row, 8);
    vehicle.active = row.integer(9) != 0;
    vehicle.violations = row.integer(10);
    vehicle.unpaid = row.integer(11);
    vehicle.warnings = row.integer(12);
    vehicle.other = maybe_text(row, 13);
    vehicle.created = row.instant(14);
    vehicle.updated = row.maybe_instant(15);
    vehicle.modified = row.maybe_instant(16);
    found[index] = std::move(vehicle);
  });
  return found;
}

NamedVehicle to_named_vehicle(const Row& row) {
  return {row.integer(0),     maybe_text(row, 1), maybe_text(row, 2),
          maybe_text(row, 3), maybe_text(row, 4), maybe_text(row, 5)};
}

// In the order of the index on plates. The order costs nothing and makes SQLite choose that index.
// Without statistics, SQLite estimates that reading all of a client's vehicles is as quick.
constexpr Statement k_find_by_plate{
    "vehicle.by_plate",
    "SELECT v.vehicle_id, plate_type.name, province.code, make.name, vehicle_type.name, "
    "colour.name FROM vehicle v "
    "LEFT JOIN list_item plate_type ON plate_type.client_id = v.client_id "
    "AND plate_type.kind = 'plate-type' AND plate_type.item_id = v.plate_type_id "
    "LEFT JOIN list_item province ON province.client_id = v.client_id "
    "AND province.kind = 'province' AND province.item_id = v.province_id "
    "LEFT JOIN list_item make ON make.client_id = v.client_id "
    "AND make.kind = 'make' AND make.item_id = v.make_id "
    "LEFT JOIN list_item vehicle_type ON vehicle_type.client_id = v.client_id "
    "AND vehicle_type.kind = 'type' AND vehicle_type.item_id = v.vehicle_type_id "
    "LEFT JOIN list_item colour ON colour.client_id = v.client_id "
    "AND colour.kind = 'colour' AND colour.item_id = v.colour_id "
    "WHERE v.client_id = $1 AND v.plate_norm = $2 ORDER BY v.province_id, v.plate_type_id"};

database::Question ask_vehicles_by_plate(ClientId client, std::string_view plate_norm,
                                         std::vector<NamedVehicle>& found) {
  return {&k_find_by_plate, {client, plate_norm}, [&found](const Row& row) {
            found.push_back(to_named_vehicle(row));
          }};
}

std::vector<NamedVehicle> find_vehicles_by_plate(Connection& connection, ClientId client,
                                                 std::string_view plate_norm) {
  std::vector<NamedVehicle> vehicles;
  const database::Question question = ask_vehicles_by_plate(client, plate_norm, vehicles);
  connection.ask(std::span(&question, 1));
  std::ranges::sort(vehicles, {}, &NamedVehicle::id);
  return vehicles;
}

}  // namespace lotkeeper::store
