#include "domain/day.hpp"

#include <chrono>
#include <string>

namespace lotkeeper::domain {

std::optional<Instant> begin_of_day(std::string_view day, const TimeZone& zone) {
  if (day.size() != 10) return std::nullopt;
  const auto midnight = parse_wall_time(std::string(day) + "T00:00:00");
  if (!midnight) return std::nullopt;
  const auto readings = zone.resolve(*midnight);
  if (!readings) return std::nullopt;
  return readings->first;
}

std::optional<Instant> end_of_day(std::string_view day, const TimeZone& zone) {
  const auto begin = begin_of_day(day, zone);
  if (!begin) return std::nullopt;
  // A day has 23 to 25 hours, and some 30 hours after its begin it is the next one for sure.
  const auto next = begin_of_day(zone.date_at(*begin + std::chrono::hours(30)), zone);
  return next ? *next : *begin + std::chrono::days(1);  // the last day of the year 9999
}

}  // namespace lotkeeper::domain
