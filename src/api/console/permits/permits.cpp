#include <algorithm>
#include <limits>

#include <fmt/format.h>
#include <boost/json/array.hpp>

#include "api/console/permits/permit_view.hpp"
#include "api/console/reading.hpp"
#include "api/console/reply.hpp"
#include "domain/permits/plate.hpp"

namespace lotkeeper::api::console {
namespace {

using http::Method;

Result<Reply> list_permits(Context& context, Call& call);
Result<Reply> export_permits(Context& context, Call& call);
Result<Reply> get_permit(Context& context, Call& call);

}  // namespace

Routes permit_routes() {
  return {
      {Method::get, "/permits", Access::viewer, list_permits},
      {Method::get, "/permits.csv", Access::viewer, export_permits},
      {Method::get, "/permits/{reference}", Access::viewer, get_permit},
  };
}

namespace {

// A page looks at no more rows than this, whatever it is asked for.
constexpr std::int64_t k_chunk = 500;
constexpr int k_most_chunks = 10;
constexpr std::int64_t k_without_zone = 0;
constexpr std::int64_t k_disconnected = -1;

base::Uuid highest_uuid() {
  base::Uuid id;
  id.bytes.fill(0xff);
  return id;
}

/// A permit that was deleted later was valid until then.
bool was_valid_at(const store::ListedPermit& permit, base::Instant moment) {
  return permit.start <= moment && moment < permit.end &&
         (!permit.deleted || *permit.deleted > moment);
}

/// Permits along one of three keys: a plate's ends, a ticket number's references, or the time at
/// which they came.
struct Search {
  store::ClientId client = 0;
  std::string plate_norm;  ///< empty: any
  std::optional<std::string> number;
  std::optional<std::int64_t> zone;
  std::optional<store::IntegrationId> integration;
  std::optional<base::Instant> from;
  std::optional<base::Instant> until;
  std::optional<base::Instant> valid_at;
  store::TimePlace time;               ///< where a search along the time goes on
  base::Uuid before = highest_uuid();  ///< along a number
  store::PlatePlace place{base::from_epoch_ms(std::numeric_limits<std::int64_t>::max() / 2),
                          highest_uuid()};

  [[nodiscard]] bool is_wanted(const store::ListedPermit& permit) const {
    if (!plate_norm.empty() && permit.plate_norm != plate_norm) return false;
    if (number && permit.permit_no != *number) return false;
    if (integration && permit.integration != *integration) return false;
    // Plates and numbers are read along other keys: the time is judged here.
    const base::Instant came = store::place_of(permit).at;
    if ((from && came < *from) || (until && came >= *until)) return false;
    if (valid_at && !was_valid_at(permit, *valid_at)) return false;
    if (!zone) return true;
    if (*zone == k_without_zone) return !permit.sent_zone;
    if (*zone == k_disconnected) return permit.sent_zone && !permit.zone;
    return permit.zone == *zone;
  }

  /// Goes on behind the last one; fewer than asked for at the end.
  std::vector<store::ListedPermit> take(database::Connection& connection, std::int64_t limit) {
    auto permits = ask(connection, limit);
    if (!permits.empty()) pass(permits.back());
    return permits;
  }

  [[nodiscard]] std::vector<store::ListedPermit> ask(database::Connection& connection,
                                                     std::int64_t limit) const {
    if (!plate_norm.empty()) {
      return store::list_permits_of_shape(connection, client, domain::plate_shape(plate_norm),
                                          place, limit);
    }
    if (number) return store::list_permits_of_number(connection, client, *number, before, limit);
    return store::list_permits(connection, client, from.value_or(store::k_first_dated), time,
                               limit);
  }

  void pass(const store::ListedPermit& permit) {
    time = store::place_of(permit);
    before = permit.id;
    place = {permit.end, permit.id};
  }

  /// A reference; before it, with a point, the milliseconds where these are not in it.
  [[nodiscard]] std::string cursor() const {
    const bool is_of_plate = !plate_norm.empty();
    if (!is_of_plate && (number || !time.is_undated)) return before.to_string();
    const base::Instant moment = is_of_plate ? place.end : time.at;
    return fmt::format("{}.{}", base::to_epoch_ms(moment), before.to_string());
  }

