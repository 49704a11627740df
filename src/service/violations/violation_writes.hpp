#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/violations/violation.hpp"
#include "service/commit/command.hpp"
#include "store/violations/violation.hpp"

/// The verbs that change violations: each checks first, then writes, inside the transaction in
/// hand, with a row of the violation's trail. A refusal writes nothing; its detail is a sentence
/// for the office.
namespace lotkeeper::service {

// The document's tickets count from 100001 on: "1-100013".
inline constexpr std::int64_t k_ticket_base = 100'000;

/// A ticket to be written. The fine is the sum of its types' costs, the discounts are theirs.
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
  std::string ticket;  ///< the client's prefix and count: "1-100013"
};

/// Refused (9033): an unknown vehicle, type, category or location; no type at all.
domain::Result<IssuedViolation> issue_violation(WriteBatch& batch, store::ClientId client,
                                                const IssueViolation& issue);

struct PayViolation {
  store::ViolationId violation = 0;
  std::int64_t amount_cents = 0;
  base::Instant at;  ///< decides on the discount
  std::string method;
  bool is_import = false;  ///< a payment that was reversed here is not taken again
};

/// A payment in whole or in part. False where this very payment (violation, time, amount, method)
/// stands already, and nothing was written. Refused: 9009 an unknown violation; 9033 an amount
/// that is not above 0 or is more than is owed at that time, a time to come, a violation that costs
/// nothing.
domain::Result<bool> pay_violation(WriteBatch& batch, store::ClientId client,
                                   const PayViolation& pay);

/// Takes a payment back: it counts no more, what is owed is judged anew (a discount holds only as
/// the payments that are left earn it), and both stand in the history. Refused: 9009 an unknown
/// violation or payment of it; 9031 without a reason; 9033 where it was reversed already.
domain::Result<void> reverse_payment(WriteBatch& batch, store::ClientId client,
                                     store::ViolationId violation, store::PaymentId payment,
                                     const std::string& reason);

/// Sets another fine, without discount. Refused: 9009; 9031 without a reason; 9033 a fine that is
/// not above 0, a violation that costs nothing.
domain::Result<void> adjust_violation(WriteBatch& batch, store::ClientId client,
                                      store::ViolationId violation, std::int64_t fine_cents,
                                      const std::string& reason);

/// Written by mistake: it never was. Refused: 9009; 9031 without a reason; 9033 where it is void
/// already or something was paid.
domain::Result<void> spoil_violation(WriteBatch& batch, store::ClientId client,
                                     store::ViolationId violation, const std::string& reason);

/// Waived: it stands, and nothing is owed. Refused as spoiling is.
domain::Result<void> cancel_violation(WriteBatch& batch, store::ClientId client,
                                      store::ViolationId violation, const std::string& reason);

/// The driver objects: until it is decided the violation does not go to collections. Refused:
/// 9009; 9031 without a comment; 9033 where nothing is owed, one is open, or it was sent to
/// collections.
domain::Result<void> appeal_violation(WriteBatch& batch, store::ClientId client,
                                      store::ViolationId violation, const std::string& comment);

enum class AppealDecision { uphold, reduce, cancel };

/// Upholds the fine, reduces it to `fine_cents`, or cancels the violation. What still stands is due
/// at the client's days after the decision, where that is later than before, and does not go to
/// collections until then. Refused: 9009; 9031
/// without a reply; 9033 where no appeal is open, or the reduced fine is not above 0 and below the
/// present one.
domain::Result<void> decide_appeal(WriteBatch& batch, store::ClientId client,
                                   store::ViolationId violation, AppealDecision decision,
                                   std::int64_t fine_cents, const std::string& reply);

/// What is owed for a violation at `moment`, in cents. 9009 where there is none.
domain::Result<std::int64_t> owed_for(database::Connection& connection, store::ClientId client,
                                      store::ViolationId violation, base::Instant moment);

/// What a violation of these details comes to.
[[nodiscard]] domain::Charge charge_of(const store::Violation& violation,
                                       std::span<const store::ViolationDetail> details);

}  // namespace lotkeeper::service
