#include <map>

#include <gtest/gtest.h>

#include "cli/demo/build_town.hpp"
#include "cli/demo/town/places.hpp"
#include "support/fake_clock.hpp"
#include "support/test_api.hpp"

/// The town of `lotkeeper demo`.
namespace lotkeeper::tests {
namespace {

using cli::demo::Act;
using cli::demo::Town;
using cli::demo::TownSize;

domain::TimeZone toronto() { return *domain::TimeZone::find(cli::demo::k_town_time_zone); }

base::Instant moment(std::string_view text) {
  return toronto().resolve(*domain::parse_wall_time(text))->first;
}

/// Midnight, early on a Sunday, the first hours of a year, and days with 23 and 25 hours.
constexpr const char* k_moments[] = {"2026-03-03T12:00:00", "2026-06-15T00:00:01",
                                     "2026-07-05T04:30:00", "2026-01-01T02:00:00",
                                     "2026-03-08T03:10:00", "2026-11-01T01:30:00"};

TEST(DemoTown, IsTheSameForTheSameSeedAndMoment) {
  const TownSize size{2'000, 200, 60};
  const base::Instant now = moment(k_moments[0]);
  const Town one = cli::demo::make_town(1, now, toronto(), size);
  const Town same = cli::demo::make_town(1, now, toronto(), size);
  const Town other = cli::demo::make_town(2, now, toronto(), size);
  ASSERT_EQ(one.permits.size(), same.permits.size());
  for (std::size_t i = 0; i < one.permits.size(); ++i) {
    EXPECT_EQ(one.permits[i].id, same.permits[i].id);
    EXPECT_EQ(one.permits[i].plate, same.permits[i].plate);
  }
  ASSERT_EQ(one.deeds.size(), same.deeds.size());
  for (std::size_t i = 0; i < one.deeds.size(); ++i) {
    EXPECT_EQ(one.deeds[i].at, same.deeds[i].at);
    EXPECT_EQ(one.deeds[i].text, same.deeds[i].text);
  }
  EXPECT_NE(one.permits.front().id, other.permits.front().id);
}

TEST(DemoTown, HasItsThirtyDaysWheneverItIsMade) {
  for (const char* const text : k_moments) {
    SCOPED_TRACE(text);
    const base::Instant now = moment(text);
    // One of them as large as the demo's.
    const TownSize size = text == k_moments[0] ? TownSize() : TownSize{4'000, 600, 100};
    const Town town = cli::demo::make_town(cli::demo::k_town_seed, now, toronto(), size);
    EXPECT_EQ(town.permits.size(), text == k_moments[0] ? 20'000 : 4'000);
    EXPECT_EQ(town.violations.size(), 600);
    std::map<std::string, int> days;
    base::Instant before = now - cli::demo::k_town_days;
    for (const auto& permit : town.permits) {
      ASSERT_LE(before, permit.made);
      ASSERT_LT(permit.made, permit.end);
      before = permit.made;
      ++days[toronto().date_at(permit.made)];
    }
    EXPECT_LE(before, now);
    EXPECT_GE(days.size(), 30);
    for (const auto& deed : town.deeds) ASSERT_LE(deed.at, now);
    for (const auto& refusal : town.refusals) ASSERT_LE(refusal.at, now);
  }
}

/// A town in a database of its own.
class BuiltTown {
 public:
  BuiltTown(base::Instant now, const TownSize& size)
      : m_clock(now - cli::demo::PastClock::k_behind), m_app({m_store.url(), {}, {}, {}}, m_clock) {
    cli::demo::build_town(m_app, now, size);
  }
  [[nodiscard]] std::string text(std::string_view sql) { return text_of(m_app.database(), sql); }
  [[nodiscard]] std::int64_t number(std::string_view sql) { return std::stoll(text(sql)); }
  void build_again(base::Instant now) { cli::demo::build_town(m_app, now); }

  /// What permits brought in, by the day of their start, from the permits themselves.
  [[nodiscard]] std::map<std::string, std::pair<std::int64_t, std::int64_t>> recounted_income() {
    static constexpr database::Statement k_permits{
        "test.permits",
        "SELECT start_at, amount_cents FROM permit WHERE deleted_at IS NULL "
        "AND amount_cents IS NOT NULL"};
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> days;
    m_app.database().read()->run(k_permits, {}, [&](const database::Row& row) {
      auto& day = days[toronto().date_at(row.instant(0))];
      ++day.first;
      day.second += row.integer(1);
    });
    return days;
  }
  [[nodiscard]] std::map<std::string, std::pair<std::int64_t, std::int64_t>> counted_income() {
    static constexpr database::Statement k_income{
        "test.income",
        "SELECT day, CAST(SUM(permits) AS BIGINT), CAST(SUM(cents) AS BIGINT) FROM permit_income "
        "GROUP BY day"};
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> days;
    m_app.database().read()->run(k_income, {}, [&](const database::Row& row) {
      days[std::string(row.text(0))] = {row.integer(1), row.integer(2)};
    });
    return days;
  }

 private:
  TestDatabase m_store;
  FakeClock m_clock;
  service::App m_app;
};

/// What only reads shares one.
BuiltTown& town_at_noon() {
  static BuiltTown town(moment(k_moments[0]), {3'000, 600, 90});
  return town;
}

TEST(DemoTown, HasPermitsOfThreeVendorsOfWhichOneFailsAndOneIsSilent) {
  const base::Instant now = moment(k_moments[0]);
  BuiltTown& town = town_at_noon();
  EXPECT_EQ(town.number("SELECT COUNT(*) FROM zone"), 12);
  EXPECT_EQ(town.number("SELECT COUNT(*) FROM permit"), 3'000);
  EXPECT_EQ(town.number("SELECT COUNT(DISTINCT integration_id) FROM permit"), 3);
  EXPECT_EQ(town.number("SELECT COUNT(*) FROM profile"), 90);
  EXPECT_GT(town.number("SELECT COUNT(*) FROM vehicle"), 200);
  EXPECT_GT(town.number("SELECT COUNT(*) FROM zone_name WHERE zone_id IS NULL"), 1);

  const auto since = [&](std::chrono::hours back) {
    return std::to_string(base::to_epoch_ms(now - back));
  };
  EXPECT_GT(
      town.number("SELECT CAST(SUM(total) AS BIGINT) FROM request_hour WHERE integration_id = 2 "
                  "AND code = 9006 AND hour >= " +
                  since(std::chrono::hours(24))),
      20);
  EXPECT_GT(town.number("SELECT COUNT(*) FROM request_log WHERE code = 9006 AND status = 422"), 20);
  EXPECT_EQ(town.number("SELECT COUNT(*) FROM request_hour WHERE integration_id = 3 "
                        "AND hour >= " +
                        since(std::chrono::hours(72))),
            0);
  EXPECT_GT(town.number("SELECT COUNT(*) FROM request_hour WHERE integration_id = 3 "
                        "AND code = 0"),
            100);
}

TEST(DemoTown, HasViolationsInEveryState) {
  BuiltTown& town = town_at_noon();
  EXPECT_EQ(town.number("SELECT COUNT(*) FROM violation"), 600);
  const std::string now = std::to_string(base::to_epoch_ms(moment(k_moments[0])));
  const std::string unpaid = "closed_at IS NULL AND sent_at IS NULL AND appealed_at IS NULL";
  for (const std::string& state :
       {unpaid + " AND due_at >= " + now, unpaid + " AND due_at < " + now,
        std::string("closed_at IS NOT NULL AND paid_cents > 0"),
        std::string("appealed_at IS NOT NULL AND appeal_decided_at IS NULL"),
        std::string("spoiled = 1"), std::string("cancelled_at IS NOT NULL"),
        std::string("warning = 1"), std::string("sent_at IS NOT NULL AND closed_at IS NULL"),
        std::string("adjusted_fine_cents > 0"),
        std::string("closed_at IS NULL AND paid_cents > 0")}) {
    EXPECT_GT(town.number("SELECT COUNT(*) FROM violation WHERE " + state), 2) << state;
  }
  for (const char* const decision : {"uphold", "reduce", "cancel"}) {
    EXPECT_GT(
        town.number("SELECT COUNT(*) FROM appeal WHERE decision = '" + std::string(decision) + "'"),
        2)
        << decision;
  }
  EXPECT_EQ(town.number("SELECT COUNT(DISTINCT method) FROM payment"), 3);
  EXPECT_GT(town.number("SELECT COUNT(*) FROM payment_reversal"), 2);
  EXPECT_EQ(town.number("SELECT COUNT(*) FROM collection_batch "
                        "WHERE closed_at IS NOT NULL AND rendered_at IS NOT NULL"),
            2);
  EXPECT_EQ(town.number("SELECT COUNT(DISTINCT operator_id) FROM violation_event"), 3);
  EXPECT_GT(town.number("SELECT COUNT(*) FROM plate_check WHERE valid = 1"), 100);
  EXPECT_GT(town.number("SELECT COUNT(*) FROM plate_check WHERE valid = 0"), 100);
  // An officer does not write a ticket for a permit after a check that says that it is paid.
  EXPECT_EQ(town.number("SELECT COUNT(*) FROM violation_scene s JOIN plate_check c "
                        "ON c.client_id = s.client_id AND c.check_id = s.check_id "
                        "WHERE c.valid = 1"),
            0);
}

TEST(DemoTown, FiguresAreThoseOfARecount) {
  BuiltTown& town = town_at_noon();
  EXPECT_EQ(town.counted_income(), town.recounted_income());
  EXPECT_EQ(
      town.number("SELECT COUNT(*) FROM (SELECT zone_name_id, permit_type, COUNT(*) AS live "
                  "FROM permit WHERE deleted_at IS NULL GROUP BY zone_name_id, permit_type) p "
                  "LEFT JOIN (SELECT zone_name_id, permit_type, SUM(total) AS counted "
                  "FROM permit_count GROUP BY zone_name_id, permit_type) c "
                  "ON c.zone_name_id = p.zone_name_id AND c.permit_type = p.permit_type "
                  "WHERE c.counted IS NULL OR c.counted <> p.live"),
      0);
  EXPECT_EQ(town.number("SELECT CAST(SUM(total) AS BIGINT) FROM permit_count"),
            town.number("SELECT COUNT(*) FROM permit WHERE deleted_at IS NULL"));
  EXPECT_EQ(town.number("SELECT CAST(SUM(total) AS BIGINT) FROM request_hour "
                        "WHERE endpoint = 'permits/push' AND code = 0"),
            town.number("SELECT COUNT(*) FROM permit"));
  EXPECT_EQ(town.number("SELECT COUNT(*) FROM permit WHERE version = 2"),
            town.number("SELECT COUNT(*) FROM permit_history"));
  EXPECT_EQ(town.number("SELECT COUNT(*) FROM violation v WHERE paid_cents <> "
                        "(SELECT COALESCE(SUM(p.amount_cents), 0) FROM payment p "
                        "WHERE p.violation_id = v.violation_id AND NOT EXISTS "
                        "(SELECT 1 FROM payment_reversal r WHERE r.payment_id = p.payment_id))"),
            0);
  EXPECT_EQ(town.number("SELECT COUNT(*) FROM vehicle c WHERE violations <> "
                        "(SELECT COUNT(*) FROM violation v WHERE v.vehicle_id = c.vehicle_id "
                        "AND v.warning IS NULL) OR unpaid <> "
                        "(SELECT COUNT(*) FROM violation v WHERE v.vehicle_id = c.vehicle_id "
                        "AND v.closed_at IS NULL)"),
            0);
  EXPECT_EQ(town.number("SELECT COUNT(*) FROM collection_batch b WHERE violations <> "
                        "(SELECT COUNT(*) FROM violation v WHERE v.batch_id = b.batch_id)"),
            0);
}

TEST(DemoTown, StandsAtOddMomentsAndIsBuiltOnce) {
  for (const char* const text : {k_moments[2], k_moments[3], k_moments[4]}) {
    SCOPED_TRACE(text);
    BuiltTown town(moment(text), {800, 300, 20});
    EXPECT_EQ(town.number("SELECT COUNT(*) FROM violation"), 300);
    EXPECT_EQ(town.number("SELECT COUNT(*) FROM collection_batch"), 2);
    if (text != k_moments[2]) continue;
    town.build_again(moment(text) + std::chrono::hours(24));
    EXPECT_EQ(town.number("SELECT COUNT(*) FROM permit"), 800);
  }
}

}  // namespace
}  // namespace lotkeeper::tests
