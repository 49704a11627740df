#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "database/connection.hpp"
#include "domain/violation.hpp"
#include "store/ids.hpp"

/// What happens to a violation after it was issued: payments, appeals, and a trail of all of it.
namespace lotkeeper::store {

struct PaymentRow {
  ViolationId violation = 0;
  domain::Payment payment;
  std::string method;
};

/// The payments of each violation, by id.
[[nodiscard]] std::vector<std::vector<domain::Payment>> find_payments(
    database::Connection& connection, ClientId client, std::span<const ViolationId> violations);

/// Whether a payment of the same violation, time, amount and method stands.
[[nodiscard]] bool has_payment(database::Connection& connection, ClientId client,
                               const PaymentRow& payment);
void insert_payment(database::Connection& connection, ClientId client, const PaymentRow& payment,
                    base::Instant now);

struct Appeal {
  ViolationId violation = 0;
  std::int64_t id = 0;
  base::Instant opened;
  std::string comment;  ///< the driver's
};

void insert_appeal(database::Connection& connection, ClientId client, const Appeal& appeal);
/// Decides the open appeal of a violation.
void decide_appeal(database::Connection& connection, ClientId client, ViolationId violation,
                   std::string_view decision, std::string_view reply, base::Instant now);

struct ViolationEvent {
  ViolationId violation = 0;
  std::string_view action;  ///< issue, pay, adjust, spoil …
  std::optional<std::string> reason;
  std::optional<std::int64_t> amount_cents;
  OperatorId operator_id = 0;  ///< 0: nobody in the console
};

void insert_event(database::Connection& connection, ClientId client, const ViolationEvent& event,
                  base::Instant now);

/// Adds to what a vehicle's record says of its violations; never below 0, whatever an import said.
struct VehicleTally {
  std::int64_t violations = 0, unpaid = 0, warnings = 0;
};
void add_to_vehicle(database::Connection& connection, ClientId client, VehicleId vehicle,
                    const VehicleTally& tally);

}  // namespace lotkeeper::store