  [[nodiscard]] bool go_to(std::string_view cursor) {
    const std::size_t point = cursor.find('.');
    const bool has_moment = point != std::string_view::npos;
    const auto id = base::Uuid::parse(has_moment ? cursor.substr(point + 1) : cursor);
    const bool is_of_plate = !plate_norm.empty();
    if (!id || (is_of_plate && !has_moment) || (number && !is_of_plate && has_moment)) return false;
    before = *id;
    const base::Instant moment =
        has_moment ? base::from_epoch_ms(id_of(cursor.substr(0, point))) : store::moment_of(*id);
    place = {moment, *id};
    // Never before the search's own beginning.
    if (const store::TimePlace told{moment, *id, has_moment}; store::is_later(time, told)) {
      time = told;
    }
    return true;
  }
};

Search read_search(const Context& context, const Call& call, QueryReader& query) {
  Search search;
  search.client = call.client_id();
  if (const auto plate = query.text("plate", domain::k_checked_plate_limit)) {
    search.plate_norm = domain::normalise_plate(*plate);
    if (search.plate_norm.empty()) query.fault("plate", "A plate must have a letter or a digit.");
  }
  search.number = query.text("number", domain::k_ticket_number_limit);
  search.zone = query.number("zone", {k_disconnected});
  search.integration = query.number("integration", {1});
  search.from = query.moment("from", false);
  search.until = query.moment("to", true);
  search.valid_at = query.moment("validAt", false);
  const base::Instant end = context.now() + store::k_dated_ahead;
  search.time = store::TimePlace::before(std::min(search.until.value_or(end), end));
  return search;
}

Result<Reply> list_permits(Context& context, Call& call) {
  QueryReader query(call);
  Search search = read_search(context, call, query);
  const auto cursor = query.text("cursor");
  const auto limit = static_cast<std::size_t>(query.limit());
  if (cursor && !search.go_to(*cursor))
    query.fault("cursor", "Send the \"next\" value of the previous page.");
  if (!query.is_good()) return query.refusal();

  const auto connection = context.app.database().read();
  json::array list;
  bool has_more = true;
  for (int chunk = 0; chunk < k_most_chunks && has_more && list.size() < limit; ++chunk) {
    const auto permits = search.take(*connection, k_chunk);
    has_more = static_cast<std::int64_t>(permits.size()) == k_chunk;
    for (const store::ListedPermit& permit : permits) {
      if (!search.is_wanted(permit)) continue;
      if (list.size() == limit) {
        has_more = true;
        break;
      }
      list.push_back(permit_json(permit, call.now));
      if (list.size() == limit) search.pass(permit);
    }
  }
  return ok(
      {{"permits", std::move(list)}, {"next", has_more ? json::value(search.cursor()) : nullptr}});
}

void append_permit(std::string& rows, const store::ListedPermit& permit) {
  const std::vector<std::string> cells{
      permit.id.to_string(),
      permit.integration_name,
      std::string(domain::to_string(permit.type)),
      permit.plate,
      zone_shown(permit),
      permit.permit_no,
      domain::format_utc(permit.start),
      domain::format_utc(permit.end),
      permit.amount_cents ? money(*permit.amount_cents) : std::string(),
      permit.currency.value_or(""),
      domain::format_utc(permit.created),
      permit.deleted ? domain::format_utc(*permit.deleted) : std::string()};
  append_row(rows, cells);
}

Result<Reply> export_permits(Context& context, Call& call) {
  QueryReader query(call);
  Search search = read_search(context, call, query);
  if (!query.is_good()) return query.refusal();

  static constexpr std::string_view k_columns[] = {
      "reference", "integration", "type",   "plate",    "zone",    "permitNo",
      "startTime", "endTime",     "amount", "currency", "created", "deleted"};
  return csv_reply(context, call, "permits.csv", k_columns,
                   [search](database::Connection& connection, std::string& rows) mutable {
                     const auto permits = search.take(connection, k_chunk);
                     for (const store::ListedPermit& permit : permits) {
                       if (search.is_wanted(permit)) append_permit(rows, permit);
                     }
                     return static_cast<std::int64_t>(permits.size()) == k_chunk;
                   });
}

Result<Reply> get_permit(Context& context, Call& call) {
  const auto id = base::Uuid::parse(call.ids[0]);
  if (!id) return tl::unexpected(not_found("permit"));
  const auto connection = context.app.database().read();
  const auto permit = store::find_listed(*connection, call.client_id(), *id);
  if (!permit) return tl::unexpected(not_found("permit"));

  json::array history;
  for (const auto& replaced : store::list_replaced(*connection, call.client_id(), *id)) {
    history.push_back(json::object{{"version", replaced.version},
                                   {"plate", replaced.plate},
                                   {"endTime", domain::format_utc(replaced.end)},
                                   {"amountCents", number_or_null(replaced.amount_cents)},
                                   {"currency", text_or_null(replaced.currency)},
                                   {"replacedAt", domain::format_utc(replaced.replaced)},
                                   {"replacedBy", replaced.replaced_by}});
  }
  json::object body = permit_json(*permit, call.now);
  body["zoneAsSent"] = text_or_null(permit->sent_zone);
  body["version"] = permit->version;
  body["history"] = std::move(history);
  return ok(body);
}

}  // namespace
}  // namespace lotkeeper::api::console
