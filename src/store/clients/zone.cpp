#include "store/clients/zone.hpp"

namespace lotkeeper::store {

using database::Connection;
using database::Parameters;
using database::Row;
using database::Statement;

ZoneName to_zone_name(const Row& row) { return {row.integer(0), row.maybe_integer(1), false}; }

constexpr Statement k_find_name{
    "zone_name.find",
    "SELECT zone_name_id, zone_id FROM zone_name WHERE client_id = $1 AND name_norm = $2"};

constexpr Statement k_insert_name{
    "zone_name.insert",
    "INSERT INTO zone_name (client_id, zone_name_id, name, name_norm) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT DO NOTHING"};

std::vector<ZoneName> intern_zone_names(Connection& connection, ClientId client,
                                        std::span<const SentZoneName> names) {
  std::vector<ZoneName> found(names.size());
  const auto look_up = [&] {
    std::vector<Parameters> wanted;
    wanted.reserve(names.size());
    for (const SentZoneName& name : names) wanted.push_back({client, name.name_norm});
    connection.run_many(k_find_name, wanted, [&](std::size_t index, const Row& row) {
      found[index] = to_zone_name(row);
    });
  };
  look_up();

  std::vector<const SentZoneName*> missing;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (found[i].id == 0) missing.push_back(&names[i]);
  }
  if (missing.empty()) return found;

  std::int64_t next =
      take_ids(connection, client, "zone_name", static_cast<std::int64_t>(missing.size()));
  std::vector<Parameters> rows;
  rows.reserve(missing.size());
  for (const SentZoneName* name : missing) {
    rows.push_back({client, next++, name->name, name->name_norm});
  }
  connection.run_many(k_insert_name, rows);
  const std::vector<ZoneName> known = found;
  look_up();  // another server may have added a name first: then its row counts
  for (std::size_t i = 0; i < found.size(); ++i) found[i].is_new = known[i].id == 0;
  return found;
}

database::Question ask_zone_name(ClientId client, std::string_view name_norm,
                                 std::optional<ZoneName>& found) {
  return {
      &k_find_name, {client, name_norm}, [&found](const Row& row) { found = to_zone_name(row); }};
}

std::optional<ZoneName> find_zone_name(Connection& connection, ClientId client,
                                       std::string_view name_norm) {
  std::optional<ZoneName> found;
  const database::Question question = ask_zone_name(client, name_norm, found);
  connection.ask(std::span(&question, 1));
  return found;
}

constexpr Statement k_find_zone{
    "zone.find",
    "SELECT zone_id, name, capacity FROM zone WHERE client_id = $1 AND name_norm = $2"};

std::optional<Zone> find_zone(Connection& connection, ClientId client, std::string_view name_norm) {
  std::optional<Zone> found;
  connection.run(k_find_zone, {client, name_norm}, [&](const Row& row) {
    found = Zone{row.integer(0), std::string(row.text(1)), row.maybe_integer(2), {}};
  });
  return found;
}

constexpr Statement k_list_zones{
    "zone.list", "SELECT zone_id, name, capacity FROM zone WHERE client_id = $1 ORDER BY name"};

constexpr Statement k_list_aliases{
    "zone.aliases",
    "SELECT n.zone_id, n.name FROM zone_name n "
    "JOIN zone z ON z.client_id = n.client_id AND z.zone_id = n.zone_id "
    "WHERE n.client_id = $1 AND n.name_norm <> z.name_norm ORDER BY n.name"};

std::vector<Zone> list_zones(Connection& connection, ClientId client) {
  std::vector<Zone> zones;
  connection.run(k_list_zones, {client}, [&](const Row& row) {
    zones.push_back({row.integer(0), std::string(row.text(1)), row.maybe_integer(2), {}});
  });
  connection.run(k_list_aliases, {client}, [&](const Row& row) {
    for (Zone& zone : zones) {
      if (zone.id == row.integer(0)) zone.aliases.emplace_back(row.text(1));
    }
  });
  return zones;
}

constexpr Statement k_insert_zone{
    "zone.insert",
    "INSERT INTO zone (client_id, zone_id, name, name_norm, capacity, created_at) "
    "VALUES ($1, $2, $3, $4, $5, $6)"};

void insert_zone(Connection& connection, ClientId client, const Zone& zone,
                 std::string_view name_norm, base::Instant now) {
  connection.run(k_insert_zone, {client, zone.id, zone.name, name_norm, zone.capacity, now});
}

constexpr Statement k_rename_zone{
    "zone.rename",
    "UPDATE zone SET name = $3, name_norm = $4 WHERE client_id = $1 AND zone_id = $2"};

void rename_zone(Connection& connection, ClientId client, ZoneId zone, std::string_view name,
                 std::string_view name_norm) {
  connection.run(k_rename_zone, {client, zone, name, name_norm});
}

constexpr Statement k_set_capacity{
    "zone.capacity", "UPDATE zone SET capacity = $3 WHERE client_id = $1 AND zone_id = $2"};

void set_capacity(Connection& connection, ClientId client, ZoneId zone,
                  std::optional<std::int64_t> capacity) {
  connection.run(k_set_capacity, {client, zone, capacity});
}

constexpr Statement k_connect_name{
    "zone_name.connect",
    "UPDATE zone_name SET zone_id = $3 WHERE client_id = $1 AND zone_name_id = $2"};

void connect_zone_name(Connection& connection, ClientId client, const SentZoneName& name,
                       ZoneId zone) {
  const ZoneName row = intern_zone_names(connection, client, std::span(&name, 1)).front();
  connection.run(k_connect_name, {client, row.id, zone});
}

constexpr Statement k_disconnect{
    "zone_name.disconnect",
    "UPDATE zone_name SET zone_id = NULL WHERE client_id = $1 AND zone_name_id = $2"};

void disconnect_zone_name(Connection& connection, ClientId client, ZoneNameId name) {
  connection.run(k_disconnect, {client, name});
}

constexpr Statement k_count_permits{
    "permit_count.of_name",
    "SELECT CAST(COALESCE(SUM(total), 0) AS BIGINT) FROM permit_count "
    "WHERE client_id = $1 AND zone_name_id = $2"};

std::int64_t count_permits_of_name(Connection& connection, ClientId client, ZoneNameId name) {
  std::int64_t count = 0;
  connection.run(k_count_permits, {client, name}, [&](const Row& row) { count = row.integer(0); });
  return count;
}

}  // namespace lotkeeper::store
