#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "database/connection.hpp"
#include "domain/violations/violation.hpp"
#include "store/ids.hpp"

/// Events in the life of a violation: payments, appeals, and a history of all of them.
namespace lotkeeper::store {

struct PaymentRow {
  ViolationId violation = 0;
  domain::Payment payment;
  std::string method;
  OperatorId operator_id = 0;  ///< 0: no console operator
};

/// The payments of each violation, ordered by id. Reversed ones are left out.
[[nodiscard]] std::vector<std::vector<domain::Payment>> find_payments(
    database::Connection& connection, ClientId client, std::span<const ViolationId> violations);

/// The payments that counted at `moment`: entered by then and not yet reversed.
[[nodiscard]] std::vector<std::vector<domain::Payment>> find_payments_as_of(
    database::Connection& connection, ClientId client, std::span<const ViolationId> violations,
    base::Instant moment);

/// Whether the violation already has a payment with this time, amount and method. `or_reversed`: a
/// reversed payment counts too.
[[nodiscard]] bool has_payment(database::Connection& connection, ClientId client,
                               const PaymentRow& payment, bool or_reversed);
void insert_payment(database::Connection& connection, ClientId client, const PaymentRow& payment,
                    base::Instant now);

/// A payment of this violation, reversed or not.
[[nodiscard]] std::optional<domain::Payment> find_payment(database::Connection& connection,
                                                          ClientId client, ViolationId violation,
                                                          PaymentId payment);

struct PaymentReversal {
  ViolationId violation = 0;
  PaymentId payment = 0;
  std::string reason;
  OperatorId operator_id = 0;  ///< 0: no console operator
};

/// Reverses a payment. False, and nothing is written, if it was reversed already.
[[nodiscard]] bool insert_reversal(database::Connection& connection, ClientId client,
                                   const PaymentReversal& reversal, base::Instant now);

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
  std::string_view action;  ///< issue, pay, reverse, adjust, spoil …
  std::optional<std::string> reason;
  std::optional<std::int64_t> amount_cents;
  OperatorId operator_id = 0;  ///< 0: no console operator
};

void insert_event(database::Connection& connection, ClientId client, const ViolationEvent& event,
                  base::Instant now);

/// Adds to the violation counts of a vehicle's record. They never fall below 0, whatever an import
/// brought.
struct VehicleTally {
  std::int64_t violations = 0, unpaid = 0, warnings = 0;
};
void add_to_vehicle(database::Connection& connection, ClientId client, VehicleId vehicle,
                    const VehicleTally& tally);

}  // namespace lotkeeper::store
