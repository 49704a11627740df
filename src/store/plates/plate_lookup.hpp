#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "database/connection.hpp"
#include "store/clients/zone.hpp"
#include "store/permits/permit.hpp"
#include "store/vehicles/vehicle.hpp"

/// The data that a plate check needs.
namespace lotkeeper::store {

struct PlateQuestion {
  ClientId client = 0;
  std::string_view plate_norm;
  std::string plate_shape;
  base::Instant first;
  base::Instant last;
  std::optional<std::string_view> zone_name_norm;
};

struct PlateRecord {
  std::optional<ZoneName> zone;        ///< if one was asked for and is known
  std::vector<ValidPermit> permits;    ///< as from `find_valid`, in any order
  std::vector<NamedVehicle> vehicles;  ///< with exactly this plate, in any order
};

/// The record of each question, all from one snapshot, in one round trip. `in_transaction`: uses
/// the current transaction.
[[nodiscard]] std::vector<PlateRecord> look_up_plates(database::Connection& connection,
                                                      std::span<const PlateQuestion> questions,
                                                      bool in_transaction = false);

/// The same in three statements for all questions together. This takes PostgreSQL half the time of
/// three statements for each. Throws database::NotSupported if the engine does not support them.
[[nodiscard]] std::vector<PlateRecord> look_up_plates_on_arrays(
    database::Connection& connection, std::span<const PlateQuestion> questions);

}  // namespace lotkeeper::store
