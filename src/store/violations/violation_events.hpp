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

/// What happens to a violation after it was issued: payments, appeals, and a trail of all of it.
namespace lotkeeper::store {

struct PaymentRow {
  ViolationId violation = 0;
  domain::Payment payment;
  std::string method;
  OperatorId operator_id = 0;  ///< 0: nobody in the console
};

/// The payments of each violation that count, by id: those that were reversed do not.
[[nodiscard]] std::vector<std::vector<domain::Payment>> find_payments(
    database::Connection& connection, ClientId client, std::span<const ViolationId> violations);

/// Those that counted at `moment`: entered by then, and not reversed by then.
[[nodiscard]] std::vector<std::vector<domain::Payment>> find_payments_as_of(
    database::Connection& connection, ClientId client, std::span<const ViolationId> violations,
    base::Instant moment);

/// Whether a payment of the same violation, time, amount and method stands; with `or_reversed` one
/// that was reversed counts too.
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
  OperatorId operator_id = 0;  ///< 0: nobody in the console
};

/// Takes a payment back, once: false where it was reversed already, and nothing was written.
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
