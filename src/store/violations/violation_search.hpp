#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/violations/violation.hpp"

/// Violations for browsing, and the console's own data about them.
namespace lotkeeper::store {

/// Violations with ids below `before`, latest first.
[[nodiscard]] std::vector<Violation> list_violations(database::Connection& connection,
                                                     ClientId client, ViolationId before,
                                                     std::int64_t limit);
[[nodiscard]] std::vector<Violation> list_violations_of(database::Connection& connection,
                                                        ClientId client, VehicleId vehicle,
                                                        ViolationId before, std::int64_t limit);

/// Who issued a violation in the console, where, and after which check.
struct ViolationScene {
  OperatorId operator_id = 0;
  std::optional<CheckId> check;
  std::optional<std::int64_t> latitude_e6;  ///< millionths of a degree
  std::optional<std::int64_t> longitude_e6;
  std::optional<std::int64_t> accuracy_cm;
  std::string operator_name = {};  ///< only set when read
};
void insert_scene(database::Connection& connection, ClientId client, ViolationId violation,
                  const ViolationScene& scene);
[[nodiscard]] std::optional<ViolationScene> find_scene(database::Connection& connection,
                                                       ClientId client, ViolationId violation);

struct ListedPayment {
  PaymentId id = 0;
  base::Instant at;
  std::int64_t cents = 0;
  std::string method;
  std::optional<std::string> operator_name;  ///< the console operator who took it
  std::optional<base::Instant> reversed;
  std::optional<std::string> reversal_reason;
  std::optional<std::string> reversed_by;
};
/// All payments, including reversed ones.
[[nodiscard]] std::vector<ListedPayment> list_payments(database::Connection& connection,
                                                       ClientId client, ViolationId violation);

struct ListedAppeal {
  base::Instant opened;
  std::string comment;
  std::optional<base::Instant> decided;
  std::optional<std::string> decision;
  std::optional<std::string> reply;
};
[[nodiscard]] std::vector<ListedAppeal> list_appeals(database::Connection& connection,
                                                     ClientId client, ViolationId violation);

struct ListedEvent {
  base::Instant at;
  std::string action;
  std::optional<std::string> operator_name;
  std::optional<std::string> reason;
  std::optional<std::int64_t> amount_cents;
};
[[nodiscard]] std::vector<ListedEvent> list_events(database::Connection& connection,
                                                   ClientId client, ViolationId violation);

}  // namespace lotkeeper::store
