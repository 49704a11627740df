#include <algorithm>
#include <limits>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "api/console/clients/names.hpp"
#include "api/console/permits/permit_view.hpp"
#include "api/console/plates/plate_evidence.hpp"
#include "api/console/reading.hpp"
#include "api/console/reply.hpp"
#include "api/console/violations/violation_view.hpp"
#include "domain/permits/permit.hpp"
#include "domain/permits/plate.hpp"
#include "service/permits/permit_reads.hpp"
#include "store/clients/zone.hpp"
#include "store/permits/permit_search.hpp"
#include "store/plates/plate_check.hpp"

namespace lotkeeper::api::console {
namespace {

using http::Method;

Result<Reply> check_plate(Context& context, Call& call);
Result<Reply> list_checks(Context& context, Call& call);
Result<Reply> get_check(Context& context, Call& call);

}  // namespace

Routes plate_routes() {
  return {
      {Method::post, "/plate-checks", Access::officer, check_plate},
      {Method::get, "/plate-checks", Access::office, list_checks},
      {Method::get, "/plate-checks/{id}", Access::officer, get_check},
  };
}

namespace {

constexpr std::chrono::hours k_just_expired{2};
constexpr std::int64_t k_most_violations = 20;
// Each check is kept as evidence. Fifty officers who check a plate each minute make 24,000 in eight
// hours.
constexpr std::int64_t k_most_checks = 100'000;
constexpr std::chrono::hours k_checks_within{24};
// Of a kind: a word that many write where a plate belongs ("GUEST") may have thousands.
constexpr std::size_t k_most_permits = 50;

struct Question {
  store::ClientId client = 0;
  base::Instant now;
  std::string plate;
  std::string plate_norm;
  std::optional<store::Zone> zone;
  domain::PossibleTimes at;
  bool is_now = true;
};

/// A time, or a clock time of today: "10:42".
std::optional<domain::PossibleTimes> read_moment(const std::string& text, const Call& call) {
  const domain::TimeZone& zone = call.principal->time_zone;
  std::string whole = text;
  if (text.size() == 5 && text[2] == ':') whole = zone.date_at(call.now) + "T" + text + ":00";
  const auto wall = domain::parse_wall_time(whole);
  if (!wall) return std::nullopt;
  return zone.resolve(*wall);
}

Question read_question(database::Connection& connection, const Call& call, BodyReader& body) {
  Question question;
  question.client = call.client_id();
  question.now = call.now;
  question.plate = body.required_text("plate", {1, domain::k_checked_plate_limit});
  question.plate_norm = domain::normalise_plate(question.plate);
  if (!question.plate.empty() && question.plate_norm.empty()) {
    body.fault("plate", "Send \"plate\" with at least one letter or digit.");
  }
  if (const auto id = body.number("zone", {1})) {
    const auto zones = store::list_zones(connection, call.client_id());
    const auto zone = std::ranges::find(zones, *id, &store::Zone::id);
    if (zone == zones.end()) {
      body.fault("zone", "There is no zone with this id.");
    } else {
      question.zone = *zone;
    }
  }
  question.at = {call.now, call.now};
  if (const auto text = body.text("at", {1, 20})) {
    question.is_now = false;
    if (const auto moment = read_moment(*text, call)) {
      question.at = *moment;
    } else {
      body.fault("at",
                 "\"at\" must be a time such as 2026-05-04T10:42:00, or a clock time of today "
                 "such as 10:42.");
    }
  }
  return question;
}

/// What is known of a plate at a moment.
struct Lookups {
  std::vector<store::ValidPermit> valid;
  std::vector<store::ValidPermit> other_zones;
  std::vector<store::ListedPermit> just_expired;
  std::vector<store::ValidPermit> near;
  std::vector<store::Vehicle> vehicles;
  std::vector<ViolationView> violations;
};

void find_violations(database::Connection& connection, const Question& question, Lookups& known) {
  std::vector<store::Violation> open;
  for (const store::Vehicle& vehicle : known.vehicles) {
    // A vehicle's latest: what is still open is nearly always among them.
    auto latest = store::list_violations_of(connection, question.client, vehicle.id,
                                            std::numeric_limits<std::int64_t>::max(), 200);
    std::erase_if(latest, [](const store::Violation& one) { return one.closed.has_value(); });
    std::ranges::move(latest, std::back_inserter(open));
  }
  std::ranges::sort(open, std::ranges::greater(), &store::Violation::issued);
  if (open.size() > k_most_violations) open.erase(open.begin() + k_most_violations, open.end());
  known.violations = view_violations(connection, question.client, std::move(open), question.now);
}

void keep_latest(std::vector<store::ValidPermit>& permits) {
  std::ranges::sort(permits, std::ranges::greater(), &store::ValidPermit::end);
  if (permits.size() > k_most_permits) {
    permits.erase(permits.begin() + k_most_permits, permits.end());
  }
}

Lookups find_out(database::Connection& connection, const Question& question,
                 service::Statements statements) {
  Lookups known;
  const service::PlateCheck check{question.client, question.plate_norm, std::nullopt, question.at};
  const service::PlateCheck* one = &check;
  auto answer =
      std::move(service::check_plates(connection, std::span(&one, 1), statements).front());
  for (store::ValidPermit& permit : answer.valid) {
    const bool is_here = !question.zone || !permit.sent_zone || permit.zone == question.zone->id;
    (is_here ? known.valid : known.other_zones).push_back(std::move(permit));
  }
  keep_latest(known.valid);
  keep_latest(known.other_zones);
  known.near = std::move(answer.near);
  known.just_expired =
      store::list_expired(connection, question.client, domain::plate_shape(question.plate_norm),
                          question.at.first - k_just_expired, question.at.first);
  std::erase_if(known.just_expired, [&](const store::ListedPermit& permit) {
    return permit.plate_norm != question.plate_norm;
  });
  if (known.just_expired.size() > k_most_permits) {
    known.just_expired.erase(known.just_expired.begin() + k_most_permits, known.just_expired.end());
  }

  std::vector<store::VehicleId> ids;
  ids.reserve(answer.vehicles.size());
  for (const store::NamedVehicle& vehicle : answer.vehicles) ids.push_back(vehicle.id);
  for (auto& vehicle : store::find_vehicles(connection, question.client, ids)) {
    if (vehicle) known.vehicles.push_back(std::move(*vehicle));
  }
  find_violations(connection, question, known);
  return known;
}

json::array permits_json(const std::vector<store::ValidPermit>& permits) {
  json::array list;
  for (const store::ValidPermit& permit : permits) list.push_back(plate_permit_json(permit));
  return list;
}

// What a plate's answer and its evidence show, key by key.
constexpr std::string_view k_shown[] = {"permits", "otherZones", "justExpired",
                                        "near",    "vehicles",   "violations"};

json::object shown_json(database::Connection& connection, const Question& question,
                        const Lookups& known) {
  json::array expired;
  for (const store::ListedPermit& permit : known.just_expired) {
    json::object one = plate_permit_json(permit);
    one["endedSecondsAgo"] =
        std::chrono::floor<std::chrono::seconds>(question.at.first - permit.end).count();
    expired.push_back(std::move(one));
  }
  Names names(connection, question.client);
  json::array vehicles =
      vehicles_json(connection, question.client, names, known.vehicles, question.now);
  return {{"permits", permits_json(known.valid)}, {"otherZones", permits_json(known.other_zones)},
          {"justExpired", std::move(expired)},    {"near", permits_json(known.near)},
          {"vehicles", std::move(vehicles)},      {"violations", summaries_json(known.violations)}};
}

json::value zone_name(const Question& question) {
  if (!question.zone) return nullptr;
  return json::value(question.zone->name);
}

json::object answer_json(const Question& question, const Lookups& known, json::object shown,
                         std::int64_t check) {
  json::object body{{"check", check},
                    {"plate", question.plate},
                    {"plateNorm", question.plate_norm},
                    {"at", domain::format_utc(question.at.first)},
                    {"isNow", question.is_now},
                    {"zone", zone_name(question)},
                    {"valid", !known.valid.empty()}};
  for (const auto key : k_shown) body[key] = std::move(shown[key]);
  return body;
}

/// What is kept of a check.
store::PlateCheckRow evidence_of(const Question& question, const Lookups& known, json::object shown,
                                 store::OperatorId operator_id, const std::string& operator_name) {
  store::PlateCheckRow row;
  row.operator_id = operator_id;
  row.checked = question.now;
  row.at = question.at.first;
  row.plate = question.plate;
  row.plate_norm = question.plate_norm;
  if (question.zone) row.zone = question.zone->id;
  row.valid = !known.valid.empty();
  // As it was shown: permits are changed and deleted, zones renamed, operators removed.
  shown["zone"] = zone_name(question);
  shown["operator"] = operator_name;
  row.found = json::serialize(shown);
  return row;
}

Result<Reply> check_plate(Context& context, Call& call) {
  BodyReader body(call);
  Question question;
  Lookups known;
  json::object shown;
  {
    const auto connection = context.app.database().read();
    question = read_question(*connection, call, body);
    if (!body.is_good()) return body.refusal();
    known = find_out(*connection, question, service::Statements::for_each);
    shown = shown_json(*connection, question, known);
  }

  const store::PlateCheckRow row =
      evidence_of(question, known, shown, call.principal->session.operator_id,
                  call.principal->session.operator_name);
  std::int64_t check = 0;
  const auto kept =
      call.actor(context).change([&](service::WriteBatch& batch) -> Result<std::string> {
        if (store::has_made_checks(batch.connection, call.client_id(), k_most_checks,
                                   batch.now - k_checks_within)) {
          domain::Refusal refusal = domain::refuse(
              ErrorCode::too_many_requests, {},
              fmt::format("This client has made {} plate checks in a day, which is the limit. "
                          "Try again later.",
                          k_most_checks));
          refusal.retry_after_seconds = 60;
          return tl::unexpected(std::move(refusal));
        }
        check = store::insert_plate_check(batch.connection, call.client_id(), row);
        return std::string();
      });
  if (!kept) return tl::unexpected(kept.error());

  return ok(answer_json(question, known, std::move(shown), check));
}

/// The id of what evidence shows; checks of old kept it alone.
json::value id_in(const json::value& shown) {
  if (!shown.is_object()) return shown;
  const json::value* const reference = shown.as_object().if_contains("reference");
  return reference != nullptr ? *reference : shown.at("id");
}

/// A text that newer evidence keeps itself, `otherwise` where it is older.
json::value text_in(const json::object& found, std::string_view key, const std::string& otherwise) {
  const json::value* const kept = found.if_contains(key);
  return kept != nullptr ? *kept : filled_or_null(otherwise);
}

json::object check_json(const store::PlateCheckRow& check, const json::object& found) {
  json::object one{{"id", check.id},
                   {"operator", text_in(found, "operator", check.operator_name)},
                   {"checkedAt", domain::format_utc(check.checked)},
                   {"at", domain::format_utc(check.at)},
                   {"plate", check.plate},
                   {"zone", text_in(found, "zone", check.zone_title)},
                   {"valid", check.valid}};
  for (const auto key : k_shown) {
    json::array ids;
    if (const json::value* const part = found.if_contains(key)) {
      for (const json::value& shown : part->as_array()) ids.push_back(id_in(shown));
    }
    one[key] = std::move(ids);
  }
  return one;
}

Result<Reply> get_check(Context& context, Call& call) {
  const auto check =
      store::find_plate_check(*context.app.database().read(), call.client_id(), id_of(call.ids[0]));
  // An officer goes back to what was asked; the evidence of others is the office's.
  const bool is_own = check && check->operator_id == call.principal->session.operator_id;
  if (!check || !(is_own || call.may(domain::Role::office))) {
    return tl::unexpected(not_found("plate check"));
  }

  const json::object found = json::parse(check->found).as_object();
  json::object body = check_json(*check, found);
  body["shown"] = nullptr;
  if (found.contains("operator")) {
    json::object shown;
    for (const auto key : k_shown) shown[key] = found.at(key);
    body["shown"] = std::move(shown);
  }
  return ok(body);
}

Result<Reply> list_checks(Context& context, Call& call) {
  QueryReader query(call);
  const auto plate = query.text("plate", domain::k_checked_plate_limit);
  const auto before = query.number("cursor", {1});
  const std::int64_t limit = query.limit();
  if (!query.is_good()) return query.refusal();

  const auto connection = context.app.database().read();
  const auto checks = store::list_plate_checks(
      *connection, call.client_id(), domain::normalise_plate(plate.value_or("")),
      before.value_or(std::numeric_limits<std::int64_t>::max()), limit);
  json::array list;
  for (const store::PlateCheckRow& check : checks) {
    list.push_back(check_json(check, json::parse(check.found).as_object()));
  }
  const bool has_more = static_cast<std::int64_t>(checks.size()) == limit;
  return ok({{"checks", std::move(list)},
             {"next", has_more ? json::value(std::to_string(checks.back().id)) : nullptr}});
}

}  // namespace

store::PlateCheckRow keep_plate_check(service::WriteBatch& batch, const PlateAsked& asked) {
  const Question question{asked.client, batch.now,
                          asked.plate,  domain::normalise_plate(asked.plate),
                          asked.zone,   {batch.now, batch.now}};
  const Lookups known = find_out(batch.connection, question, service::Statements::in_transaction);
  store::PlateCheckRow row =
      evidence_of(question, known, shown_json(batch.connection, question, known), batch.operator_id,
                  asked.operator_name);
  row.id = store::insert_plate_check(batch.connection, asked.client, row);
  return row;
}

}  // namespace lotkeeper::api::console
