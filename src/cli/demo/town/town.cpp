#include "cli/demo/town/town.hpp"

#include <algorithm>

#include "cli/demo/town/town_parts.hpp"
#include "domain/day.hpp"

namespace lotkeeper::cli::demo {

using std::chrono::hours;

Instant Calendar::day(int days_ago) const {
  // Counts from noon, so that a clock change cannot move it to another day.
  const Instant noon = *domain::begin_of_day(m_zone.date_at(m_now), m_zone) + hours(12);
  return *domain::begin_of_day(m_zone.date_at(noon - std::chrono::days(days_ago)), m_zone);
}

TownHour Calendar::hour_at(Instant moment) const {
  const std::string date = m_zone.date_at(moment);
  const auto since = moment - *domain::begin_of_day(date, m_zone);
  const auto wall = domain::parse_wall_time(date + "T00:00:00");
  const std::chrono::year_month_day day{std::chrono::year(wall->year),
                                        std::chrono::month(static_cast<unsigned>(wall->month)),
                                        std::chrono::day(static_cast<unsigned>(wall->day))};
  const std::chrono::weekday weekday{std::chrono::sys_days(day)};
  return {std::chrono::floor<hours>(moment),
          static_cast<int>(std::chrono::floor<hours>(since).count()) % 24,
          static_cast<int>(weekday.iso_encoding()) - 1};
}

std::vector<TownHour> Calendar::all_hours() const {
  std::vector<TownHour> all;
  for (Instant hour = std::chrono::floor<std::chrono::hours>(begin()); hour < m_now;
       hour += std::chrono::hours(1)) {
    all.push_back(hour_at(hour));
  }
  return all;
}

Instant Calendar::office_hour(Instant moment, Dice& dice) const {
  constexpr int k_saturday = 5;
  constexpr hours k_opens{9};
  constexpr std::int64_t k_open_seconds = 27'000;
  for (Instant noon = *domain::begin_of_day(m_zone.date_at(moment), m_zone) + hours(12);;
       noon += std::chrono::days(1)) {
    if (hour_at(noon).weekday >= k_saturday) continue;
    const Instant opens = *domain::begin_of_day(m_zone.date_at(noon), m_zone) + k_opens;
    const Instant chosen = opens + std::chrono::seconds(dice.below(k_open_seconds));
    if (chosen > moment) return chosen;
  }
}

base::Uuid make_reference(Instant made, Dice& dice) {
  base::Uuid id;
  const auto millisecond = static_cast<std::uint64_t>(base::to_epoch_ms(made));
  for (std::size_t i = 0; i < 6; ++i) {
    id.bytes[i] = static_cast<std::uint8_t>(millisecond >> (40U - 8U * i));
  }
  const std::uint64_t one = dice.next();
  const std::uint64_t other = dice.next();
  id.bytes[6] = static_cast<std::uint8_t>(0x70U | (one & 0x0FU));
  id.bytes[7] = static_cast<std::uint8_t>(one >> 8U);
  for (std::size_t i = 8; i < 16; ++i) {
    id.bytes[i] = static_cast<std::uint8_t>(other >> (8U * (i - 8)));
  }
  id.bytes[8] = static_cast<std::uint8_t>(0x80U | (id.bytes[8] & 0x3FU));
  return id;
}

Town make_town(std::uint64_t seed, Instant now, const domain::TimeZone& zone,
               const TownSize& size) {
  const Calendar calendar(now, zone);
  Town town;
  // Separate dice, so that a change to one part does not change the others.
  Dice people(seed);
  Dice permits(seed + 1);
  Dice enforcement(seed + 2);
  add_people(town, people, size);
  add_cars(town, people, size);
  add_permits(town, permits, calendar, size);
  add_enforcement(town, enforcement, calendar, size);
  std::ranges::stable_sort(town.deeds, {}, &Deed::at);
  return town;
}

}  // namespace lotkeeper::cli::demo
