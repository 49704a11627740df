#include "service/money/money_report.hpp"

#include <fmt/format.h>

#include "domain/day.hpp"

namespace lotkeeper::service {
namespace {

std::string month_of_day(std::string_view day) { return std::string(day.substr(0, 7)); }

/// `day` is one: whoever asked was refused otherwise.
base::Instant begin_of_known_day(const std::string& day, const domain::TimeZone& zone) {
  return domain::begin_of_day(day, zone).value();
}

}  // namespace

std::string month_after(const std::string& month) {
  int year = std::stoi(month.substr(0, 4));
  int number = std::stoi(month.substr(5, 2)) + 1;
  if (number > 12) {
    number = 1;
    ++year;
  }
  return fmt::format("{:04}-{:02}", year, number);
}

std::map<std::string, store::FineSums> report_fines(database::Connection& connection,
                                                    const ReportDays& days, base::Instant now) {
  const std::string end = month_after(month_of_day(days.last));
  std::map<std::string, store::FineSums> months;
  for (std::string month = month_of_day(days.first); month < end; month = month_after(month)) {
    months[month];
  }
  for (const store::FinesOfQuarter& quarter : store::sum_fines(
           connection, days.client, begin_of_known_day(month_of_day(days.first) + "-01", days.zone),
           begin_of_known_day(end + "-01", days.zone), now)) {
    months[month_of_day(days.zone.date_at(quarter.begin))] += quarter.sums;
  }
  return months;
}

std::map<TakingKey, store::TakingSums> report_takings(database::Connection& connection,
                                                      const ReportDays& days) {
  const base::Instant until = domain::end_of_day(days.last, days.zone).value();
  std::map<TakingKey, store::TakingSums> takings;
  for (store::TakingsOfQuarter& quarter : store::sum_takings(
           connection, days.client, begin_of_known_day(days.first, days.zone), until)) {
    takings[{days.zone.date_at(quarter.begin), std::move(quarter.method), quarter.operator_id,
             std::move(quarter.operator_name)}] += quarter.sums;
  }
  return takings;
}

}  // namespace lotkeeper::service
