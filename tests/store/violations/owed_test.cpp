#include <functional>
#include <map>
#include <random>
#include <set>
#include <span>

#include <gtest/gtest.h>

#include "service/violations/violation_writes.hpp"
#include "store/money/overview.hpp"
#include "store/violations/owed.hpp"
#include "store/violations/owed_sql.hpp"
#include "store/violations/violation_events.hpp"
#include "support/test_api.hpp"

// What is owed, overdue and in collections: the SQL of sums and lists says what the functions of
// `domain` say, on whatever violations there may be.
namespace lotkeeper::tests {
namespace {

using domain::Payment;
using service::WriteBatch;
using std::chrono::hours;
using store::ViolationId;

constexpr store::ClientId k_client = 1;
constexpr int k_violations = 10'000;
constexpr int k_in_one_change = 500;

/// A violation as it is stored, and what its owing depends on.
struct Sample {
  store::Violation violation;
  std::vector<store::ViolationDetail> details;
  std::vector<Payment> payments;

  [[nodiscard]] std::int64_t owed_at(base::Instant moment) const {
    return domain::owed_at(service::charge_of(violation, details), payments, moment);
  }
};

/// Small worlds, so that times and amounts meet: a discount ends at the very moment of a payment, a
/// payment is just what was owed.
class Samples {
 public:
  explicit Samples(unsigned seed) : m_random(seed) {}

  Sample make(ViolationId id) {
    Sample sample;
    store::Violation& violation = sample.violation;
    violation.id = id;
    violation.ticket = "R-" + std::to_string(id);
    if (pick(4) > 0) violation.vehicle = 1 + pick(20);
    violation.issued = k_noon - hours(pick(8));
    // Longer ago than any discount may hold.
    if (pick(20) == 0) violation.issued = k_noon - hours(105'000);
    violation.due = k_noon + hours(pick(5) - 2);
    violation.fine_cents = 500 * pick(6);
    if (pick(4) == 0) violation.adjusted_fine_cents = 500 * (1 + pick(4));
    if (pick(5) == 0) violation.towing_cents = 1'000;
    if (pick(4) == 0) violation.tax_hundredths = pick(3) * 50 + pick(2) * 4'951;
    if (pick(10) == 0) violation.warning = pick(2);
    violation.spoiled = pick(20) == 0;
    if (pick(20) == 0) violation.cancelled = k_noon;
    if (pick(5) == 0) violation.appealed = k_noon - hours(1);
    if (violation.appealed && pick(2) == 0) violation.appeal_decided = k_noon;
    if (pick(5) == 0) violation.sent = k_noon - hours(1);
    violation.uuid = "u";
    violation.created = violation.issued;
    for (int i = pick(4); i > 0; --i) {
      sample.details.push_back({++m_details,
                                9,
                                {},
                                500,
                                pick(3) > 0,
                                500 * pick(4),
                                discount_hours(),
                                violation.issued});
    }
    for (int i = pick(4); i > 0; --i) {
      const base::Instant at = std::min(violation.issued + hours(pick(8)), k_noon);
      sample.payments.push_back({at, 250 * (1 + pick(8))});
      violation.paid_cents += sample.payments.back().cents;
    }
    if (domain::is_settled(service::charge_of(violation, sample.details), sample.payments,
                           k_noon)) {
      violation.closed = k_noon;
    }
    return sample;
  }

 private:
  int pick(int below) { return std::uniform_int_distribution<>(0, below - 1)(m_random); }
  /// Now and then more than there may be, one that overflows as milliseconds, or a negative one.
  std::int64_t discount_hours() {
    switch (pick(40)) {
      case 0:
        return 9'007'199'254'740'991;
      case 1:
        return 110'000;
      case 2:
        return -1;
      default:
        return pick(10);
    }
  }

  std::mt19937 m_random;
  std::int64_t m_details = 0;
};

std::vector<Sample> store_samples(TestApi& api, unsigned seed) {
  Samples make(seed);
  std::vector<Sample> samples;
  samples.reserve(k_violations);
  for (int i = 1; i <= k_violations; ++i) samples.push_back(make.make(i));
  for (std::size_t begin = 0; begin < samples.size(); begin += k_in_one_change) {
    const auto stored = api.app.change([&](WriteBatch& batch) -> domain::Result<std::string> {
      for (const Sample& sample : std::span(samples).subspan(begin, k_in_one_change)) {
        store::save_violation(batch.connection, k_client, sample.violation);
        store::insert_details(batch.connection, k_client, sample.violation.id, sample.details);
      }
      return std::string();
    });
    EXPECT_TRUE(stored);
  }
  return samples;
}

/// What is owed for each of these, by SQL.
std::vector<std::int64_t> owed_by_sql(TestApi& api, std::span<const ViolationId> ids,
                                      base::Instant now) {
  static constexpr database::Statement k_owed{
      "test.owed", "SELECT " LOTKEEPER_OWED_AT(
                       "$3") " FROM violation WHERE client_id = $1 AND violation_id = $2"};
  std::vector<database::Parameters> wanted;
  wanted.reserve(ids.size());
  for (const ViolationId id : ids) wanted.push_back({k_client, id, now});
  std::vector<std::int64_t> owed(ids.size());
  api.app.database().read()->run_many(
      k_owed, wanted,
      [&](std::size_t index, const database::Row& row) { owed[index] = row.integer(0); });
  return owed;
}

std::set<ViolationId> overdue_by_sql(TestApi& api, base::Instant now) {
  static constexpr database::Statement k_overdue{
      "test.overdue",
      "SELECT violation_id FROM violation WHERE client_id = $1 "
      "AND " LOTKEEPER_IS_OVERDUE_AT("$2")};
  std::set<ViolationId> ids;
  api.app.database().read()->run(k_overdue, {k_client, now},
                                 [&](const database::Row& row) { ids.insert(row.integer(0)); });
  return ids;
}

TEST(Owed, sql_and_domain_agree_on_ten_thousand_random_violations) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  TestApi api;
  const std::vector<Sample> samples = store_samples(api, seed);
  std::vector<ViolationId> ids;
  for (const Sample& sample : samples) ids.push_back(sample.violation.id);

