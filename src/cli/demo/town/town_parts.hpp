#pragma once

#include "cli/demo/town/dice.hpp"
#include "cli/demo/town/town.hpp"

/// The parts of a town, in the order in which they are made.
namespace lotkeeper::cli::demo {

/// An hour of the town's clock.
struct TownHour {
  Instant begin;
  int hour = 0;
  int weekday = 0;  ///< 0: Monday
};

/// The calendar around the moment at which the demo starts.
class Calendar {
 public:
  Calendar(Instant now, const domain::TimeZone& zone) : m_now(now), m_zone(zone) {}

  [[nodiscard]] Instant now() const { return m_now; }
  [[nodiscard]] Instant begin() const { return m_now - k_town_days; }
  /// The start of the day, the given number of days before today.
  [[nodiscard]] Instant day(int days_ago) const;
  [[nodiscard]] TownHour hour_at(Instant moment) const;
  /// The hours from `begin` to now.
  [[nodiscard]] std::vector<TownHour> all_hours() const;
  /// A moment at which the office is open, on the day of `moment` or after.
  [[nodiscard]] Instant office_hour(Instant moment, Dice& dice) const;

  /// When the parking app's requests began to fail, and when the hospital's machines stopped
  /// sending.
  [[nodiscard]] Instant app_fails() const { return day(1) + k_nine_forty; }
  [[nodiscard]] Instant validators_stop() const { return day(4) + k_nine_forty; }

 private:
  static constexpr std::chrono::minutes k_nine_forty{9 * 60 + 40};

  Instant m_now;
  const domain::TimeZone& m_zone;
};

/// A reference as the server makes it: the time, then random bits.
[[nodiscard]] base::Uuid make_reference(Instant moment, Dice& dice);

void add_people(Town& town, Dice& dice, const TownSize& size);
void add_cars(Town& town, Dice& dice, const TownSize& size);
[[nodiscard]] Car make_car(Dice& dice);
[[nodiscard]] std::string make_street(Dice& dice);

/// Permits, their changes, and the requests that were refused.
void add_permits(Town& town, Dice& dice, const Calendar& calendar, const TownSize& size);

/// Checks, and violations with their history.
void add_enforcement(Town& town, Dice& dice, const Calendar& calendar, const TownSize& size);

}  // namespace lotkeeper::cli::demo
