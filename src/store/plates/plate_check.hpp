#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "database/connection.hpp"
#include "store/ids.hpp"

/// Records of plate checks: what was known when an officer asked.
namespace lotkeeper::store {

struct PlateCheckRow {
  CheckId id = 0;
  OperatorId operator_id = 0;
  std::string operator_name;  ///< empty if the operator was removed since
  base::Instant checked;
  base::Instant at;   ///< the moment the question was about
  std::string plate;  ///< as asked
  std::string plate_norm;
  std::optional<ZoneId> zone;
  std::string zone_title;
  bool valid = false;
  std::string found;  ///< JSON: what was shown; only ids in checks older than this field
};

/// Stores a check under a new id and returns the id.
CheckId insert_plate_check(database::Connection& connection, ClientId client,
                           const PlateCheckRow& check);
/// Whether a client has made `most` checks since then.
[[nodiscard]] bool has_made_checks(database::Connection& connection, ClientId client,
                                   std::int64_t most, base::Instant since);
[[nodiscard]] bool has_plate_check(database::Connection& connection, ClientId client, CheckId id);
[[nodiscard]] std::optional<PlateCheckRow> find_plate_check(database::Connection& connection,
                                                            ClientId client, CheckId id);
/// Checks with ids below `before`, latest first: of one plate, or of all (empty).
[[nodiscard]] std::vector<PlateCheckRow> list_plate_checks(database::Connection& connection,
                                                           ClientId client,
                                                           std::string_view plate_norm,
                                                           CheckId before, std::int64_t limit);

}  // namespace lotkeeper::store