  for (const base::Instant now : {k_noon, k_noon + hours(1), k_noon + hours(20)}) {
    const auto owed = owed_by_sql(api, ids, now);
    const auto overdue = overdue_by_sql(api, now);
    std::int64_t all = 0;
    std::int64_t unpaid = 0;
    std::int64_t collections = 0;
    std::map<store::VehicleId, std::int64_t> of_vehicles;
    int differ = 0;
    for (std::size_t i = 0; i < samples.size() && differ < 5; ++i) {
      const store::Violation& violation = samples[i].violation;
      const std::int64_t expected = samples[i].owed_at(now);
      const bool is_overdue = store::state_of(violation, expected, now) == "overdue";
      EXPECT_EQ(owed[i], expected) << violation.id;
      EXPECT_EQ(overdue.contains(violation.id), is_overdue) << violation.id;
      if (owed[i] != expected || overdue.contains(violation.id) != is_overdue) ++differ;
      if (violation.spoiled) continue;
      all += expected;
      if (!violation.closed) ++unpaid;
      if (!violation.closed && violation.sent) collections += expected;
      if (violation.vehicle) of_vehicles[*violation.vehicle] += expected;
    }
    const auto totals =
        store::total_violations(*api.app.database().read(), k_client, {now, now, now});
    EXPECT_EQ(totals.owed_cents, all);
    EXPECT_EQ(totals.open, unpaid);
    EXPECT_EQ(totals.overdue, static_cast<std::int64_t>(overdue.size()));
    EXPECT_EQ(totals.in_collections_cents, collections);
    for (const auto& [vehicle, cents] : of_vehicles) {
      EXPECT_EQ(
          store::sum_vehicles(*api.app.database().read(), k_client, std::span(&vehicle, 1), now)
              .front()
              .owed_cents,
          cents);
    }
    std::int64_t by_month = 0;
    for (const auto& row : store::list_fines(*api.app.database().read(), k_client, now)) {
      by_month += row.owed_cents;
    }
    EXPECT_EQ(by_month, all) << "Money and the overview say the same";
  }
}

/// Random verbs at random moments on a few violations: what is closed and paid is kept in step.
TEST(Owed, sql_and_domain_agree_after_random_verbs) {
  constexpr int k_few = 5;
  constexpr int k_verbs = 400;
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  TestApi api;
  std::mt19937 random(seed);
  const auto pick = [&](int below) {
    return std::uniform_int_distribution<>(0, below - 1)(random);
  };
  const auto change = [&](const std::function<void(WriteBatch&)>& verb) {
    ASSERT_TRUE(api.app.change([&](WriteBatch& batch) -> domain::Result<std::string> {
      verb(batch);
      return std::string();
    }));
  };
  change([&](WriteBatch& batch) {
    for (int id = 1; id <= k_few; ++id) {
      store::Violation violation;
      violation.id = id;
      violation.ticket = "W-" + std::to_string(id);
      violation.issued = batch.now;
      violation.due = batch.now + hours(5);
      violation.fine_cents = 1'000 + 500 * pick(3);
      violation.uuid = "u";
      violation.created = batch.now;
      const store::ViolationDetail detail{id,      9,        {}, 1'000, true, 500 * pick(3),
                                          pick(8), batch.now};
      store::save_violation(batch.connection, k_client, violation);
      store::insert_details(batch.connection, k_client, id, std::span(&detail, 1));
    }
  });
  for (int i = 0; i < k_verbs; ++i) {
    const ViolationId id = 1 + pick(k_few);
    change([&](WriteBatch& batch) {
      switch (pick(6)) {
        case 0:
          (void)service::adjust_violation(batch, k_client, id, 500 * (1 + pick(4)), "why");
          break;
        case 1:
        case 2:
          (void)service::reverse_payment(batch, k_client, id, 1 + pick(i / 4 + 1), "why");
          break;
        default:
          (void)service::pay_violation(
              batch, k_client, {id, 250 * (1 + pick(6)), batch.now - hours(pick(3)), "cash"});
      }
    });
    if (pick(20) == 0) api.clock.advance(hours(1));
    const std::int64_t owed = owed_by_sql(api, std::span(&id, 1), api.clock.now()).front();
    const auto connection = api.app.database().read();
    ASSERT_EQ(owed, *service::owed_for(*connection, k_client, id, api.clock.now()))
        << "violation " << id << " after " << i << " verbs";
  }
  EXPECT_GT(api.number("SELECT COUNT(*) FROM payment_reversal"), 0);
  EXPECT_EQ(api.number("SELECT COUNT(*) FROM violation v WHERE paid_cents <> "
                       "(SELECT COALESCE(SUM(p.amount_cents), 0) FROM payment p "
                       "WHERE p.client_id = v.client_id AND p.violation_id = v.violation_id "
                       "AND NOT EXISTS (SELECT 1 FROM payment_reversal r "
                       "WHERE r.client_id = p.client_id AND r.payment_id = p.payment_id))"),
            0);
}

}  // namespace
}  // namespace lotkeeper::tests
