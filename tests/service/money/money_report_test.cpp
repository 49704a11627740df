#include <map>
#include <random>

#include <gtest/gtest.h>

#include "service/money/money_report.hpp"
#include "service/violations/violation_writes.hpp"
#include "store/money/overview.hpp"
#include "store/violations/violation_type.hpp"
#include "support/overdue.hpp"

// The reports of money on violations that live as in an office: whatever is paid, adjusted,
// appealed, cancelled and reversed, the columns add up and the past stays what it was.
namespace lotkeeper::tests {
namespace {

using domain::Result;
using service::WriteBatch;
using std::chrono::hours;
using store::ClientId;
using store::FineSums;
using store::TakingSums;

constexpr store::VehicleId k_vehicle = 8;  // of the document's record
constexpr std::int64_t k_fine_cents = 5'000;
constexpr int k_steps = 400;

class RandomLives : public testing::Test {
 protected:
  RandomLives() {
    import_overdue(m_api, "OC_TOMA");
    run([](WriteBatch& batch, ClientId client) -> Result<void> {
      const store::ViolationType type{9, 1, k_fine_cents, true, 1'000, 72};
      store::save_violation_types(batch.connection, client, std::span(&type, 1));
      return {};
    });
    m_days.client = 1;
    m_days.zone = *domain::TimeZone::find("America/Toronto");
    m_days.first = "2016-01-01";
    m_days.last = "2027-12-31";
  }

  std::string run(const std::function<Result<void>(WriteBatch&, ClientId)>& verb) {
    return change_violation(m_api, verb);
  }

  int pick(int below) { return std::uniform_int_distribution<>(0, below - 1)(m_random); }

  void issue() {
    EXPECT_EQ(run([&](WriteBatch& batch, ClientId client) -> Result<void> {
                service::IssueViolation wanted;
                wanted.vehicle = k_vehicle;
                wanted.types = {9};
                wanted.category = 2;
                wanted.location = 6;
                wanted.issued = batch.now;
                wanted.is_warning = pick(8) == 0;
                auto issued = service::issue_violation(batch, client, wanted);
                if (!issued) return tl::unexpected(issued.error());
                m_violations.push_back(issued->id);
                if (!wanted.is_warning) m_issued[month()] += k_fine_cents;
                return {};
              }),
              "");
  }

  /// What an office does; what makes no sense for this violation is refused and changes nothing.
  void act() {
    const store::ViolationId id =
        m_violations[static_cast<std::size_t>(pick(static_cast<int>(m_violations.size())))];
    const std::int64_t cents = 500 * (1 + pick(10));
    run([&](WriteBatch& batch, ClientId client) -> Result<void> {
      switch (pick(8)) {
        case 0:
        case 1:
        case 2: {
          const auto paid = service::pay_violation(
              batch, client, {id, cents, batch.now, pick(2) == 0 ? "cash" : "card"});
          if (!paid) return tl::unexpected(paid.error());
          return {};
        }
        case 3:
          return service::adjust_violation(batch, client, id, cents + 1'000, "other fine");
        case 4:
          return service::appeal_violation(batch, client, id, "not me");
        case 5: {
          const auto decision = static_cast<service::AppealDecision>(pick(3));
          return service::decide_appeal(batch, client, id, decision, cents, "decided");
        }
        case 6:
          return pick(2) == 0 ? service::cancel_violation(batch, client, id, "no case")
                              : service::spoil_violation(batch, client, id, "misprint");
        default: {
          const std::int64_t payment =
              m_api.number("SELECT MAX(payment_id) FROM payment") - pick(6);
          const std::int64_t of = m_api.number(
              "SELECT violation_id FROM payment WHERE payment_id = " + std::to_string(payment));
          return service::reverse_payment(batch, client, of, payment, "wrong ticket");
        }
      }
    });
  }

  [[nodiscard]] std::string today() const { return m_days.zone.date_at(m_api.clock.now()); }
  [[nodiscard]] std::string month() const { return today().substr(0, 7); }

  std::map<std::string, FineSums> fines() {
    return service::report_fines(*m_api.app.database().read(), m_days, m_api.clock.now());
  }
  std::map<service::TakingKey, TakingSums> takings() {
    return service::report_takings(*m_api.app.database().read(), m_days);
  }

  TestApi m_api;
  std::mt19937 m_random;
  service::ReportDays m_days;
  std::vector<store::ViolationId> m_violations;
  std::map<std::string, std::int64_t> m_issued;  ///< by month, as it was then
};

TEST_F(RandomLives, columns_add_up_and_the_past_stays_what_it_was) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  m_random.seed(seed);
  m_issued["2016-05"] = k_fine_cents;  // the document's
  std::map<service::TakingKey, TakingSums> yesterday;
  FineSums seen;  // in all looks together
  for (int step = 0; step < k_steps; ++step) {
    m_api.clock.advance(hours(pick(12)));
    if (m_violations.empty() || pick(4) == 0) {
      issue();
    } else {
      act();
    }
    if (step % 40 != 39) continue;

    FineSums total;
    for (const auto& [name, sums] : fines()) {
      EXPECT_EQ(sums.issued_cents, m_issued[name]) << name;
      EXPECT_EQ(sums.issued_cents, sums.adjusted_cents + sums.discounted_cents +
                                       sums.cancelled_cents + sums.paid_cents +
                                       sums.overpaid_cents + sums.owed_cents)
          << name;
      EXPECT_GE(sums.discounted_cents, 0) << name;
      EXPECT_LE(sums.overpaid_cents, 0) << name;
      total += sums;
    }
    seen += total;
    const base::Instant now = m_api.clock.now();
    EXPECT_EQ(total.owed_cents,
              store::total_violations(*m_api.app.database().read(), 1, {now, now, now}).owed_cents);

    TakingSums taken;
    const auto lines = takings();
    for (const auto& [key, sums] : lines) taken += sums;
    EXPECT_EQ(taken.payments, m_api.number("SELECT COUNT(*) FROM payment"));
    EXPECT_EQ(taken.taken_cents,
              m_api.number("SELECT CAST(SUM(amount_cents) AS BIGINT) FROM payment"));
    EXPECT_EQ(taken.reversals, m_api.number("SELECT COUNT(*) FROM payment_reversal"));
    EXPECT_EQ(taken.net_cents(), total.paid_cents);
    for (const auto& [key, sums] : yesterday) {
      ASSERT_TRUE(lines.contains(key)) << key.day;
      EXPECT_EQ(lines.at(key).net_cents(), sums.net_cents()) << key.day;
    }
    yesterday.clear();
    for (const auto& [key, sums] : lines) {
      if (key.day < today()) yesterday.emplace(key, sums);
    }
  }
  // The lives were such that each column was needed.
  EXPECT_GT(m_api.number("SELECT COUNT(*) FROM payment_reversal"), 0);
  EXPECT_NE(seen.adjusted_cents, 0);
  EXPECT_GT(seen.discounted_cents, 0);
  EXPECT_GT(seen.cancelled_cents, 0);
  EXPECT_GT(seen.paid_cents, 0);
  EXPECT_GT(seen.owed_cents, 0);
}

TEST(MoneyReport, months_follow_one_another_over_the_end_of_a_year) {
  EXPECT_EQ(service::month_after("2026-01"), "2026-02");
  EXPECT_EQ(service::month_after("2026-12"), "2027-01");
  EXPECT_EQ(service::month_after("1999-09"), "1999-10");
}

}  // namespace
}  // namespace lotkeeper::tests
