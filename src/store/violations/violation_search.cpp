#include "store/violations/violation_search.hpp"

namespace lotkeeper::store {

using database::Connection;
using database::Row;
using database::Statement;

namespace {

std::optional<std::string> maybe_text(const Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return std::string(row.text(column));
}

}  // namespace

constexpr Statement k_insert_scene{
    "violation_scene.insert",
    "INSERT INTO violation_scene (client_id, violation_id, operator_id, check_id, latitude_e6, "
    "longitude_e6, accuracy_cm) VALUES ($1, $2, $3, $4, $5, $6, $7)"};

void insert_scene(Connection& connection, ClientId client, ViolationId violation,
                  const ViolationScene& scene) {
  connection.run(k_insert_scene, {client, violation, scene.operator_id, scene.check,
                                  scene.latitude_e6, scene.longitude_e6, scene.accuracy_cm});
}

constexpr Statement k_find_scene{
    "violation_scene.find",
    "SELECT s.operator_id, s.check_id, s.latitude_e6, s.longitude_e6, s.accuracy_cm, o.name "
    "FROM violation_scene s LEFT JOIN operator o ON o.operator_id = s.operator_id "
    "WHERE s.client_id = $1 AND s.violation_id = $2"};

std::optional<ViolationScene> find_scene(Connection& connection, ClientId client,
                                         ViolationId violation) {
  std::optional<ViolationScene> found;
  connection.run(k_find_scene, {client, violation}, [&](const Row& row) {
    found = ViolationScene{row.integer(0),       row.maybe_integer(1), row.maybe_integer(2),
                           row.maybe_integer(3), row.maybe_integer(4), std::string(row.text(5))};
  });
  return found;
}

constexpr Statement k_payments{
    "payment.list",
    "SELECT p.payment_id, p.paid_at, p.amount_cents, p.method, o.name, "
    "r.reversed_at, r.reason, b.name FROM payment p "
    "LEFT JOIN payment_reversal r ON r.client_id = p.client_id "
    "AND r.violation_id = p.violation_id AND r.payment_id = p.payment_id "
    "LEFT JOIN operator o ON o.operator_id = p.operator_id "
    "LEFT JOIN operator b ON b.operator_id = r.operator_id "
    "WHERE p.client_id = $1 AND p.violation_id = $2 ORDER BY p.payment_id"};

std::vector<ListedPayment> list_payments(Connection& connection, ClientId client,
                                         ViolationId violation) {
  std::vector<ListedPayment> payments;
  connection.run(k_payments, {client, violation}, [&](const Row& row) {
    payments.push_back({row.integer(0), row.instant(1), row.integer(2), std::string(row.text(3)),
                        maybe_text(row, 4), row.maybe_instant(5), maybe_text(row, 6),
                        maybe_text(row, 7)});
  });
  return payments;
}

constexpr Statement k_appeals{"appeal.list",
                              "SELECT opened_at, comment, decided_at, decision, reply FROM appeal "
                              "WHERE client_id = $1 AND violation_id = $2 ORDER BY appeal_id"};

std::vector<ListedAppeal> list_appeals(Connection& connection, ClientId client,
                                       ViolationId violation) {
  std::vector<ListedAppeal> appeals;
  connection.run(k_appeals, {client, violation}, [&](const Row& row) {
    appeals.push_back({row.instant(0), std::string(row.text(1)), row.maybe_instant(2),
                       maybe_text(row, 3), maybe_text(row, 4)});
  });
  return appeals;
}

constexpr Statement k_events{
    "violation_event.list",
    "SELECT e.at, e.action, o.name, e.reason, e.amount_cents FROM violation_event e "
    "LEFT JOIN operator o ON o.operator_id = e.operator_id "
    "WHERE e.client_id = $1 AND e.violation_id = $2 ORDER BY e.event_id"};

std::vector<ListedEvent> list_events(Connection& connection, ClientId client,
                                     ViolationId violation) {
  std::vector<ListedEvent> events;
  connection.run(k_events, {client, violation}, [&](const Row& row) {
    events.push_back({row.instant(0), std::string(row.text(1)), maybe_text(row, 2),
                      maybe_text(row, 3), row.maybe_integer(4)});
  });
  return events;
}

}  // namespace lotkeeper::store
