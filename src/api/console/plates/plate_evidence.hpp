#pragma once

#include <optional>
#include <string>

#include "service/commit/command.hpp"
#include "store/clients/zone.hpp"
#include "store/plates/plate_check.hpp"

/// Plate checks that are not asked over HTTP: the demo's town has officers of its own.
namespace lotkeeper::api::console {

struct PlateAsked {
  store::ClientId client = 0;
  std::string plate;  ///< with a letter or digit
  std::optional<store::Zone> zone;
  std::string operator_name;  ///< of the batch's operator
};

/// Checks a plate at the batch's moment and keeps the answer as evidence, as `checkPlate` does, in
/// the transaction in hand.
store::PlateCheckRow keep_plate_check(service::WriteBatch& batch, const PlateAsked& asked);

}  // namespace lotkeeper::api::console
