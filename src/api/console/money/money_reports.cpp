#include "api/console/money/money_reports.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>

#include "api/console/reading.hpp"
#include "api/console/reply.hpp"
#include "domain/day.hpp"
#include "service/money/money_report.hpp"

namespace lotkeeper::api::console {
namespace {

using http::Method;

Result<Reply> get_fine_months(Context& context, Call& call);
Result<Reply> export_fine_months(Context& context, Call& call);
Result<Reply> get_takings(Context& context, Call& call);
Result<Reply> export_takings(Context& context, Call& call);

}  // namespace

Routes money_report_routes() {
  return {
      {Method::get, "/fine-months", Access::viewer, get_fine_months, Pace::sums_up},
      {Method::get, "/fine-months.csv", Access::viewer, export_fine_months},
      {Method::get, "/takings", Access::viewer, get_takings, Pace::sums_up},
      {Method::get, "/takings.csv", Access::viewer, export_takings},
  };
}

namespace {

using store::FineSums;
using store::TakingSums;

constexpr std::chrono::days k_shown_taking_days{30};
constexpr std::chrono::days k_shown_for_months{335};
constexpr std::chrono::days k_most_taking_days{400};
constexpr std::chrono::days k_most_days_for_months{1096};  // three years
constexpr std::size_t k_most_taking_lines = 500;

/// The days of a report: up to today, from `shown` before on, unless told otherwise.
service::ReportDays read_report_days(const Call& call, QueryReader& query, std::chrono::days shown,
                                     std::chrono::days most) {
  service::ReportDays days{call.client_id(), call.principal->time_zone, {}, {}};
  days.last = query.day("to", days.zone.date_at(call.now));
  days.first = query.day("from", days.zone.date_at(call.now - shown));
  if (!query.is_good()) return days;
  const domain::TimeZone utc = domain::TimeZone::utc();
  const base::Instant first = *domain::begin_of_day(days.first, utc);
  const base::Instant last = *domain::begin_of_day(days.last, utc);
  if (first > last) query.fault("from", "\"from\" is not after \"to\".");
  if (last - first >= most) {
    query.fault("from", fmt::format("Choose at most {} days.", most.count()));
  }
  // The first and last year may lie outside what can be told, depending on the time zone.
  if (days.first.starts_with("0001")) query.fault("from", "\"from\" is after the year 1.");
  if (days.last.starts_with("9999")) query.fault("to", "\"to\" is before the year 9999.");
  return days;
}

json::object to_json(const FineSums& sums) {
  return {{"violations", sums.violations},
          {"issuedCents", sums.issued_cents},
          {"adjustedCents", sums.adjusted_cents},
          {"discountedCents", sums.discounted_cents},
          {"cancelledCents", sums.cancelled_cents},
          {"paidCents", sums.paid_cents},
          {"overpaidCents", sums.overpaid_cents},
          {"owedCents", sums.owed_cents},
          {"sent", sums.sent},
          {"sentCents", sums.sent_cents}};
}

json::object to_json(const TakingSums& sums) {
  return {{"payments", sums.payments},
          {"reversals", sums.reversals},
          {"takenCents", sums.taken_cents},
          {"reversedCents", sums.reversed_cents},
          {"cents", sums.net_cents()}};
}

/// A line of a report or of its sums: names, then figures.
template <class Sums>
json::object line_json(json::object line, const Sums& sums) {
  for (const auto& member : to_json(sums)) line[member.key()] = member.value();
  return line;
}

Result<Reply> get_fine_months(Context& context, Call& call) {
  QueryReader query(call);
  const auto days = read_report_days(call, query, k_shown_for_months, k_most_days_for_months);
  if (!query.is_good()) return query.refusal();

  const auto report = service::report_fines(*context.app.database().read(), days, call.now);
  FineSums total;
  json::array months;
  for (const auto& [month, sums] : report) {
    total += sums;
    months.push_back(line_json({{"month", month}}, sums));
  }
  return ok({{"currency", call.client().currency},
             {"from", report.begin()->first},
             {"to", report.rbegin()->first},
             {"months", std::move(months)},
             {"total", to_json(total)}});
}

std::vector<std::string> fine_cells(const std::string& name, const FineSums& sums) {
  return {name,
          std::to_string(sums.violations),
          money(sums.issued_cents),
          money(sums.adjusted_cents),
          money(sums.discounted_cents),
          money(sums.cancelled_cents),
          money(sums.paid_cents),
          money(sums.overpaid_cents),
          money(sums.owed_cents),
          std::to_string(sums.sent),
          money(sums.sent_cents)};
}

Result<Reply> export_fine_months(Context& context, Call& call) {
  QueryReader query(call);
  const auto days = read_report_days(call, query, k_shown_for_months, k_most_days_for_months);
  if (!query.is_good()) return query.refusal();

  static constexpr std::string_view k_columns[] = {
      "month",           "violations", "issuedAmount",   "adjustedAmount", "discountedAmount",
      "cancelledAmount", "paidAmount", "overpaidAmount", "owedAmount",     "sent",
      "sentAmount"};
  return csv_reply(
      context, call, "fine-months.csv", k_columns,
      [days, now = call.now](database::Connection& connection, std::string& rows) {
        FineSums total;
        for (const auto& [month, sums] : service::report_fines(connection, days, now)) {
          total += sums;
          append_row(rows, fine_cells(month, sums));
        }
        append_row(rows, fine_cells("total", total));
        return false;
      });
}

/// Who took a payment; null for an import, and an empty text for an operator that was removed.
json::value operator_json(const service::TakingKey& key) {
  if (key.operator_id == 0) return nullptr;
  return json::string(key.operator_name);
}

Result<Reply> get_takings(Context& context, Call& call) {
  QueryReader query(call);
  const auto days = read_report_days(call, query, k_shown_taking_days, k_most_taking_days);
  if (!query.is_good()) return query.refusal();

  const auto report = service::report_takings(*context.app.database().read(), days);
  TakingSums total;
  std::map<std::string, TakingSums> by_day;
  std::map<std::string, TakingSums> by_method;
  std::map<std::pair<store::OperatorId, std::string>, TakingSums> by_operator;
  for (const auto& [key, sums] : report) {
    total += sums;
    by_day[key.day] += sums;
    by_method[key.method] += sums;
    by_operator[{key.operator_id, key.operator_name}] += sums;
  }
  json::array lines;
  for (auto line = report.rbegin(); line != report.rend() && lines.size() < k_most_taking_lines;
       ++line) {
    const auto& [key, sums] = *line;
    lines.push_back(line_json(
        {{"day", key.day}, {"method", key.method}, {"operator", operator_json(key)}}, sums));
  }
  json::array of_days;
  for (const auto& [day, sums] : by_day) of_days.push_back(line_json({{"day", day}}, sums));
  json::array methods;
  for (const auto& [method, sums] : by_method) {
    if (methods.size() >= k_most_taking_lines) break;
    methods.push_back(line_json({{"method", method}}, sums));
  }
  json::array operators;
  for (const auto& [who, sums] : by_operator) {
    const service::TakingKey key{{}, {}, who.first, who.second};
    operators.push_back(line_json({{"operator", operator_json(key)}}, sums));
  }
  return ok({{"currency", call.client().currency},
             {"from", days.first},
             {"to", days.last},
             {"count", report.size()},
             {"lines", std::move(lines)},
             {"days", std::move(of_days)},
             {"methods", std::move(methods)},
             {"operators", std::move(operators)},
             {"total", to_json(total)}});
}

std::vector<std::string> taking_cells(const std::string& day, const std::string& method,
                                      const std::string& who, const TakingSums& sums) {
  return {day,
          method,
          who,
          std::to_string(sums.payments),
          money(sums.taken_cents),
          std::to_string(sums.reversals),
          money(-sums.reversed_cents),
          money(sums.net_cents())};
}

Result<Reply> export_takings(Context& context, Call& call) {
  QueryReader query(call);
  const auto days = read_report_days(call, query, k_shown_taking_days, k_most_taking_days);
  if (!query.is_good()) return query.refusal();

  static constexpr std::string_view k_columns[] = {
      "day",         "method",    "operator",       "payments",
      "takenAmount", "reversals", "reversedAmount", "amount"};
  return csv_reply(context, call, "takings.csv", k_columns,
                   [days](database::Connection& connection, std::string& rows) {
                     TakingSums total;
                     for (const auto& [key, sums] : service::report_takings(connection, days)) {
                       total += sums;
                       const bool is_import = key.operator_id == 0;
                       append_row(rows,
                                  taking_cells(key.day, key.method,
                                               is_import ? "import" : key.operator_name, sums));
                     }
                     append_row(rows, taking_cells("total", {}, {}, total));
                     return false;
                   });
}

}  // namespace
}  // namespace lotkeeper::api::console
