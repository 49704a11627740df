#include <gtest/gtest.h>

#include "domain/violations/violation.hpp"

namespace lotkeeper::tests {
namespace {

using base::Instant;
using domain::Charge;
using domain::cost_at;
using domain::owed_at;
using domain::Payment;
using std::chrono::hours;

constexpr Instant k_issued = base::from_epoch_ms(1'462'305'600'000);  // 2016-05-03T20:00:00Z

/// The document's record: 50, or 40 within 168 hours.
Charge documents_charge() {
  Charge charge;
  charge.issued = k_issued;
  charge.fine_cents = 5'000;
  charge.discounts = {{1'000, hours(168)}};
  return charge;
}

TEST(Owed, costs_less_up_to_the_last_moment_of_the_discount) {
  const Charge charge = documents_charge();
  EXPECT_EQ(cost_at(charge, k_issued), 4'000);
  EXPECT_EQ(cost_at(charge, k_issued + hours(168)), 4'000);
  EXPECT_EQ(cost_at(charge, k_issued + hours(168) + std::chrono::milliseconds(1)), 5'000);
}

TEST(Owed, has_a_discount_for_each_detail_that_gives_one) {
  Charge charge = documents_charge();
  charge.discounts.push_back({500, hours(24)});
  EXPECT_EQ(cost_at(charge, k_issued + hours(24)), 3'500);
  EXPECT_EQ(cost_at(charge, k_issued + hours(25)), 4'000);
}

TEST(Owed, never_costs_less_than_nothing) {
  Charge charge = documents_charge();
  charge.discounts.front().cents = 9'000;
  EXPECT_EQ(cost_at(charge, k_issued), 0);
  EXPECT_EQ(owed_at(charge, {}, k_issued), 0);
}

TEST(Owed, adds_towing_and_tax_rounded_half_up) {
  Charge charge = documents_charge();
  charge.discounts.clear();
  charge.towing_cents = 12'000;
  charge.tax_hundredths = 65'049;
  EXPECT_EQ(cost_at(charge, k_issued), 5'000 + 12'000 + 650);
  charge.tax_hundredths = 65'050;
  EXPECT_EQ(cost_at(charge, k_issued), 5'000 + 12'000 + 651);
}

TEST(Owed, takes_an_adjusted_fine_without_discount) {
  Charge charge = documents_charge();
  charge.adjusted_fine_cents = 2'500;
  EXPECT_EQ(cost_at(charge, k_issued), 2'500);
  EXPECT_EQ(cost_at(charge, k_issued + hours(1'000)), 2'500);
}

TEST(Owed, is_nothing_for_what_is_void) {
  Charge charge = documents_charge();
  charge.towing_cents = 100;
  charge.is_void = true;
  EXPECT_EQ(cost_at(charge, k_issued), 0);
  EXPECT_EQ(owed_at(charge, {}, k_issued), 0);
}

TEST(Owed, is_what_payments_left) {
  const std::vector<Payment> payments{{k_issued + hours(1), 1'500}, {k_issued + hours(200), 500}};
  EXPECT_EQ(owed_at(documents_charge(), payments, k_issued), 4'000);
  EXPECT_EQ(owed_at(documents_charge(), payments, k_issued + hours(2)), 2'500);
  EXPECT_EQ(owed_at(documents_charge(), payments, k_issued + hours(169)), 3'500);
  EXPECT_EQ(owed_at(documents_charge(), payments, k_issued + hours(201)), 3'000);
}

TEST(Owed, stays_nothing_after_the_discount_for_who_paid_in_time) {
  const std::vector<Payment> in_time{{k_issued + hours(167), 3'000},
                                     {k_issued + hours(168), 1'000}};
  EXPECT_EQ(owed_at(documents_charge(), in_time, k_issued + hours(10'000)), 0);
  const std::vector<Payment> too_late{{k_issued + hours(169), 4'000}};
  EXPECT_EQ(owed_at(documents_charge(), too_late, k_issued + hours(10'000)), 1'000);
}

TEST(Owed, does_not_depend_on_the_order_in_which_payments_are_given) {
  const std::vector<Payment> payments{{k_issued + hours(169), 1'000}, {k_issued + hours(1), 4'000}};
  EXPECT_EQ(owed_at(documents_charge(), payments, k_issued + hours(200)), 0);
}

TEST(Owed, is_never_below_nothing) {
  const std::vector<Payment> payments{{k_issued + hours(1), 9'000}};
  EXPECT_EQ(owed_at(documents_charge(), payments, k_issued + hours(2)), 0);
}

TEST(Due, comes_days_after_the_issue_to_the_hour) {
  // As in the document's record: issued 2016-05-03T20:00:00Z, due 2016-05-23T20:00:00Z.
  EXPECT_EQ(domain::due_after(k_issued, 20), k_issued + hours(480));
  EXPECT_EQ(domain::due_after(k_issued, 0), k_issued);
}

}  // namespace
}  // namespace lotkeeper::tests
