#include <boost/json/array.hpp>

#include "api/console/reading.hpp"
#include "api/console/reply.hpp"
#include "service/money/reconciliation.hpp"

namespace lotkeeper::api::console {
namespace {

using http::Method;
using service::Reconciled;

Result<Reply> reconcile(Context& context, Call& call);
Result<Reply> export_reconciliation(Context& context, Call& call);

}  // namespace

Routes reconciliation_routes() {
  return {
      {Method::post, "/reconciliation", Access::office, reconcile, Pace::sums_up, true},
      {Method::post, "/reconciliation.csv", Access::office, export_reconciliation, Pace::sums_up,
       true},
  };
}

namespace {

constexpr std::chrono::days k_looked_at{30};
constexpr std::size_t k_most_shown = 100;

Result<service::Reconciliation> compare(Context& context, const Call& call, QueryReader& query) {
  service::ReconcileQuestion question;
  question.client = call.client_id();
  question.integration = query.number("integration", {1});
  question.from = query.moment("from", false).value_or(call.now - k_looked_at);
  question.until = query.moment("to", true).value_or(call.now);
  question.with_free = query.word("withFree", {"false", "true"}) == "true";
  if (!query.is_good()) return query.refusal();
  return service::reconcile(*context.app.database().read(), question, call.request.body);
}

json::object outcome_json(const std::vector<Reconciled>& rows) {
  std::int64_t theirs = 0;
  std::int64_t ours = 0;
  json::array list;
  for (const Reconciled& row : rows) {
    theirs += row.theirs_cents.value_or(0);
    ours += row.ours_cents.value_or(0);
    if (list.size() >= k_most_shown) continue;
    list.push_back(json::object{{"ticket", row.ticket},
                                {"theirsCents", number_or_null(row.theirs_cents)},
                                {"oursCents", number_or_null(row.ours_cents)},
                                {"reference", filled_or_null(row.reference)}});
  }
  return {{"count", rows.size()},
          {"theirsCents", theirs},
          {"oursCents", ours},
          {"rows", std::move(list)}};
}

json::object unclear_json(const std::vector<service::UnclearRow>& rows) {
  json::array list;
  for (const service::UnclearRow& row : rows) {
    if (list.size() >= k_most_shown) break;
    list.push_back(json::object{{"row", row.number},
                                {"ticket", filled_or_null(row.ticket)},
                                {"amount", filled_or_null(row.amount)},
                                {"reason", service::to_string(row.doubt)}});
  }
  return {{"count", rows.size()}, {"rows", std::move(list)}};
}

Result<Reply> reconcile(Context& context, Call& call) {
  QueryReader query(call);
  const auto result = compare(context, call, query);
  if (!result) return tl::unexpected(result.error());

  return ok({{"matched", outcome_json(result->matched)},
             {"missingHere", outcome_json(result->missing_here)},
             {"missingThere", outcome_json(result->missing_there)},
             {"differentAmount", outcome_json(result->different_amount)},
             {"unclear", unclear_json(result->unclear)},
             {"freeLeftOut", result->free_left_out}});
}

using OutcomeCells = std::vector<std::string>;

std::vector<OutcomeCells> cells_of(const std::vector<Reconciled>& rows) {
  std::vector<OutcomeCells> cells;
  cells.reserve(rows.size());
  for (const Reconciled& row : rows) {
    cells.push_back({row.ticket, row.theirs_cents ? money(*row.theirs_cents) : std::string(),
                     row.ours_cents ? money(*row.ours_cents) : std::string(), row.reference});
  }
  return cells;
}

std::vector<OutcomeCells> cells_of(const std::vector<service::UnclearRow>& rows) {
  std::vector<OutcomeCells> cells;
  cells.reserve(rows.size());
  for (const service::UnclearRow& row : rows) {
    cells.push_back({std::to_string(row.number), row.ticket, row.amount,
                     std::string(service::to_string(row.doubt))});
  }
  return cells;
}

Result<Reply> export_reconciliation(Context& context, Call& call) {
  static constexpr std::string_view k_columns[] = {"ticket", "theirs", "ours", "reference"};
  static constexpr std::string_view k_unclear_columns[] = {"row", "ticket", "amount", "reason"};
  QueryReader query(call);
  const std::string_view outcome = query.word(
      "outcome", {"matched", "missingHere", "missingThere", "differentAmount", "unclear"});
  const auto result = compare(context, call, query);
  if (!result) return tl::unexpected(result.error());

  const bool is_unclear = outcome == "unclear";
  auto rows = is_unclear                     ? cells_of(result->unclear)
              : outcome == "missingHere"     ? cells_of(result->missing_here)
              : outcome == "missingThere"    ? cells_of(result->missing_there)
              : outcome == "differentAmount" ? cells_of(result->different_amount)
                                             : cells_of(result->matched);
  return csv_reply(context, call, std::string(outcome) + ".csv",
                   is_unclear ? k_unclear_columns : k_columns,
                   [rows = std::move(rows)](database::Connection&, std::string& text) {
                     for (const OutcomeCells& row : rows) append_row(text, row);
                     return false;
                   });
}

}  // namespace
}  // namespace lotkeeper::api::console
