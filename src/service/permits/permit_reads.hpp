#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/time.hpp"
#include "store/permits/permit.hpp"
#include "store/permits/permit_count.hpp"
#include "store/vehicles/vehicle.hpp"

/// What is asked about permits: `permits/check` and `permits/stats`.
namespace lotkeeper::service {

/// A zone name as a question bears it.
struct AskedZone {
  std::string name;  ///< as sent
  std::string name_norm;
};

struct PlateCheck {
  store::ClientId client = 0;
  std::string plate_norm;
  std::optional<AskedZone> zone;
  domain::PossibleTimes
      at;  ///< in an hour that occurs twice a permit counts if it is valid at either
};

struct PlateAnswer {
  std::vector<store::ValidPermit> valid;
  /// At most 5 valid permits of plates that a camera could take for this one.
  std::vector<store::ValidPermit> near;
  std::vector<store::NamedVehicle> vehicles;  ///< of exactly this plate
  bool zone_known = true;
};

inline constexpr std::size_t k_most_near_plates = 5;

[[nodiscard]] PlateAnswer check_plate(database::Connection& connection, const PlateCheck& check);

/// How many are asked about at once.
enum class Statements {
  for_each,
  on_arrays,       ///< PostgreSQL; throws database::NotSupported where the engine takes none
  in_transaction,  ///< for each, in the transaction in hand
};

/// The answer to each, all of one moment, in one round trip.
[[nodiscard]] std::vector<PlateAnswer> check_plates(database::Connection& connection,
                                                    std::span<const PlateCheck* const> checks,
                                                    Statements statements);

struct StatsQuestion {
  store::ClientId client = 0;
  std::optional<std::vector<AskedZone>> zones;  ///< nullopt: all
  std::optional<domain::PossibleTimes> active_at;
};

struct ZoneTotal {
  std::string zone;
  domain::PermitType type = domain::PermitType::temp;
  std::int64_t total = 0;
};

struct Stats {
  std::vector<ZoneTotal> zones;  ///< by zone name, then type, both by code point
  std::int64_t without_zone = 0;
  std::vector<std::string> unknown_zones;  ///< of those asked for, as sent
};

/// Counts what is connected to a zone, or has none. Its cost is that of the zones that are asked
/// for, whatever other names permits bear; with `active_at` it is that of all permits.
[[nodiscard]] Stats count_permits(database::Connection& connection, const StatsQuestion& question);

/// The names that match no zone, and the live permits of each, by name and some at a time: there
/// may be as many as vendors care to invent.
class DisconnectedNames {
 public:
  DisconnectedNames(store::ClientId client, std::optional<domain::PossibleTimes> active_at)
      : m_client(client), m_active_at(active_at) {}

  /// Those among the next `most` names that have permits.
  [[nodiscard]] std::vector<store::DisconnectedName> next(database::Connection& connection,
                                                          std::int64_t most);
  [[nodiscard]] bool is_at_end() const { return m_is_at_end; }

 private:
  store::ClientId m_client;
  std::optional<domain::PossibleTimes> m_active_at;
  /// With `m_active_at`, counted once.
  std::optional<std::map<store::ZoneNameId, std::int64_t>> m_active;
  std::string m_last;
  store::ZoneNameId m_last_id = 0;
  bool m_is_at_end = false;
};

}  // namespace lotkeeper::service
