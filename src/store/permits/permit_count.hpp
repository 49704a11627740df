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

/// How many permits there are, by zone and by the names that match none.
namespace lotkeeper::store {

/// How many permits of one type are connected to a zone; without zone where `zone` is nullopt and
/// `is_disconnected` false.
struct ZoneCount {
  std::optional<ZoneId> zone;
  std::string zone_title;  ///< the zone's own name
  bool is_disconnected = false;
  domain::PermitType type = domain::PermitType::temp;
  std::int64_t total = 0;
};

/// A zone name that matches no zone, and how many permits bear it.
struct DisconnectedName {
  ZoneNameId id = 0;
  std::string name;  ///< as first sent
  std::int64_t permits = 0;
};

/// Live permits of each type that are connected to one of `zones`, from the counters: the cost is
/// that of these zones' own names.
[[nodiscard]] std::vector<ZoneCount> count_permits_in(database::Connection& connection,
                                                      ClientId client,
                                                      std::span<const ZoneId> zones);
/// The same of all zones: the names that match none cost nothing.
[[nodiscard]] std::vector<ZoneCount> count_permits_in_zones(database::Connection& connection,
                                                            ClientId client);

/// Live permits that are valid at one of two moments, counted one by one. All disconnected ones of
/// a type are one row.
[[nodiscard]] std::vector<ZoneCount> count_permits_at(database::Connection& connection,
                                                      ClientId client, base::Instant first,
                                                      base::Instant last);
/// Of these the disconnected ones, by the id of their names.
[[nodiscard]] std::map<ZoneNameId, std::int64_t> count_disconnected_at(
    database::Connection& connection, ClientId client, base::Instant first, base::Instant last);

/// At most `limit` disconnected names behind (`name`, `id`), by name and id, with their live
/// permits: of some there is none any more.
[[nodiscard]] std::vector<DisconnectedName> list_disconnected(database::Connection& connection,
                                                              ClientId client,
                                                              std::string_view name, ZoneNameId id,
                                                              std::int64_t limit);

/// At most `limit` disconnected names that have permits, those with most first (then by id), behind
/// one of `permits` permits with this id. Adds up all of them: not for an event loop.
[[nodiscard]] std::vector<DisconnectedName> rank_disconnected(database::Connection& connection,
                                                              ClientId client, std::int64_t permits,
                                                              ZoneNameId id, std::int64_t limit);

/// One of them, where it has permits.
[[nodiscard]] std::optional<DisconnectedName> find_disconnected(database::Connection& connection,
                                                                ClientId client, ZoneNameId id);

}  // namespace lotkeeper::store
