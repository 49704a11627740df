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

/// A vehicle as it is stored. Within a client no two have the same normalised plate, province and
/// plate type.
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
  std::int64_t unpaid = 0;      ///< of these, still owed
  std::int64_t warnings = 0;
  std::optional<std::string> other;  ///< JSON: what an import brought beyond
  base::Instant created;
  std::optional<base::Instant> updated;
  std::optional<base::Instant> modified;
};

/// A vehicle with the names of what it points to, for a reply; nullopt where there is none.
struct NamedVehicle {
  VehicleId id = 0;
  std::optional<std::string> plate_type;
  std::optional<std::string> province;  ///< its postal abbreviation
  std::optional<std::string> make;
  std::optional<std::string> type;
  std::optional<std::string> colour;
};

/// What vehicles' ids count under.
inline constexpr std::string_view k_vehicle_ids = "vehicle";

/// The first of `count` new ids, inside the transaction in hand.
[[nodiscard]] VehicleId take_vehicle_ids(database::Connection& connection, ClientId client,
                                         std::int64_t count);

/// For each of `vehicles` the id of the one that stands with the same plate, province and plate
/// type.
[[nodiscard]] std::vector<std::optional<VehicleId>> find_same_vehicles(
    database::Connection& connection, std::span<const Vehicle* const> vehicles);

/// Stores those that do not stand yet, by id or by plate, province and plate type. True for each
/// that was stored.
[[nodiscard]] std::vector<bool> insert_vehicles(database::Connection& connection,
                                                std::span<const Vehicle* const> vehicles);

/// For each id its vehicle, where there is one.
[[nodiscard]] std::vector<std::optional<Vehicle>> find_vehicles(database::Connection& connection,
                                                                ClientId client,
                                                                std::span<const VehicleId> ids);

/// Of a row that begins with its id and its names, in the order of NamedVehicle.
[[nodiscard]] NamedVehicle to_named_vehicle(const database::Row& row);

/// What `find_vehicles_by_plate` asks, for several questions at once; into `found` in any order.
[[nodiscard]] database::Question ask_vehicles_by_plate(ClientId client, std::string_view plate_norm,
                                                       std::vector<NamedVehicle>& found);

/// The vehicles of exactly this plate, by id.
[[nodiscard]] std::vector<NamedVehicle> find_vehicles_by_plate(database::Connection& connection,
                                                               ClientId client,
                                                               std::string_view plate_norm);

}  // namespace lotkeeper::store
