#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/clock.hpp"

/// What a violation costs, and what of it is still owed.
namespace lotkeeper::domain {

/// More than eleven years: whatever is stored beyond it counts as this.
inline constexpr std::int64_t k_longest_discount_hours = 100'000;
[[nodiscard]] std::chrono::hours discount_window(std::int64_t hours);

/// Paid within `window` of the issue, a violation costs `cents` less.
struct Discount {
  std::int64_t cents = 0;
  std::chrono::hours window{0};
};

/// What a violation costs.
struct Charge {
  base::Instant issued;
  std::int64_t fine_cents = 0;
  std::int64_t adjusted_fine_cents = 0;  ///< the office's decision, without discount; 0: none
  std::int64_t towing_cents = 0;
  std::int64_t tax_hundredths = 0;  ///< hundredths of a cent, rounded half up in the sum
  std::vector<Discount> discounts;
  bool is_void = false;  ///< spoiled, cancelled, or a warning: costs nothing
};

struct Payment {
  base::Instant at;
  std::int64_t cents = 0;
};

/// What `charge` comes to where it is paid at `moment`, in cents.
[[nodiscard]] std::int64_t cost_at(const Charge& charge, base::Instant moment);

/// What is still owed at `moment` in cents, never below 0. Whoever has paid all that was owed when
/// paying, a discount included, owes nothing afterwards. Payments after `moment` do not count.
[[nodiscard]] std::int64_t owed_at(const Charge& charge, std::span<const Payment> payments,
                                   base::Instant moment);

/// Whether nothing is owed at `now`, nor later where nothing more is paid: a discount that makes it
/// nothing for a while does not settle it.
[[nodiscard]] bool is_settled(const Charge& charge, std::span<const Payment> payments,
                              base::Instant now);

/// When a violation of `issued` is due: `days` later to the hour, as the document's record has it.
[[nodiscard]] base::Instant due_after(base::Instant issued, std::int64_t days);

/// When a violation that was due at `due` is due once its appeal was decided: `days` after the
/// decision, never earlier than before.
[[nodiscard]] base::Instant due_after_decision(base::Instant due, base::Instant decided,
                                               std::int64_t days);

}  // namespace lotkeeper::domain
