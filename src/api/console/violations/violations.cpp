#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/json/array.hpp>

#include "api/console/reading.hpp"
#include "api/console/reply.hpp"
#include "api/console/violations/violation_view.hpp"
#include "domain/permits/plate.hpp"
#include "domain/vehicles/vehicle.hpp"
#include "service/violations/violation_writes.hpp"
#include "store/plates/plate_check.hpp"
#include "store/vehicles/vehicle.hpp"
#include "store/violations/violation_type.hpp"

namespace lotkeeper::api::console {
namespace {

using http::Method;
using service::WriteBatch;

Result<Reply> list_violations(Context& context, Call& call);
Result<Reply> export_violations(Context& context, Call& call);
Result<Reply> write_violation(Context& context, Call& call);
Result<Reply> get_violation(Context& context, Call& call);

}  // namespace

Routes violation_routes() {
  return {
      {Method::get, "/violations", Access::viewer, list_violations},
      {Method::post, "/violations", Access::officer, write_violation},
      {Method::get, "/violations.csv", Access::viewer, export_violations},
      {Method::get, "/violations/{id}", Access::viewer, get_violation},
  };
}

namespace {

constexpr std::int64_t k_chunk = 200;
constexpr int k_most_chunks = 10;
constexpr std::int64_t k_highest = std::numeric_limits<std::int64_t>::max();
constexpr TextLimits k_comment{1, 2'000, true};

/// Violations from the latest down: all, or those of a plate's vehicles.
struct Search {
  store::ClientId client = 0;
  std::string plate_norm;
  std::string ticket;
  std::string_view state = "all";
  std::optional<base::Instant> from;
  std::optional<base::Instant> until;
  store::ViolationId before = k_highest;

  [[nodiscard]] bool is_wanted(const ViolationView& view) const {
    const store::Violation& violation = view.violation;
    if (from && violation.issued < *from) return false;
    if (until && violation.issued >= *until) return false;
    if (!ticket.empty() && violation.ticket != ticket) return false;
    if (state == "all") return true;
    if (state == "unpaid") return !violation.closed;
    // Under appeal it is still with the agency.
    if (state == "collections") return violation.sent && !violation.closed;
    if (state == "void") return view.state == "spoiled" || view.state == "cancelled";
    return view.state == state;
  }

  /// Goes on behind the last one; says whether there may be more.
  bool take(database::Connection& connection, base::Instant now,
            std::vector<ViolationView>& views) {
    std::vector<store::Violation> found;
    bool has_more = false;
    if (!ticket.empty()) {
      const auto id = store::find_violation_by_ticket(connection, client, ticket);
      if (id && *id < before) found.push_back(*store::find_violation(connection, client, *id));
    } else if (!plate_norm.empty()) {
      for (const auto& vehicle : store::find_vehicles_by_plate(connection, client, plate_norm)) {
        auto of_it = store::list_violations_of(connection, client, vehicle.id, before, k_chunk);
        has_more = has_more || static_cast<std::int64_t>(of_it.size()) == k_chunk;
        std::ranges::move(of_it, std::back_inserter(found));
      }
      std::ranges::sort(found, std::ranges::greater(), &store::Violation::id);
      if (found.size() > k_chunk) {
        found.erase(found.begin() + k_chunk, found.end());
        has_more = true;
      }
    } else {
      found = store::list_violations(connection, client, before, k_chunk);
      has_more = static_cast<std::int64_t>(found.size()) == k_chunk;
    }
    if (!found.empty()) before = found.back().id;
    views = view_violations(connection, client, std::move(found), now);
    return has_more;
  }
};

Search read_search(const Call& call, QueryReader& query) {
  Search search;
  search.client = call.client_id();
  if (const auto plate = query.text("plate", domain::k_vehicle_plate_limit)) {
    search.plate_norm = domain::normalise_plate(*plate);
    if (search.plate_norm.empty()) query.fault("plate", "A plate must have a letter or a digit.");
  }
  search.ticket = query.text("ticket").value_or("");
  search.state = query.word("state", {"all", "unpaid", "open", "overdue", "appealed", "collections",
                                      "paid", "void", "warning"});
  search.from = query.moment("from", false);
  search.until = query.moment("to", true);
  return search;
}

Result<Reply> list_violations(Context& context, Call& call) {
  QueryReader query(call);
  Search search = read_search(call, query);
  if (const auto cursor = query.number("cursor", {1})) search.before = *cursor;
  const auto limit = static_cast<std::size_t>(query.limit());
  if (!query.is_good()) return query.refusal();

  const auto connection = context.app.database().read();
  json::array list;
  bool has_more = true;
  for (int chunk = 0; chunk < k_most_chunks && has_more && list.size() < limit; ++chunk) {
    std::vector<ViolationView> views;
    has_more = search.take(*connection, call.now, views);
    for (const ViolationView& view : views) {
      if (!search.is_wanted(view)) continue;
      if (list.size() == limit) {
        has_more = true;
        break;
      }
      list.push_back(summary_json(view));
      if (list.size() == limit) search.before = view.violation.id;
    }
  }
  return ok({{"violations", std::move(list)},
             {"next", has_more ? json::value(std::to_string(search.before)) : nullptr}});
}

void append_violation(std::string& rows, const ViolationView& view) {
  const store::Violation& violation = view.violation;
  const std::vector<std::string> cells{violation.ticket,
                                       view.plate,
                                       std::string(view.state),
                                       domain::format_utc(violation.issued),
                                       domain::format_utc(violation.due),
                                       fmt::format("{}", fmt::join(view.types, "; ")),
                                       view.location,
                                       money(view.cost_cents),
                                       money(violation.paid_cents),
                                       money(view.owed_cents)};
  append_row(rows, cells);
}

Result<Reply> export_violations(Context& context, Call& call) {
  QueryReader query(call);
  const Search search = read_search(call, query);
  if (!query.is_good()) return query.refusal();

  static constexpr std::string_view k_columns[] = {"ticket", "plate",    "state", "issued", "due",
                                                   "types",  "location", "fine",  "paid",   "owed"};
  return csv_reply(context, call, "violations.csv", k_columns,
                   [along = search, now = call.now](database::Connection& connection,
                                                    std::string& rows) mutable {
                     std::vector<ViolationView> views;
                     const bool has_more = along.take(connection, now, views);
                     for (const ViolationView& view : views) {
                       if (along.is_wanted(view)) append_violation(rows, view);
                     }
                     return has_more;
                   });
}

Result<Reply> get_violation(Context& context, Call& call) {
  return violation_reply(context, call, id_of(call.ids[0]));
}

// Writing one

struct NewViolation {
  service::IssueViolation issue;
  store::Vehicle vehicle;  ///< where no id was sent
  store::ViolationScene scene;
};

std::optional<std::int64_t> scaled(const std::optional<double>& value, double by) {
  if (!value) return std::nullopt;
  return std::llround(*value * by);
}

NewViolation read_draft(const Call& call, BodyReader& body) {
  NewViolation draft;
  service::IssueViolation& issue = draft.issue;
  issue.vehicle = body.number("vehicle", {1}).value_or(0);
  draft.vehicle.client = call.client_id();
  draft.vehicle.plate = body.text("plate", {1, domain::k_vehicle_plate_limit}).value_or("");
  draft.vehicle.plate_norm = domain::normalise_plate(draft.vehicle.plate);
  draft.vehicle.province = body.number("province", {1}).value_or(0);
  draft.vehicle.plate_type = body.number("plateType", {1}).value_or(0);
  draft.vehicle.make = body.number("make", {1});
  draft.vehicle.colour = body.number("colour", {1});
  if (issue.vehicle == 0) {
    if (draft.vehicle.plate_norm.empty()) {
      body.fault("plate", "Send \"plate\" with at least one letter or digit, or \"vehicle\".");
    }
    if (draft.vehicle.province == 0) body.fault("province", "Send the id of the plate's province.");
    if (draft.vehicle.plate_type == 0) body.fault("plateType", "Send the id of a plate type.");
  }
  issue.types = body.numbers("types", 10);
  if (issue.types.empty()) body.fault("types", "Choose at least one violation type.");
  issue.category = body.number("category", {1});
  issue.location = body.number("location", {1});
  issue.comment = body.text("comment", k_comment);
  issue.is_warning = body.flag("isWarning");
  issue.issued = body.time("issuedAt").value_or(call.now);
  if (issue.issued > call.now) body.fault("issuedAt", "The time of issue cannot be in the future.");
  draft.scene.operator_id = call.principal->session.operator_id;
  draft.scene.check = body.number("check", {1});
  draft.scene.latitude_e6 = scaled(body.fraction("latitude", -90, 90), 1e6);
  draft.scene.longitude_e6 = scaled(body.fraction("longitude", -180, 180), 1e6);
  draft.scene.accuracy_cm = scaled(body.fraction("accuracyMetres", 0, 1e7), 100);
  if (draft.scene.latitude_e6.has_value() != draft.scene.longitude_e6.has_value()) {
    body.fault("latitude", "Send \"latitude\" and \"longitude\" together.");
  }
  return draft;
}

Result<void> require(WriteBatch& batch, const Call& call, store::ListKind kind,
                     std::optional<store::ItemId> id, std::string_view key) {
  if (!id || store::find_item(batch.connection, {call.client_id(), kind}, *id)) return {};
  return refused(ErrorCode::field_invalid, std::string(key),
                 fmt::format("There is no {} with this id.", domain::to_string(kind)));
}

/// The vehicle of the draft, added where it is not there.
Result<store::VehicleId> find_vehicle(WriteBatch& batch, const Call& call, NewViolation& draft) {
  if (draft.issue.vehicle != 0) return draft.issue.vehicle;
  store::Vehicle& vehicle = draft.vehicle;
  const store::Vehicle* wanted = &vehicle;
  for (const auto& [kind, id, key] :
       {std::tuple(store::ListKind::province, std::optional(vehicle.province), "province"),
        std::tuple(store::ListKind::plate_type, std::optional(vehicle.plate_type), "plateType"),
        std::tuple(store::ListKind::make, vehicle.make, "make"),
        std::tuple(store::ListKind::colour, vehicle.colour, "colour")}) {
    if (auto there = require(batch, call, kind, id, key); !there) {
      return tl::unexpected(std::move(there.error()));
    }
  }
  const auto standing = store::find_same_vehicles(batch.connection, std::span(&wanted, 1)).front();
  if (standing) return *standing;
  vehicle.id = store::take_vehicle_ids(batch.connection, call.client_id(), 1);
  vehicle.created = batch.now;
  (void)store::insert_vehicles(batch.connection, std::span(&wanted, 1));
  return vehicle.id;
}

/// Refuses before anything is written: a refusal rolls nothing back.
Result<void> check_draft(WriteBatch& batch, const Call& call, const NewViolation& draft) {
  const service::IssueViolation& issue = draft.issue;
  if (issue.vehicle != 0 &&
      !store::find_vehicles(batch.connection, call.client_id(), std::span(&issue.vehicle, 1))
           .front()) {
    return refused(ErrorCode::field_invalid, "vehicle", "There is no vehicle with this id.");
  }
  for (const store::ItemId type : issue.types) {
    if (auto there = require(batch, call, store::ListKind::violation_type, type, "types"); !there) {
      return there;
    }
  }
  if (auto there = require(batch, call, store::ListKind::category, issue.category, "category");
      !there) {
    return there;
  }
  if (auto there = require(batch, call, store::ListKind::location, issue.location, "location");
      !there) {
    return there;
  }
  const auto terms = store::find_violation_types(batch.connection, call.client_id(), issue.types);
  if (std::ranges::any_of(terms, [](const auto& one) { return !one.has_value(); })) {
    return refused(ErrorCode::field_invalid, "types",
                   "One of these violation types has no fine yet.");
  }
  if (draft.scene.check &&
      !store::has_plate_check(batch.connection, call.client_id(), *draft.scene.check)) {
    return refused(ErrorCode::field_invalid, "check", "There is no plate check with this id.");
  }
  return {};
}

/// Where no location was chosen the zone of the plate check is one: the client's location of that
/// name, added where there is none.
void take_location_of_check(WriteBatch& batch, const Call& call, NewViolation& draft) {
  if (draft.issue.location || !draft.scene.check) return;
  const auto check =
      store::find_plate_check(batch.connection, call.client_id(), *draft.scene.check);
  if (!check || !check->zone || check->zone_title.empty()) return;
  const std::string_view name = check->zone_title;
  draft.issue.location =
      store::intern_items(batch.connection, {call.client_id(), store::ListKind::location},
                          std::span(&name, 1), batch.now)
          .front();
}

Result<Reply> write_violation(Context& context, Call& call) {
  BodyReader body(call);
  const NewViolation read = read_draft(call, body);
  if (!body.is_good()) return body.refusal();

  service::IssuedViolation issued;
  const auto written = call.actor(context).change([&](WriteBatch& batch) -> Result<std::string> {
    NewViolation draft = read;
    if (auto good = check_draft(batch, call, draft); !good) {
      return tl::unexpected(std::move(good.error()));
    }
    const auto vehicle = find_vehicle(batch, call, draft);
    if (!vehicle) return tl::unexpected(vehicle.error());
    draft.issue.vehicle = *vehicle;
    take_location_of_check(batch, call, draft);
    auto done = service::issue_violation(batch, call.client_id(), draft.issue);
    if (!done) return tl::unexpected(std::move(done.error()));
    issued = *done;
    store::insert_scene(batch.connection, call.client_id(), issued.id, draft.scene);
    return std::string();
  });
  if (!written) return tl::unexpected(written.error());
  return ok({{"id", issued.id}, {"ticket", issued.ticket}}, 201);
}

}  // namespace
}  // namespace lotkeeper::api::console
