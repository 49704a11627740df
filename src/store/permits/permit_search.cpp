#include "store/permits/permit_search.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace lotkeeper::store {

using database::Connection;
using database::Row;
using database::Statement;

namespace {

#define LOTKEEPER_COLUMNS                                                                    \
  "SELECT p.permit_id, p.integration_id, i.name, p.permit_type, p.plate, p.plate_norm, "     \
  "p.permit_no, p.start_at, p.end_at, p.amount_cents, p.currency, p.version, p.created_at, " \
  "p.deleted_at, n.name, n.zone_id, z.name, u.permit_id "
#define LOTKEEPER_NAMES                                                                     \
  "LEFT JOIN integration i ON i.client_id = p.client_id "                                   \
  "AND i.integration_id = p.integration_id "                                                \
  "LEFT JOIN zone_name n ON n.client_id = p.client_id AND n.zone_name_id = p.zone_name_id " \
  "LEFT JOIN zone z ON z.client_id = n.client_id AND z.zone_id = n.zone_id "
#define LOTKEEPER_LISTED_PERMIT                                            \
  LOTKEEPER_COLUMNS                                                        \
  "FROM permit p LEFT JOIN undated_permit u ON u.client_id = p.client_id " \
  "AND u.imported_at = p.created_at AND u.permit_id = p.permit_id " LOTKEEPER_NAMES

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
  permit.is_undated = !row.is_null(17);
  return permit;
}

std::vector<ListedPermit> list(Connection& connection, const Statement& statement,
                               const database::Parameters& parameters) {
  std::vector<ListedPermit> permits;
  connection.run(statement, parameters, [&](const Row& row) { permits.push_back(to_listed(row)); });
  return permits;
}

/// Merges two lists that are both ordered by `is_before`, and returns the first `limit` entries.
template <class IsBefore>
std::vector<ListedPermit> merge(std::vector<ListedPermit> some, std::vector<ListedPermit> others,
                                std::int64_t limit, IsBefore is_before) {
  if (others.empty()) return some;
  std::vector<ListedPermit> permits;
  permits.reserve(some.size() + others.size());
  std::ranges::merge(std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()),
                     std::make_move_iterator(others.begin()), std::make_move_iterator(others.end()),
                     std::back_inserter(permits), is_before);
  if (std::ssize(permits) > limit) permits.resize(static_cast<std::size_t>(limit));
  return permits;
}

}  // namespace

TimePlace place_of(const ListedPermit& permit) {
  return {permit.is_undated ? permit.created : moment_of(permit.id), permit.id, permit.is_undated};
}

constexpr Statement k_list_dated{
    "permit.list_dated", LOTKEEPER_LISTED_PERMIT
    "WHERE p.client_id = $1 AND p.permit_id >= $2 AND p.permit_id < $3 AND u.permit_id IS NULL "
    "ORDER BY p.permit_id DESC LIMIT $4"};

constexpr Statement k_list_undated{
    "permit.list_undated", LOTKEEPER_COLUMNS
    "FROM undated_permit u JOIN permit p ON p.client_id = u.client_id "
    "AND p.permit_id = u.permit_id " LOTKEEPER_NAMES
    "WHERE u.client_id = $1 AND u.imported_at >= $2 AND (u.imported_at, u.permit_id) < ($3, $4) "
    "ORDER BY u.imported_at DESC, u.permit_id DESC LIMIT $5"};

std::vector<ListedPermit> list_permits(Connection& connection, ClientId client, base::Instant from,
                                       const TimePlace& after, std::int64_t limit) {
  const base::Uuid before = after.is_undated ? first_reference_at(after.at) : after.id;
  auto dated = list(connection, k_list_dated, {client, first_reference_at(from), before, limit});

  constexpr std::chrono::milliseconds k_next{1};
  const TimePlace end = after.is_undated ? after : TimePlace::before(after.at + k_next);
  auto undated = list(connection, k_list_undated, {client, from, end.at, end.id, limit});

  return merge(std::move(dated), std::move(undated), limit,
               [](const ListedPermit& one, const ListedPermit& other) {
                 return is_later(place_of(one), place_of(other));
               });
}

constexpr Statement k_list_of_shape{
    "permit.list_of_shape", LOTKEEPER_LISTED_PERMIT
    "WHERE p.client_id = $1 AND p.plate_shape = $2 AND p.deleted_at IS NULL AND p.end_at <= $3 "
    "AND (p.end_at < $3 OR p.permit_id < $4) ORDER BY p.end_at DESC, p.permit_id DESC LIMIT $5"};

// Live and deleted permits have separate indexes.
constexpr Statement k_list_deleted_of_shape{
    "permit.list_deleted_of_shape", LOTKEEPER_LISTED_PERMIT
    "WHERE p.client_id = $1 AND p.plate_shape = $2 AND p.deleted_at IS NOT NULL "
    "AND (p.end_at, p.permit_id) < ($3, $4) ORDER BY p.end_at DESC, p.permit_id DESC LIMIT $5"};

std::vector<ListedPermit> list_permits_of_shape(Connection& connection, ClientId client,
                                                std::string_view shape, const PlatePlace& after,
                                                std::int64_t limit) {
  // Without a snapshot, a permit deleted in between would appear in both lists.
  const database::Snapshot one_moment(connection);
  const database::Parameters wanted{client, shape, after.end, after.id, limit};
  return merge(list(connection, k_list_of_shape, wanted),
               list(connection, k_list_deleted_of_shape, wanted), limit,
               [](const ListedPermit& one, const ListedPermit& other) {
                 return std::tie(one.end, one.id) > std::tie(other.end, other.id);
               });
}

// The condition that the number is not empty lets the engines use the index, which holds no other
// rows.
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
#undef LOTKEEPER_NAMES
#undef LOTKEEPER_COLUMNS

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

using database::Parameters;

constexpr Statement k_find_references{
    "permit.references",
    "SELECT p.integration_id, p.permit_type, p.plate_norm, p.permit_no, p.start_at, p.end_at, "
    "p.amount_cents, p.currency, p.deleted_at, n.name_norm "
    "FROM permit p "
    "LEFT JOIN zone_name n ON n.client_id = p.client_id AND n.zone_name_id = p.zone_name_id "
    "WHERE p.client_id = $1 AND p.permit_id = $2"};

std::vector<std::optional<ReferencedPermit>> find_references(Connection& connection,
                                                             std::span<const PermitKey> keys) {
  std::vector<std::optional<ReferencedPermit>> found(keys.size());
  std::vector<Parameters> wanted;
  wanted.reserve(keys.size());
  for (const PermitKey& key : keys) wanted.push_back({key.client, key.id});
  connection.run_many(k_find_references, wanted, [&](std::size_t index, const Row& row) {
    ReferencedPermit standing;
    Permit& permit = standing.permit;
    permit.client = keys[index].client;
    permit.id = keys[index].id;
    permit.integration = row.integer(0);
    permit.type = static_cast<domain::PermitType>(row.integer(1));
    permit.plate_norm = row.text(2);
    permit.permit_no = row.text(3);
    permit.start = row.instant(4);
    permit.end = row.instant(5);
    permit.amount_cents = row.maybe_integer(6);
    if (!row.is_null(7)) permit.currency = row.text(7);
    standing.is_deleted = !row.is_null(8);
    standing.zone_name_norm = row.text(9);
    found[index] = std::move(standing);
  });
  return found;
}

}  // namespace lotkeeper::store
