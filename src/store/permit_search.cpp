#include "store/permit_search.hpp"

#include <algorithm>

namespace lotkeeper::store {

using database::Connection;
using database::Row;
using database::Statement;

namespace {

#define LOTKEEPER_LISTED_PERMIT                                                              \
  "SELECT p.permit_id, p.integration_id, i.name, p.permit_type, p.plate, p.plate_norm, "     \
  "p.permit_no, p.start_at, p.end_at, p.amount_cents, p.currency, p.version, p.created_at, " \
  "p.deleted_at, n.name, n.zone_id, z.name FROM permit p "                                   \
  "LEFT JOIN integration i ON i.client_id = p.client_id "                                    \
  "AND i.integration_id = p.integration_id "                                                 \
  "LEFT JOIN zone_name n ON n.client_id = p.client_id AND n.zone_name_id = p.zone_name_id "  \
  "LEFT JOIN zone z ON z.client_id = n.client_id AND z.zone_id = n.zone_id "

ListedPermit to_listed(const Row& row) {
  ListedPermit permit;
  permit.id = row.uuid(0);
  permit.integration = row.integer(1);
  permit.integration_name = row.text(2);
  permit.type = static_cast<domain::PermitType>(row.integer(3));
  permit.plate = row.text(4);
  permit.plate_norm = row.text(5);
  permit.permit_no = row.text(6);
  permit.start = row.instant(7);
  permit.end = row.instant(8);
  permit.amount_cents = row.maybe_integer(9);
  if (!row.is_null(10)) permit.currency = row.text(10);
  permit.version = row.integer(11);
  permit.created = row.instant(12);
  permit.deleted = row.maybe_instant(13);
  if (!row.is_null(14)) permit.sent_zone = row.text(14);
  permit.zone = row.maybe_integer(15);
  permit.zone_title = row.text(16);
  return permit;
}

std::vector<ListedPermit> list(Connection& connection, const Statement& statement,
                               const database::Parameters& parameters) {
  std::vector<ListedPermit> permits;
  connection.run(statement, parameters, [&](const Row& row) { permits.push_back(to_listed(row)); });
  return permits;
}

}  // namespace

base::Uuid first_reference_at(base::Instant moment) {
  base::Uuid id;
  auto milliseconds =
      static_cast<std::uint64_t>(std::max<std::int64_t>(0, base::to_epoch_ms(moment)));
  for (int i = 5; i >= 0; --i) {
    id.bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(milliseconds & 0xff);
    milliseconds >>= 8;
  }
  return id;
}

constexpr Statement k_list{"permit.list", LOTKEEPER_LISTED_PERMIT
                           "WHERE p.client_id = $1 AND p.permit_id >= $2 AND p.permit_id < $3 "
                           "ORDER BY p.permit_id DESC LIMIT $4"};

std::vector<ListedPermit> list_permits(Connection& connection, ClientId client,
                                       const base::Uuid& from, const base::Uuid& before,
                                       std::int64_t limit) {
  return list(connection, k_list, {client, from, before, limit});
}

constexpr Statement k_list_of_shape{
    "permit.list_of_shape", LOTKEEPER_LISTED_PERMIT
    "WHERE p.client_id = $1 AND p.plate_shape = $2 AND p.deleted_at IS NULL AND p.end_at <= $3 "
    "AND (p.end_at < $3 OR p.permit_id < $4) ORDER BY p.end_at DESC, p.permit_id DESC LIMIT $5"};

std::vector<ListedPermit> list_permits_of_shape(Connection& connection, ClientId client,
                                                std::string_view shape, const PlatePlace& after,
                                                std::int64_t limit) {
  return list(connection, k_list_of_shape, {client, shape, after.end, after.id, limit});
}

// That the number is not empty lets the engines take the index, which has no others.
constexpr Statement k_list_of_number{
    "permit.list_of_number", LOTKEEPER_LISTED_PERMIT
    "WHERE p.client_id = $1 AND p.permit_no = $2 AND p.permit_no <> '' AND p.permit_id < $3 "
    "ORDER BY p.permit_id DESC LIMIT $4"};

std::vector<ListedPermit> list_permits_of_number(Connection& connection, ClientId client,
                                                 std::string_view number, const base::Uuid& before,
                                                 std::int64_t limit) {
  return list(connection, k_list_of_number, {client, number, before, limit});
}

constexpr Statement k_list_expired{
    "permit.list_expired", LOTKEEPER_LISTED_PERMIT
    "WHERE p.client_id = $1 AND p.plate_shape = $2 AND p.deleted_at IS NULL AND p.end_at > $3 "
    "AND p.end_at <= $4 ORDER BY p.end_at DESC, p.permit_id DESC"};

std::vector<ListedPermit> list_expired(Connection& connection, ClientId client,
                                       std::string_view shape, base::Instant from,
                                       base::Instant until) {
  return list(connection, k_list_expired, {client, shape, from, until});
}

constexpr Statement k_find{"permit.find_listed",
                           LOTKEEPER_LISTED_PERMIT "WHERE p.client_id = $1 AND p.permit_id = $2"};

std::optional<ListedPermit> find_listed(Connection& connection, ClientId client,
                                        const base::Uuid& id) {
  auto found = list(connection, k_find, {client, id});
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

#undef LOTKEEPER_LISTED_PERMIT

constexpr Statement k_replaced{
    "permit_history.list",
    "SELECT version, plate, end_at, amount_cents, currency, replaced_at, replaced_by "
    "FROM permit_history WHERE client_id = $1 AND permit_id = $2 ORDER BY version"};

std::vector<ReplacedPermit> list_replaced(Connection& connection, ClientId client,
                                          const base::Uuid& id) {
  std::vector<ReplacedPermit> replaced;
  connection.run(k_replaced, {client, id}, [&](const Row& row) {
    ReplacedPermit& one = replaced.emplace_back();
    one.version = row.integer(0);
    one.plate = row.text(1);
    one.end = row.instant(2);
    one.amount_cents = row.maybe_integer(3);
    if (!row.is_null(4)) one.currency = row.text(4);
    one.replaced = row.instant(5);
    one.replaced_by = row.text(6);
  });
  return replaced;
}

}  // namespace lotkeeper::store
