#pragma once

#include <optional>
#include <string>
#include <vector>

#include "service/commit/command.hpp"
#include "store/vehicles/vehicle.hpp"

/// The verbs that change vehicles (chapter "Push API: Vehicle Create" of the API document).
namespace lotkeeper::service {

/// An entry of one of the client's lists, as a caller names it: by id, by name, or by a name of
/// digits, which is an id where there is one.
struct SentItem {
  std::optional<store::ItemId> id;
  std::string name;       ///< empty where an id alone was sent
  std::string name_norm;  ///< as names of that list are compared
};

/// What a vehicle points to. Where one is nullopt it was not sent, or was malformed.
struct SentItems {
  std::optional<SentItem> plate_type;
  std::optional<SentItem> province;  ///< its name may be a postal abbreviation
  std::optional<SentItem> make;
  std::optional<SentItem> type;
  std::optional<SentItem> colour;
};

/// A vehicle to be stored; its id is taken from the client's counter where it is. Names of makes,
/// types and colours that the client does not have are added to its lists: all that an import
/// without an integration brings, 1,000 a day of each integration; beyond that the vehicle is
/// stored without them, with a warning. The receipt's reference is the vehicle's id.
///
/// Refused, all at once: 9033 for each id, and each name of a plate type or province, that the
/// client does not have. Otherwise 9012 where a vehicle has the same normalised plate, province and
/// plate type. What is refused adds nothing to the lists.
class PushVehicle final : public Command {
 public:
  store::Vehicle vehicle;  ///< client, plate, year and VIN; the rest is found when it is applied
  SentItems items;         ///< with a plate type and a province
  store::IntegrationId integration = 0;  ///< who sent it; 0: an import
  std::vector<std::string> warnings;

  [[nodiscard]] Apply apply() const override;
};

/// The faults of `items` that only the store can find (9033), for a request that is refused for
/// others as well.
[[nodiscard]] std::vector<domain::Fault> find_unknown_items(database::Connection& connection,
                                                            store::ClientId client,
                                                            const SentItems& items);

}  // namespace lotkeeper::service
