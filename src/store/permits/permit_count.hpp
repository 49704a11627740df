#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "database/connection.hpp"
#include "domain/permits/permit.hpp"
#include "store/ids.hpp"

/// Counts of permits by zone, and by names that match no zone.
namespace lotkeeper::store {

/// How many permits of one type are connected to a zone. If `zone` is nullopt, counts the permits
/// without a zone or, if `is_disconnected` is true, the disconnected ones.
struct ZoneCount {
  std::optional<ZoneId> zone;
  std::string zone_title;  ///< the zone's own name
  bool is_disconnected = false;
  domain::PermitType type = domain::PermitType::temp;
  std::int64_t total = 0;
};

/// A zone name that matches no zone, and the number of its permits.
struct DisconnectedName {
  ZoneNameId id = 0;
  std::string name;  ///< as first sent
  std::int64_t permits = 0;
};

/// Live permits of each type that are connected to one of `zones`, from the counters. Reads only
/// the counters of these zones' own names.
[[nodiscard]] std::vector<ZoneCount> count_permits_in(database::Connection& connection,
                                                      ClientId client,
                                                      std::span<const ZoneId> zones);
/// The same for all zones. Names that match no zone cost nothing.
[[nodiscard]] std::vector<ZoneCount> count_permits_in_zones(database::Connection& connection,
                                                            ClientId client);

/// Live permits that are valid at one of two moments, counted one by one. All disconnected ones of
/// a type are in one row.
[[nodiscard]] std::vector<ZoneCount> count_permits_at(database::Connection& connection,
                                                      ClientId client, base::Instant first,
                                                      base::Instant last);
/// The disconnected ones among these, by the id of their name.
[[nodiscard]] std::map<ZoneNameId, std::int64_t> count_disconnected_at(
    database::Connection& connection, ClientId client, base::Instant first, base::Instant last);

/// At most `limit` disconnected names after (`name`, `id`), ordered by name and id, with their
/// numbers of live permits, which may be 0.
[[nodiscard]] std::vector<DisconnectedName> list_disconnected(database::Connection& connection,
                                                              ClientId client,
                                                              std::string_view name, ZoneNameId id,
                                                              std::int64_t limit);

/// At most `limit` disconnected names that have permits, most permits first, then by id. Starts
/// after the name with this number of `permits` and this id. Adds up all of them, so do not run it
/// on an event loop.
[[nodiscard]] std::vector<DisconnectedName> rank_disconnected(database::Connection& connection,
                                                              ClientId client, std::int64_t permits,
                                                              ZoneNameId id, std::int64_t limit);

/// One disconnected name, if it has permits.
[[nodiscard]] std::optional<DisconnectedName> find_disconnected(database::Connection& connection,
                                                                ClientId client, ZoneNameId id);

}  // namespace lotkeeper::store
