#include "store/violations/violation.hpp"

#include "store/violations/owed_sql.hpp"
#include "store/violations/violation_search.hpp"

namespace lotkeeper::store {

using database::Connection;
using database::Parameters;
using database::Row;
using database::Statement;

namespace {

// Every statement that reads whole violations lists its columns in this order.
#define LOTKEEPER_VIOLATION_COLUMNS                                                         \
  "violation_id, ticket, vehicle_id, category_id, violation_type_id, location_id, "         \
  "issued_at, due_at, fine_cents, adjusted_fine_cents, towing_cents, tax_hundredths, "      \
  "paid_cents, warning, spoiled, cancelled_at, appealed_at, appeal_decided_at, "            \
  "appeal_comment, appeal_reply, adjustment_reason, comment, private_comments, closed_at, " \
  "sent_at, batch_id, violation_uuid, other, created_at, sent_paid_cents, sent_owed_cents"

std::optional<std::string> maybe_text(const Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return std::string(row.text(column));
}

Violation to_violation(const Row& row) {
  Violation violation;
  violation.id = row.integer(0);
  violation.ticket = row.text(1);
  violation.vehicle = row.maybe_integer(2);
  violation.category = row.maybe_integer(3);
  violation.type = row.integer(4);
  violation.location = row.maybe_integer(5);
  violation.issued = row.instant(6);
  violation.due = row.instant(7);
  violation.fine_cents = row.integer(8);
  violation.adjusted_fine_cents = row.integer(9);
  violation.towing_cents = row.integer(10);
  violation.tax_hundredths = row.integer(11);
  violation.paid_cents = row.integer(12);
  violation.warning = row.maybe_integer(13);
  violation.spoiled = row.integer(14) != 0;
  violation.cancelled = row.maybe_instant(15);
  violation.appealed = row.maybe_instant(16);
  violation.appeal_decided = row.maybe_instant(17);
  violation.appeal_comment = maybe_text(row, 18);
  violation.appeal_reply = maybe_text(row, 19);
  violation.adjustment_reason = maybe_text(row, 20);
  violation.comment = maybe_text(row, 21);
  violation.private_comments = maybe_text(row, 22);
  violation.closed = row.maybe_instant(23);
  violation.sent = row.maybe_instant(24);
  violation.batch = row.maybe_integer(25);
  violation.uuid = row.text(26);
  violation.other = maybe_text(row, 27);
  violation.created = row.instant(28);
  violation.sent_paid_cents = row.maybe_integer(29);
  violation.sent_owed_cents = row.maybe_integer(30);
  return violation;
}

}  // namespace

constexpr Statement k_find{"violation.find",
                           "SELECT " LOTKEEPER_VIOLATION_COLUMNS
                           " FROM violation WHERE client_id = $1 AND violation_id = $2"};

std::optional<Violation> find_violation(Connection& connection, ClientId client, ViolationId id) {
  std::optional<Violation> found;
  connection.run(k_find, {client, id}, [&](const Row& row) { found = to_violation(row); });
  return found;
}

constexpr Statement k_find_by_ticket{
    "violation.by_ticket",
    "SELECT violation_id FROM violation WHERE client_id = $1 AND ticket = $2"};

std::optional<ViolationId> find_violation_by_ticket(Connection& connection, ClientId client,
                                                    std::string_view ticket) {
  std::optional<ViolationId> found;
  connection.run(k_find_by_ticket, {client, ticket},
                 [&](const Row& row) { found = row.integer(0); });
  return found;
}

constexpr Statement k_save{
    "violation.save",
    "INSERT INTO violation (client_id, " LOTKEEPER_VIOLATION_COLUMNS
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, "
    "$19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32) "
    "ON CONFLICT (client_id, violation_id) DO UPDATE SET ticket = excluded.ticket, "
    "vehicle_id = excluded.vehicle_id, category_id = excluded.category_id, "
    "violation_type_id = excluded.violation_type_id, location_id = excluded.location_id, "
    "issued_at = excluded.issued_at, due_at = excluded.due_at, fine_cents = excluded.fine_cents, "
    "adjusted_fine_cents = excluded.adjusted_fine_cents, towing_cents = excluded.towing_cents, "
    "tax_hundredths = excluded.tax_hundredths, paid_cents = excluded.paid_cents, "
    "warning = excluded.warning, spoiled = excluded.spoiled, "
    "cancelled_at = excluded.cancelled_at, appealed_at = excluded.appealed_at, "
    "appeal_decided_at = excluded.appeal_decided_at, appeal_comment = excluded.appeal_comment, "
    "appeal_reply = excluded.appeal_reply, adjustment_reason = excluded.adjustment_reason, "
    "comment = excluded.comment, private_comments = excluded.private_comments, "
    "closed_at = excluded.closed_at, sent_at = excluded.sent_at, batch_id = excluded.batch_id, "
    "violation_uuid = excluded.violation_uuid, other = excluded.other, "
    "created_at = excluded.created_at, sent_paid_cents = excluded.sent_paid_cents, "
    "sent_owed_cents = excluded.sent_owed_cents"};

void save_violation(Connection& connection, ClientId client, const Violation& violation) {
  connection.run(k_save, {client,
                          violation.id,
                          violation.ticket,
                          violation.vehicle,
                          violation.category,
                          violation.type,
                          violation.location,
                          violation.issued,
                          violation.due,
                          violation.fine_cents,
                          violation.adjusted_fine_cents,
                          violation.towing_cents,
                          violation.tax_hundredths,
                          violation.paid_cents,
                          violation.warning,
                          violation.spoiled ? 1 : 0,
                          violation.cancelled,
                          violation.appealed,
                          violation.appeal_decided,
                          violation.appeal_comment,
                          violation.appeal_reply,
                          violation.adjustment_reason,
                          violation.comment,
                          violation.private_comments,
                          violation.closed,
                          violation.sent,
                          violation.batch,
                          violation.uuid,
                          violation.other,
                          violation.created,
                          violation.sent_paid_cents,
                          violation.sent_owed_cents});
}

constexpr Statement k_find_details{
    "violation_detail.find",
    "SELECT detail_id, violation_type_id, location_id, fine_cents, discount, discount_cents, "
    "discount_hours, created_at FROM violation_detail WHERE client_id = $1 AND violation_id = $2 "
    "ORDER BY detail_id"};

std::vector<std::vector<ViolationDetail>> find_details(Connection& connection, ClientId client,
                                                       std::span<const ViolationId> violations) {
  std::vector<std::vector<ViolationDetail>> found(violations.size());
  std::vector<Parameters> wanted;
  wanted.reserve(violations.size());
  for (const ViolationId violation : violations) wanted.push_back({client, violation});
  connection.run_many(k_find_details, wanted, [&](std::size_t index, const Row& row) {
    found[index].push_back({row.integer(0), row.integer(1), row.maybe_integer(2), row.integer(3),
                            row.integer(4) != 0, row.integer(5), row.integer(6), row.instant(7)});
  });
  return found;
}

constexpr Statement k_has_detail{
    "violation_detail.has",
    "SELECT 1 FROM violation_detail WHERE client_id = $1 AND detail_id = $2"};

bool has_detail(Connection& connection, ClientId client, std::int64_t id) {
  bool found = false;
  connection.run(k_has_detail, {client, id}, [&](const Row&) { found = true; });
  return found;
}

constexpr Statement k_insert_detail{
    "violation_detail.insert",
    "INSERT INTO violation_detail (client_id, violation_id, detail_id, violation_type_id, "
    "location_id, fine_cents, discount, discount_cents, discount_hours, created_at) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"};

void insert_details(Connection& connection, ClientId client, ViolationId violation,
                    std::span<const ViolationDetail> details) {
  std::vector<Parameters> rows;
  rows.reserve(details.size());
  for (const ViolationDetail& detail : details) {
    rows.push_back({client, violation, detail.id, detail.type, detail.location, detail.fine_cents,
                    detail.discount ? 1 : 0, detail.discount_cents, detail.discount_hours,
                    detail.created});
  }
  connection.run_many(k_insert_detail, rows);
}

// The same conditions, in the same form, as in the index violation_collectable.
constexpr Statement k_has_overdue{
    "violation.has_overdue",
    "SELECT 1 FROM violation WHERE client_id = $1 AND " LOTKEEPER_IS_OVERDUE_AT("$2") " LIMIT 1"};

bool has_overdue(Connection& connection, ClientId client, base::Instant now) {
  bool found = false;
  connection.run(k_has_overdue, {client, now}, [&](const Row&) { found = true; });
  return found;
}

constexpr Statement k_mark_overdue{
    "violation.mark_overdue",
    "UPDATE violation SET batch_id = $2, sent_at = $3, sent_paid_cents = paid_cents, "
    "sent_owed_cents = " LOTKEEPER_OWED_AT(
        "$3") " WHERE client_id = $1 AND violation_id IN "
              "(SELECT violation_id FROM violation WHERE client_id = $1 "
              "AND " LOTKEEPER_IS_OVERDUE_AT("$3") " ORDER BY due_at, violation_id LIMIT $4)"};

std::int64_t mark_overdue(Connection& connection, ClientId client, BatchId batch, base::Instant now,
                          std::int64_t limit) {
  return connection.run(k_mark_overdue, {client, batch, now, limit});
}

constexpr Statement k_list_batch{
    "violation.list_batch",
    "SELECT " LOTKEEPER_VIOLATION_COLUMNS
    " FROM violation WHERE client_id = $1 AND batch_id = $2 AND violation_id > $3 "
    "ORDER BY violation_id LIMIT $4"};

std::vector<Violation> list_batch(Connection& connection, ClientId client, BatchId batch,
                                  ViolationId after, std::int64_t limit) {
  std::vector<Violation> violations;
  connection.run(k_list_batch, {client, batch, after, limit},
                 [&](const Row& row) { violations.push_back(to_violation(row)); });
  return violations;
}

constexpr Statement k_count_batch{
    "violation.count_batch",
    "SELECT COUNT(*) FROM violation WHERE client_id = $1 AND batch_id = $2"};

std::int64_t count_batch(Connection& connection, ClientId client, BatchId batch) {
  std::int64_t count = 0;
  connection.run(k_count_batch, {client, batch}, [&](const Row& row) { count = row.integer(0); });
  return count;
}

constexpr Statement k_sum_batch{
    "violation.sum_batch",
    "SELECT CAST(SUM(sent_owed_cents) AS BIGINT), "
    "SUM(CASE WHEN sent_owed_cents IS NULL THEN 1 ELSE 0 END), "
    "CAST(SUM(" LOTKEEPER_OWED_AT(
        "$3") ") AS BIGINT), "
              "SUM(CASE WHEN closed_at IS NULL THEN 1 ELSE 0 END) FROM violation "
              "WHERE client_id = $1 AND batch_id = $2"};

BatchSums sum_batch(Connection& connection, ClientId client, BatchId batch, base::Instant now) {
  BatchSums sums;
  connection.run(k_sum_batch, {client, batch, now}, [&](const Row& row) {
    const bool is_known = row.maybe_integer(1).value_or(0) == 0;
    if (is_known) sums.sent_owed_cents = row.maybe_integer(0).value_or(0);
    sums.owed_cents = row.maybe_integer(2).value_or(0);
    sums.unpaid = row.maybe_integer(3).value_or(0);
  });
  return sums;
}

constexpr Statement k_list{"violation.list",
                           "SELECT " LOTKEEPER_VIOLATION_COLUMNS
                           " FROM violation WHERE client_id = $1 AND violation_id < $2 "
                           "ORDER BY violation_id DESC LIMIT $3"};

std::vector<Violation> list_violations(Connection& connection, ClientId client, ViolationId before,
                                       std::int64_t limit) {
  std::vector<Violation> violations;
  connection.run(k_list, {client, before, limit},
                 [&](const Row& row) { violations.push_back(to_violation(row)); });
  return violations;
}

constexpr Statement k_list_of{
    "violation.list_of",
    "SELECT " LOTKEEPER_VIOLATION_COLUMNS
    " FROM violation WHERE client_id = $1 AND vehicle_id = $2 AND violation_id < $3 "
    "ORDER BY violation_id DESC LIMIT $4"};

std::vector<Violation> list_violations_of(Connection& connection, ClientId client,
                                          VehicleId vehicle, ViolationId before,
                                          std::int64_t limit) {
  std::vector<Violation> violations;
  connection.run(k_list_of, {client, vehicle, before, limit},
                 [&](const Row& row) { violations.push_back(to_violation(row)); });
  return violations;
}

#undef LOTKEEPER_VIOLATION_COLUMNS

}  // namespace lotkeeper::store
