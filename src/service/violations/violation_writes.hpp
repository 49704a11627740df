#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/violations/violation.hpp"
#include "service/commit/command.hpp"
#include "store/violations/violation.hpp"

/// The functions that change violations. Each checks first, then writes in the current transaction
/// and adds a row to the violation's history. A refusal writes nothing. Its detail is a message for
/// the office.
namespace lotkeeper::service {

// The document's ticket numbers start at 100001: "1-100013".
inline constexpr std::int64_t k_ticket_base = 100'000;

/// A ticket to be written. The fine is the sum of its types' costs. Their discounts apply.
struct IssueViolation {
  store::VehicleId vehicle = 0;
  std::vector<store::ItemId> types;  ///< one detail for each; at least one
  std::optional<store::ItemId> category;
  std::optional<store::ItemId> location;
  std::optional<std::string> comment;
  base::Instant issued;
  bool is_warning = false;  ///< costs nothing and is never due
};

struct IssuedViolation {
  store::ViolationId id = 0;
  std::string ticket;  ///< the client's prefix and number: "1-100013"
};

/// Refused (9033): an unknown vehicle, type, category or location; a ticket without a type.
domain::Result<IssuedViolation> issue_violation(WriteBatch& batch, store::ClientId client,
                                                const IssueViolation& issue);

struct PayViolation {
  store::ViolationId violation = 0;
  std::int64_t amount_cents = 0;
  base::Instant at;  ///< decides whether the discount applies
  std::string method;
  bool is_import = false;  ///< a payment that was reversed here is not added again
};

/// Records a payment in whole or in part. Returns false, and writes nothing, if this payment
/// (violation, time, amount, method) is already stored. Refused: 9009 for an unknown violation;
/// 9033 for an amount that is not above 0 or is more than is owed at that time, for a time in the
/// future, or for a violation that costs nothing.
domain::Result<bool> pay_violation(WriteBatch& batch, store::ClientId client,
                                   const PayViolation& pay);

/// Reverses a payment, which then no longer counts. What is owed is computed again: a discount
/// applies only if the remaining payments earn it. The history keeps both the payment and its
/// reversal. Refused: 9009 for an unknown violation or payment; 9031 without a reason; 9033 if it
/// was already reversed.
domain::Result<void> reverse_payment(WriteBatch& batch, store::ClientId client,
                                     store::ViolationId violation, store::PaymentId payment,
                                     const std::string& reason);

/// Sets another fine, without a discount. Refused: 9009; 9031 without a reason; 9033 for a fine
/// that is not above 0 or a violation that costs nothing.
domain::Result<void> adjust_violation(WriteBatch& batch, store::ClientId client,
                                      store::ViolationId violation, std::int64_t fine_cents,
                                      const std::string& reason);

/// Voids a violation that was written by mistake, as if it had never existed. Refused: 9009; 9031
/// without a reason; 9033 if it is already void or something was paid.
domain::Result<void> spoil_violation(WriteBatch& batch, store::ClientId client,
                                     store::ViolationId violation, const std::string& reason);

/// Waives a violation: it stays on record, but nothing is owed. Refused as `spoil_violation`.
domain::Result<void> cancel_violation(WriteBatch& batch, store::ClientId client,
                                      store::ViolationId violation, const std::string& reason);

/// Opens the driver's appeal. Until it is decided, the violation does not go to collections.
/// Refused: 9009; 9031 without a comment; 9033 if nothing is owed, an appeal is already open, or
/// the violation was sent to collections.
domain::Result<void> appeal_violation(WriteBatch& batch, store::ClientId client,
                                      store::ViolationId violation, const std::string& comment);

enum class AppealDecision { uphold, reduce, cancel };

/// Upholds the fine, reduces it to `fine_cents`, or cancels the violation. A remaining fine is due
/// the client's `appeal_days` after the decision, if that is later than the old due date, and does
/// not go to collections until then. Refused: 9009; 9031 without a reply; 9033 if no appeal is
/// open, or if the reduced fine is not above 0 and below the present one.
domain::Result<void> decide_appeal(WriteBatch& batch, store::ClientId client,
                                   store::ViolationId violation, AppealDecision decision,
                                   std::int64_t fine_cents, const std::string& reply);

/// What is owed for a violation at `moment`, in cents. Refused: 9009 for an unknown violation.
domain::Result<std::int64_t> owed_for(database::Connection& connection, store::ClientId client,
                                      store::ViolationId violation, base::Instant moment);

/// The fine and discounts of a violation with these details.
[[nodiscard]] domain::Charge charge_of(const store::Violation& violation,
                                       std::span<const store::ViolationDetail> details);

}  // namespace lotkeeper::service
