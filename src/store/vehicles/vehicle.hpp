#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "database/connection.hpp"
#include "store/clients/list.hpp"
#include "store/ids.hpp"

namespace lotkeeper::store {

/// A vehicle as it is stored. Within a client, the combination of normalised plate, province and
/// plate type is unique.
struct Vehicle {
  ClientId client = 0;
  VehicleId id = 0;
  std::string plate;  ///< as sent
  std::string plate_norm;
  ItemId plate_type = 0;
  ItemId province = 0;
  std::optional<ItemId> make;
  std::optional<ItemId> type;
  std::optional<ItemId> colour;
  std::optional<std::int64_t> year;
  std::optional<std::string> vin;
  bool active = true;
  std::int64_t violations = 0;  ///< how many it has had
  std::int64_t unpaid = 0;      ///< of these, how many are still owed
  std::int64_t warnings = 0;
  std::optional<std::string> other;  ///< JSON: unknown fields that an import brought
  base::Instant created;
  std::optional<base::Instant> updated;
  std::optional<base::Instant> modified;
};

/// A vehicle with the names behind its ids, for a reply. nullopt where an id is not set.
struct NamedVehicle {
  VehicleId id = 0;
  std::optional<std::string> plate_type;
  std::optional<std::string> province;  ///< its postal abbreviation
  std::optional<std::string> make;
  std::optional<std::string> type;
  std::optional<std::string> colour;
};

/// The counter of vehicle ids.
inline constexpr std::string_view k_vehicle_ids = "vehicle";

/// Takes `count` new ids in the current transaction and returns the first.
[[nodiscard]] VehicleId take_vehicle_ids(database::Connection& connection, ClientId client,
                                         std::int64_t count);

/// For each of `vehicles`, the id of the stored one with the same plate, province and plate type.
[[nodiscard]] std::vector<std::optional<VehicleId>> find_same_vehicles(
    database::Connection& connection, std::span<const Vehicle* const> vehicles);

/// Stores vehicles, except those that exist already by id or by plate, province and plate type.
/// Returns for each whether it was stored.
[[nodiscard]] std::vector<bool> insert_vehicles(database::Connection& connection,
                                                std::span<const Vehicle* const> vehicles);

/// The vehicle of each id, if it exists.
[[nodiscard]] std::vector<std::optional<Vehicle>> find_vehicles(database::Connection& connection,
                                                                ClientId client,
                                                                std::span<const VehicleId> ids);

/// Reads a row that begins with NamedVehicle's members: the id and the names, in their order.
[[nodiscard]] NamedVehicle to_named_vehicle(const database::Row& row);

/// The query of `find_vehicles_by_plate`, for asking several questions at once. Adds to `found` in
/// any order.
[[nodiscard]] database::Question ask_vehicles_by_plate(ClientId client, std::string_view plate_norm,
                                                       std::vector<NamedVehicle>& found);

/// The vehicles with exactly this plate, ordered by id.
[[nodiscard]] std::vector<NamedVehicle> find_vehicles_by_plate(database::Connection& connection,
                                                               ClientId client,
                                                               std::string_view plate_norm);

}  // namespace lotkeeper::store
