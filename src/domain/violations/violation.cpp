#include "domain/violations/violation.hpp"

#include <algorithm>

namespace lotkeeper::domain {

std::chrono::hours discount_window(std::int64_t hours) {
  return std::chrono::hours(std::clamp<std::int64_t>(hours, 0, k_longest_discount_hours));
}

std::int64_t cost_at(const Charge& charge, base::Instant moment) {
  if (charge.is_void) return 0;
  std::int64_t fine = charge.fine_cents;
  if (charge.adjusted_fine_cents != 0) {
    fine = charge.adjusted_fine_cents;
  } else {
    for (const Discount& discount : charge.discounts) {
      if (moment <= charge.issued + discount.window) fine -= discount.cents;
    }
    fine = std::max<std::int64_t>(fine, 0);
  }
  const std::int64_t tax_cents = (charge.tax_hundredths + 50) / 100;
  return fine + charge.towing_cents + tax_cents;
}

std::int64_t owed_at(const Charge& charge, std::span<const Payment> payments,
                     base::Instant moment) {
  std::vector<Payment> in_order;
  std::ranges::copy_if(payments, std::back_inserter(in_order),
                       [&](const Payment& payment) { return payment.at <= moment; });
  std::ranges::sort(in_order, {}, &Payment::at);

  std::int64_t paid = 0;
  for (const Payment& payment : in_order) {
    paid += payment.cents;
    if (paid >= cost_at(charge, payment.at)) return 0;
  }
  return std::max<std::int64_t>(cost_at(charge, moment) - paid, 0);
}

bool is_settled(const Charge& charge, std::span<const Payment> payments, base::Instant now) {
  base::Instant after_discounts = now;
  for (const Discount& discount : charge.discounts) {
    after_discounts =
        std::max(after_discounts, charge.issued + discount.window + std::chrono::milliseconds(1));
  }
  return owed_at(charge, payments, after_discounts) == 0;
}

base::Instant due_after(base::Instant issued, std::int64_t days) {
  return issued + std::chrono::days(days);
}

base::Instant due_after_decision(base::Instant due, base::Instant decided, std::int64_t days) {
  return std::max(due, due_after(decided, days));
}

}  // namespace lotkeeper::domain
