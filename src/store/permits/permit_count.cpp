#include "store/permits/permit_count.hpp"

namespace lotkeeper::store {

using database::Connection;
using database::Parameters;
using database::Row;
using database::Statement;

namespace {

ZoneCount to_zone_count(const Row& row) {
  ZoneCount count;
  count.zone = row.maybe_integer(0);
  count.zone_title = row.text(1);
  count.type = static_cast<domain::PermitType>(row.integer(2));
  count.total = row.integer(3);
  return count;
}

DisconnectedName to_disconnected(const Row& row) {
  return {row.integer(0), std::string(row.text(1)), row.integer(2)};
}

}  // namespace

// CROSS JOIN makes SQLite join in this order: zones, then their names, then the counters. Otherwise
// it might begin with all counters.
#define LOTKEEPER_COUNTS_OF_ZONES                                                      \
  "SELECT z.zone_id, z.name, c.permit_type, CAST(SUM(c.total) AS BIGINT) FROM zone z " \
  "CROSS JOIN zone_name n CROSS JOIN permit_count c "                                  \
  "WHERE z.client_id = $1 AND n.client_id = z.client_id AND n.zone_id = z.zone_id "    \
  "AND c.client_id = n.client_id AND c.zone_name_id = n.zone_name_id "
#define LOTKEEPER_BY_ZONE_AND_TYPE "GROUP BY z.zone_id, z.name, c.permit_type"

constexpr Statement k_count_in{"permit_count.of_zone", LOTKEEPER_COUNTS_OF_ZONES
                               "AND z.zone_id = $2 " LOTKEEPER_BY_ZONE_AND_TYPE};

std::vector<ZoneCount> count_permits_in(Connection& connection, ClientId client,
                                        std::span<const ZoneId> zones) {
  std::vector<Parameters> wanted;
  wanted.reserve(zones.size());
  for (const ZoneId zone : zones) wanted.push_back({client, zone});
  std::vector<ZoneCount> counts;
  connection.run_many(k_count_in, wanted,
                      [&](std::size_t, const Row& row) { counts.push_back(to_zone_count(row)); });
  return counts;
}

constexpr Statement k_count_in_zones{"permit_count.of_zones",
                                     LOTKEEPER_COUNTS_OF_ZONES LOTKEEPER_BY_ZONE_AND_TYPE};

#undef LOTKEEPER_BY_ZONE_AND_TYPE
#undef LOTKEEPER_COUNTS_OF_ZONES

std::vector<ZoneCount> count_permits_in_zones(Connection& connection, ClientId client) {
  std::vector<ZoneCount> counts;
  connection.run(k_count_in_zones, {client},
                 [&](const Row& row) { counts.push_back(to_zone_count(row)); });
  return counts;
}

#define LOTKEEPER_VALID_AT                                            \
  "WHERE client_id = $1 AND deleted_at IS NULL AND ((start_at <= $2 " \
  "AND end_at > $2) OR (start_at <= $3 AND end_at > $3)) "

constexpr Statement k_count_at{
    "permit.count_at",
    "SELECT z.zone_id, z.name, c.permit_type, CAST(SUM(c.total) AS BIGINT), "
    "CASE WHEN c.zone_name_id <> 0 AND z.zone_id IS NULL THEN 1 ELSE 0 END FROM "
    "(SELECT client_id, zone_name_id, permit_type, COUNT(*) AS total FROM "
    "permit " LOTKEEPER_VALID_AT
    "GROUP BY client_id, zone_name_id, permit_type) c "
    "LEFT JOIN zone_name n ON n.client_id = c.client_id AND n.zone_name_id = c.zone_name_id "
    "LEFT JOIN zone z ON z.client_id = n.client_id AND z.zone_id = n.zone_id "
    "GROUP BY 1, 2, 3, 5"};

std::vector<ZoneCount> count_permits_at(Connection& connection, ClientId client,
                                        base::Instant first, base::Instant last) {
  std::vector<ZoneCount> counts;
  connection.run(k_count_at, {client, first, last}, [&](const Row& row) {
    counts.push_back(to_zone_count(row));
    counts.back().is_disconnected = row.integer(4) == 1;
  });
  return counts;
}

constexpr Statement k_count_disconnected_at{
    "permit.count_disconnected_at",
    "SELECT c.zone_name_id, c.total FROM "
    "(SELECT client_id, zone_name_id, COUNT(*) AS total FROM permit " LOTKEEPER_VALID_AT
    "GROUP BY client_id, zone_name_id) c "
    "JOIN zone_name n ON n.client_id = c.client_id AND n.zone_name_id = c.zone_name_id "
    "WHERE n.zone_id IS NULL"};

#undef LOTKEEPER_VALID_AT

std::map<ZoneNameId, std::int64_t> count_disconnected_at(Connection& connection, ClientId client,
                                                         base::Instant first, base::Instant last) {
  std::map<ZoneNameId, std::int64_t> counts;
  connection.run(k_count_disconnected_at, {client, first, last},
                 [&](const Row& row) { counts.emplace(row.integer(0), row.integer(1)); });
  return counts;
}

constexpr Statement k_list_disconnected{
    "zone_name.disconnected",
    "SELECT n.zone_name_id, n.name, (SELECT CAST(COALESCE(SUM(c.total), 0) AS BIGINT) "
    "FROM permit_count c WHERE c.client_id = n.client_id AND c.zone_name_id = n.zone_name_id) "
    "FROM zone_name n WHERE n.client_id = $1 AND n.zone_id IS NULL "
    "AND (n.name, n.zone_name_id) > ($2, $3) ORDER BY n.name, n.zone_name_id LIMIT $4"};

std::vector<DisconnectedName> list_disconnected(Connection& connection, ClientId client,
                                                std::string_view name, ZoneNameId id,
                                                std::int64_t limit) {
  std::vector<DisconnectedName> names;
  connection.run(k_list_disconnected, {client, name, id, limit},
                 [&](const Row& row) { names.push_back(to_disconnected(row)); });
  return names;
}

constexpr Statement k_rank_disconnected{
    "zone_name.ranked",
    "SELECT n.zone_name_id, n.name, CAST(SUM(c.total) AS BIGINT) FROM zone_name n "
    "CROSS JOIN permit_count c WHERE n.client_id = $1 AND n.zone_id IS NULL "
    "AND c.client_id = n.client_id AND c.zone_name_id = n.zone_name_id "
    "GROUP BY n.zone_name_id, n.name HAVING SUM(c.total) > 0 "
    "AND (SUM(c.total) < $2 OR (SUM(c.total) = $2 AND n.zone_name_id > $3)) "
    "ORDER BY 3 DESC, 1 LIMIT $4"};

std::vector<DisconnectedName> rank_disconnected(Connection& connection, ClientId client,
                                                std::int64_t permits, ZoneNameId id,
                                                std::int64_t limit) {
  std::vector<DisconnectedName> names;
  connection.run(k_rank_disconnected, {client, permits, id, limit},
                 [&](const Row& row) { names.push_back(to_disconnected(row)); });
  return names;
}

constexpr Statement k_find_disconnected{
    "zone_name.find_disconnected",
    "SELECT n.zone_name_id, n.name, CAST(SUM(c.total) AS BIGINT) FROM zone_name n "
    "CROSS JOIN permit_count c WHERE n.client_id = $1 AND n.zone_name_id = $2 "
    "AND n.zone_id IS NULL AND c.client_id = n.client_id AND c.zone_name_id = n.zone_name_id "
    "GROUP BY n.zone_name_id, n.name HAVING SUM(c.total) > 0"};

std::optional<DisconnectedName> find_disconnected(Connection& connection, ClientId client,
                                                  ZoneNameId id) {
  std::optional<DisconnectedName> found;
  connection.run(k_find_disconnected, {client, id},
                 [&](const Row& row) { found = to_disconnected(row); });
  return found;
}

}  // namespace lotkeeper::store
