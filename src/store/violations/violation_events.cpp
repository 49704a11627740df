#include "store/violations/violation_events.hpp"

namespace lotkeeper::store {

using database::Connection;
using database::Parameters;
using database::Row;
using database::Statement;

namespace {

std::optional<OperatorId> known_operator(OperatorId operator_id) {
  return operator_id == 0 ? std::nullopt : std::optional(operator_id);
}

}  // namespace

#define LOTKEEPER_NOT_REVERSED                                                    \
  "NOT EXISTS (SELECT 1 FROM payment_reversal r WHERE r.client_id = p.client_id " \
  "AND r.violation_id = p.violation_id AND r.payment_id = p.payment_id)"

constexpr Statement k_find_payments{
    "payment.find",
    "SELECT p.paid_at, p.amount_cents FROM payment p WHERE p.client_id = $1 "
    "AND p.violation_id = $2 AND " LOTKEEPER_NOT_REVERSED " ORDER BY p.payment_id"};

std::vector<std::vector<domain::Payment>> find_payments(Connection& connection, ClientId client,
                                                        std::span<const ViolationId> violations) {
  std::vector<std::vector<domain::Payment>> found(violations.size());
  std::vector<Parameters> wanted;
  wanted.reserve(violations.size());
  for (const ViolationId violation : violations) wanted.push_back({client, violation});
  connection.run_many(k_find_payments, wanted, [&](std::size_t index, const Row& row) {
    found[index].push_back({row.instant(0), row.integer(1)});
  });
  return found;
}

constexpr Statement k_find_payments_as_of{
    "payment.find_as_of",
    "SELECT p.paid_at, p.amount_cents FROM payment p WHERE p.client_id = $1 "
    "AND p.violation_id = $2 AND p.created_at <= $3 AND NOT EXISTS (SELECT 1 "
    "FROM payment_reversal r WHERE r.client_id = p.client_id "
    "AND r.violation_id = p.violation_id AND r.payment_id = p.payment_id "
    "AND r.reversed_at <= $3) ORDER BY p.payment_id"};

std::vector<std::vector<domain::Payment>> find_payments_as_of(
    Connection& connection, ClientId client, std::span<const ViolationId> violations,
    base::Instant moment) {
  std::vector<std::vector<domain::Payment>> found(violations.size());
  std::vector<Parameters> wanted;
  wanted.reserve(violations.size());
  for (const ViolationId violation : violations) wanted.push_back({client, violation, moment});
  connection.run_many(k_find_payments_as_of, wanted, [&](std::size_t index, const Row& row) {
    found[index].push_back({row.instant(0), row.integer(1)});
  });
  return found;
}

constexpr Statement k_has_payment{
    "payment.has",
    "SELECT 1 FROM payment p WHERE p.client_id = $1 AND p.violation_id = $2 AND p.paid_at = $3 "
    "AND p.amount_cents = $4 AND p.method = $5 AND ($6 <> 0 OR " LOTKEEPER_NOT_REVERSED
    ") LIMIT 1"};

#undef LOTKEEPER_NOT_REVERSED

bool has_payment(Connection& connection, ClientId client, const PaymentRow& payment,
                 bool or_reversed) {
  bool found = false;
  connection.run(k_has_payment,
                 {client, payment.violation, payment.payment.at, payment.payment.cents,
                  payment.method, or_reversed ? 1 : 0},
                 [&](const Row&) { found = true; });
  return found;
}

constexpr Statement k_insert_payment{
    "payment.insert",
    "INSERT INTO payment (client_id, violation_id, payment_id, paid_at, amount_cents, method, "
    "created_at, operator_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"};

void insert_payment(Connection& connection, ClientId client, const PaymentRow& payment,
                    base::Instant now) {
  connection.run(
      k_insert_payment,
      {client, payment.violation, take_ids(connection, client, "payment"), payment.payment.at,
       payment.payment.cents, payment.method, now, known_operator(payment.operator_id)});
}

constexpr Statement k_find_payment{
    "payment.find_one",
    "SELECT paid_at, amount_cents FROM payment WHERE client_id = $1 AND violation_id = $2 "
    "AND payment_id = $3"};

std::optional<domain::Payment> find_payment(Connection& connection, ClientId client,
                                            ViolationId violation, PaymentId payment) {
  std::optional<domain::Payment> found;
  connection.run(k_find_payment, {client, violation, payment},
                 [&](const Row& row) { found = domain::Payment{row.instant(0), row.integer(1)}; });
  return found;
}

constexpr Statement k_insert_reversal{
    "payment_reversal.insert",
    "INSERT INTO payment_reversal (client_id, violation_id, payment_id, reversed_at, reason, "
    "operator_id) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING"};

bool insert_reversal(Connection& connection, ClientId client, const PaymentReversal& reversal,
                     base::Instant now) {
  return connection.run(k_insert_reversal,
                        {client, reversal.violation, reversal.payment, now, reversal.reason,
                         known_operator(reversal.operator_id)}) > 0;
}

constexpr Statement k_insert_appeal{
    "appeal.insert",
    "INSERT INTO appeal (client_id, violation_id, appeal_id, opened_at, comment) "
    "VALUES ($1, $2, $3, $4, $5)"};

void insert_appeal(Connection& connection, ClientId client, const Appeal& appeal) {
  connection.run(k_insert_appeal,
                 {client, appeal.violation, appeal.id, appeal.opened, appeal.comment});
}

constexpr Statement k_decide_appeal{
    "appeal.decide",
    "UPDATE appeal SET decided_at = $5, decision = $3, reply = $4 "
    "WHERE client_id = $1 AND violation_id = $2 AND decided_at IS NULL"};

void decide_appeal(Connection& connection, ClientId client, ViolationId violation,
                   std::string_view decision, std::string_view reply, base::Instant now) {
  connection.run(k_decide_appeal, {client, violation, decision, reply, now});
}

constexpr Statement k_insert_event{
    "violation_event.insert",
    "INSERT INTO violation_event (client_id, violation_id, event_id, at, action, reason, "
    "amount_cents, operator_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"};

void insert_event(Connection& connection, ClientId client, const ViolationEvent& event,
                  base::Instant now) {
  connection.run(
      k_insert_event,
      {client, event.violation, take_ids(connection, client, "violation_event"), now, event.action,
       event.reason, event.amount_cents, known_operator(event.operator_id)});
}

constexpr Statement k_add_to_vehicle{
    "vehicle.tally",
    "UPDATE vehicle SET violations = violations + $3, "
    "unpaid = CASE WHEN unpaid + $4 < 0 THEN 0 ELSE unpaid + $4 END, "
    "warnings = warnings + $5 WHERE client_id = $1 AND vehicle_id = $2"};

void add_to_vehicle(Connection& connection, ClientId client, VehicleId vehicle,
                    const VehicleTally& tally) {
  connection.run(k_add_to_vehicle,
                 {client, vehicle, tally.violations, tally.unpaid, tally.warnings});
}

}  // namespace lotkeeper::store
