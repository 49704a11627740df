#pragma once

#include <map>
#include <string>
#include <tuple>

#include "base/clock.hpp"
#include "database/connection.hpp"
#include "domain/time.hpp"
#include "store/ids.hpp"
#include "store/money/money_report.hpp"

/// The reports of money by calendar days and months. They look at all rows of the time asked for:
/// not for an event loop.
namespace lotkeeper::service {

/// First and last day of a report, in the client's calendar.
struct ReportDays {
  store::ClientId client = 0;
  domain::TimeZone zone = domain::TimeZone::utc();
  std::string first;  ///< 2026-05-04
  std::string last;
};

/// Fines by the month of their issue ("2026-05"), every month that `days` touches in full. What
/// happened later changes the column that it belongs to, never what was issued.
[[nodiscard]] std::map<std::string, store::FineSums> report_fines(database::Connection& connection,
                                                                  const ReportDays& days,
                                                                  base::Instant now);

/// What a line of the takings is about.
struct TakingKey {
  std::string day;
  std::string method;
  store::OperatorId operator_id = 0;  ///< 0: nobody in the console
  std::string operator_name;          ///< empty for nobody, and for one that was removed

  auto operator<=>(const TakingKey&) const = default;
};

/// What came in on each day, by method and operator. A reversal counts on the day of the reversal,
/// for whoever reversed.
[[nodiscard]] std::map<TakingKey, store::TakingSums> report_takings(
    database::Connection& connection, const ReportDays& days);

/// The month after `month`: "2027-01" after "2026-12".
[[nodiscard]] std::string month_after(const std::string& month);

}  // namespace lotkeeper::service
