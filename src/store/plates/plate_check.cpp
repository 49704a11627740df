#include "store/plates/plate_check.hpp"

namespace lotkeeper::store {

using database::Connection;
using database::Row;
using database::Statement;

constexpr Statement k_insert{
    "plate_check.insert",
    "INSERT INTO plate_check (client_id, check_id, operator_id, checked_at, at, plate, plate_norm, "
    "zone_id, valid, found) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"};

CheckId insert_plate_check(Connection& connection, ClientId client, const PlateCheckRow& check) {
  const CheckId id = take_ids(connection, client, "plate_check");
  connection.run(k_insert, {client, id, check.operator_id, check.checked, check.at, check.plate,
                            check.plate_norm, check.zone, check.valid ? 1 : 0, check.found});
  return id;
}

// Ids count up, so looking at the check that many ids ago is enough, however many checks there are.
constexpr Statement k_made{
    "plate_check.made",
    "SELECT 1 FROM id_counter i JOIN plate_check c ON c.client_id = i.client_id "
    "AND c.check_id = i.last_id - $2 WHERE i.client_id = $1 AND i.kind = 'plate_check' "
    "AND c.checked_at > $3"};

bool has_made_checks(Connection& connection, ClientId client, std::int64_t most,
                     base::Instant since) {
  bool has = false;
  connection.run(k_made, {client, most - 1, since}, [&](const Row&) { has = true; });
  return has;
}

constexpr Statement k_has{"plate_check.has",
                          "SELECT 1 FROM plate_check WHERE client_id = $1 AND check_id = $2"};

bool has_plate_check(Connection& connection, ClientId client, CheckId id) {
  bool has = false;
  connection.run(k_has, {client, id}, [&](const Row&) { has = true; });
  return has;
}

#define LOTKEEPER_PLATE_CHECK                                                             \
  "SELECT c.check_id, c.operator_id, o.name, c.checked_at, c.at, c.plate, c.plate_norm, " \
  "c.zone_id, z.name, c.valid, c.found FROM plate_check c "                               \
  "LEFT JOIN operator o ON o.operator_id = c.operator_id "                                \
  "LEFT JOIN zone z ON z.client_id = c.client_id AND z.zone_id = c.zone_id "

namespace {

PlateCheckRow to_check(const Row& row) {
  return {row.integer(0),           row.integer(1),           std::string(row.text(2)),
          row.instant(3),           row.instant(4),           std::string(row.text(5)),
          std::string(row.text(6)), row.maybe_integer(7),     std::string(row.text(8)),
          row.integer(9) != 0,      std::string(row.text(10))};
}

}  // namespace

constexpr Statement k_find{"plate_check.find",
                           LOTKEEPER_PLATE_CHECK "WHERE c.client_id = $1 AND c.check_id = $2"};

std::optional<PlateCheckRow> find_plate_check(Connection& connection, ClientId client, CheckId id) {
  std::optional<PlateCheckRow> check;
  connection.run(k_find, {client, id}, [&](const Row& row) { check = to_check(row); });
  return check;
}

constexpr Statement k_list{"plate_check.list", LOTKEEPER_PLATE_CHECK
                           "WHERE c.client_id = $1 AND c.check_id < $2 "
                           "ORDER BY c.check_id DESC LIMIT $3"};
constexpr Statement k_list_of{"plate_check.list_of", LOTKEEPER_PLATE_CHECK
                              "WHERE c.client_id = $1 AND c.check_id < $2 AND c.plate_norm = $4 "
                              "ORDER BY c.check_id DESC LIMIT $3"};
#undef LOTKEEPER_PLATE_CHECK

std::vector<PlateCheckRow> list_plate_checks(Connection& connection, ClientId client,
                                             std::string_view plate_norm, CheckId before,
                                             std::int64_t limit) {
  std::vector<PlateCheckRow> checks;
  database::Parameters parameters{client, before, limit};
  if (!plate_norm.empty()) parameters.emplace_back(plate_norm);
  connection.run(plate_norm.empty() ? k_list : k_list_of, parameters,
                 [&](const Row& row) { checks.push_back(to_check(row)); });
  return checks;
}

}  // namespace lotkeeper::store
