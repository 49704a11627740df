#include <algorithm>
#include <iterator>

#include <boost/json/array.hpp>

#include "api/console/money/money_reports.hpp"
#include "api/console/money/overview_cache.hpp"
#include "api/console/reading.hpp"
#include "api/console/reply.hpp"
#include "domain/day.hpp"
#include "store/permits/income.hpp"

namespace lotkeeper::api::console {
namespace {

using http::Method;

Result<Reply> get_money(Context& context, Call& call);
Result<Reply> export_money(Context& context, Call& call);
Result<Reply> get_fines(Context& context, Call& call);
Result<Reply> export_fines(Context& context, Call& call);

}  // namespace

Routes money_routes() {
  Routes routes{
      {Method::get, "/money", Access::viewer, get_money, Pace::sums_up},
      {Method::get, "/money.csv", Access::viewer, export_money},
      {Method::get, "/fines", Access::viewer, get_fines, Pace::sums_up},
      {Method::get, "/fines.csv", Access::viewer, export_fines, Pace::sums_up},
  };
  std::ranges::move(money_report_routes(), std::back_inserter(routes));
  return routes;
}

namespace {

constexpr std::chrono::days k_shown{30};
constexpr std::chrono::days k_most_days{400};
constexpr std::size_t k_most_months = 36;

struct Question {
  std::string from;
  std::string to;
  std::string_view by;
  store::IncomeGroup group = store::IncomeGroup::zone;
};

Question read_question(const Call& call, QueryReader& query) {
  const domain::TimeZone& zone = call.principal->time_zone;
  Question question;
  question.to = query.day("to", zone.date_at(call.now));
  question.from = query.day("from", zone.date_at(call.now - k_shown));
  question.by = query.word("by", {"zone", "integration", "type"});
  if (question.by == "integration") question.group = store::IncomeGroup::integration;
  if (question.by == "type") question.group = store::IncomeGroup::type;
  if (!query.is_good()) return question;
  if (question.from > question.to) query.fault("from", "\"from\" is not after \"to\".");
  const domain::TimeZone utc = domain::TimeZone::utc();
  if (*domain::begin_of_day(question.to, utc) - *domain::begin_of_day(question.from, utc) >=
      k_most_days) {
    query.fault("from", "Choose at most 400 days.");
  }
  return question;
}

Result<Reply> get_money(Context& context, Call& call) {
  QueryReader query(call);
  const Question question = read_question(call, query);
  if (!query.is_good()) return query.refusal();

  json::array sums;
  for (const store::IncomeSum& sum :
       store::list_income(*context.app.database().read(), call.client_id(), question.from,
                          question.to, question.group)) {
    if (sum.permits == 0 && sum.cents == 0) continue;
    sums.push_back(json::object{{"day", sum.day},
                                {"group", filled_or_null(sum.group)},
                                {"currency", sum.currency},
                                {"permits", sum.permits},
                                {"cents", sum.cents}});
  }
  return ok({{"from", question.from},
             {"to", question.to},
             {"by", question.by},
             {"sums", std::move(sums)}});
}

Result<Reply> export_money(Context& context, Call& call) {
  QueryReader query(call);
  const Question question = read_question(call, query);
  if (!query.is_good()) return query.refusal();

  const std::string_view columns[] = {"day", question.by, "currency", "permits", "amount"};
  return csv_reply(
      context, call, "money.csv", columns,
      [question, client = call.client_id()](database::Connection& connection, std::string& rows) {
        for (const store::IncomeSum& sum :
             store::list_income(connection, client, question.from, question.to, question.group)) {
          if (sum.permits == 0 && sum.cents == 0) continue;
          const std::vector<std::string> cells{sum.day, sum.group, sum.currency,
                                               std::to_string(sum.permits), money(sum.cents)};
          append_row(rows, cells);
        }
        return false;
      });
}

/// By month of the client's time zone, latest first.
std::map<std::string, store::FineRow, std::greater<>> by_month(
    const std::vector<store::FineRow>& rows, const domain::TimeZone& zone) {
  std::map<std::string, store::FineRow, std::greater<>> months;
  for (const store::FineRow& row : rows) {
    store::FineRow& month = months[zone.date_at(row.begin).substr(0, 7)];
    month.issued += row.issued;
    month.issued_cents += row.issued_cents;
    month.paid_cents += row.paid_cents;
    month.owed_cents += row.owed_cents;
    month.sent += row.sent;
    month.sent_cents += row.sent_cents;
  }
  while (months.size() > k_most_months) months.erase(std::prev(months.end()));
  return months;
}

Result<Reply> get_fines(Context& context, Call& call) {
  const auto rows =
      context.overviews.fines(*context.app.database().read(), call.client_id(), call.now);
  json::array months;
  for (const auto& [name, month] : by_month(rows, call.principal->time_zone)) {
    months.push_back(json::object{{"month", name},
                                  {"issued", month.issued},
                                  {"issuedCents", month.issued_cents},
                                  {"paidCents", month.paid_cents},
                                  {"owedCents", month.owed_cents},
                                  {"sent", month.sent},
                                  {"sentCents", month.sent_cents}});
  }
  return ok({{"currency", call.client().currency}, {"months", std::move(months)}});
}

Result<Reply> export_fines(Context& context, Call& call) {
  const auto months =
      by_month(context.overviews.fines(*context.app.database().read(), call.client_id(), call.now),
               call.principal->time_zone);
  static constexpr std::string_view k_columns[] = {
      "month", "issued", "issuedAmount", "paidAmount", "owedAmount", "sent", "sentAmount"};
  return csv_reply(context, call, "fines.csv", k_columns,
                   [months](database::Connection&, std::string& rows) {
                     for (const auto& [name, month] : months) {
                       const std::vector<std::string> cells{name,
                                                            std::to_string(month.issued),
                                                            money(month.issued_cents),
                                                            money(month.paid_cents),
                                                            money(month.owed_cents),
                                                            std::to_string(month.sent),
                                                            money(month.sent_cents)};
                       append_row(rows, cells);
                     }
                     return false;
                   });
}

}  // namespace
}  // namespace lotkeeper::api::console
