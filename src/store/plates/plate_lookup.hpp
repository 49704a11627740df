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

/// What a plate check wants to know of the store.
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
  std::optional<ZoneName> zone;        ///< where one was asked for and is known
  std::vector<ValidPermit> permits;    ///< as `find_valid` has them, in any order
  std::vector<NamedVehicle> vehicles;  ///< of exactly this plate, in any order
};

/// The record of each question, all of one moment, in one round trip. `in_transaction`: asked in
/// the transaction in hand.
[[nodiscard]] std::vector<PlateRecord> look_up_plates(database::Connection& connection,
                                                      std::span<const PlateQuestion> questions,
                                                      bool in_transaction = false);

/// The same in three statements for all of them, which takes PostgreSQL half of the time that three
/// for each take. Throws database::NotSupported where the engine does not take them.
[[nodiscard]] std::vector<PlateRecord> look_up_plates_on_arrays(
    database::Connection& connection, std::span<const PlateQuestion> questions);

}  // namespace lotkeeper::store
