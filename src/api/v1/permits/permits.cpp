#include "api/v1/permits/permits.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "api/v1/commit.hpp"
#include "api/v1/permits/permit_attributes.hpp"
#include "api/v1/permits/permit_stats.hpp"
#include "service/permits/permit_reads.hpp"

namespace lotkeeper::api::v1 {
namespace {

namespace json = boost::json;
using boost::asio::awaitable;
using domain::Permission;
using domain::Result;
using http::Answer;
using http::Call;
using http::Effect;
using service::Services;

awaitable<Result<Answer>> push(Services& services, Call& call);
awaitable<Result<Answer>> update(Services& services, Call& call);
awaitable<Result<Answer>> end(Services& services, Call& call);
awaitable<Result<Answer>> check(Services& services, Call& call);
#ifdef LOTKEEPER_BENCH
awaitable<Result<Answer>> decode(Services& services, Call& call);
#endif

}  // namespace

http::Endpoints permit_endpoints(Services& services) {
  const auto with = [&services](awaitable<Result<Answer>> (*handler)(Services&, Call&)) {
    return [&services, handler](Call& call) { return handler(services, call); };
  };
  return {
      {"permits/push", Permission::permits_push, Effect::writes, with(push)},
      {"permits/update", Permission::permits_update, Effect::writes, with(update)},
      {"permits/delete", Permission::permits_delete, Effect::writes, with(end)},
      {"permits/stats", Permission::permits_stats, Effect::reads, with(stats)},
      {"permits/check", Permission::permits_check, Effect::reads, with(check)},
#ifdef LOTKEEPER_BENCH
      {"bench/decode", Permission::permits_push, Effect::reads, with(decode)},
#endif
  };
}

namespace {

json::array to_json(const std::vector<std::string>& warnings) {
  return json::array(warnings.begin(), warnings.end());
}

/// The reply of push, update and delete.
std::string receipt_reply(const service::Receipt& receipt) {
  json::object reply{{"status", "success"},
                     {"reference_id", receipt.reference},
                     {"InternalReferenceID", receipt.reference}};
  if (!receipt.warnings.empty()) reply["warnings"] = to_json(receipt.warnings);
  return json::serialize(reply);
}

// permits/push: chapter "Push API: Permit Create"

}  // namespace

Result<void> decode_push(const Call& call, service::PushPermit& push) {
  const store::Client& client = *call.caller.client;
  AttributeReader attributes(call);
  const auto amount = read_amount_cents(attributes);
  auto currency = read_currency(attributes);
  const auto start = read_time(attributes, k_start, client.time_zone);
  const auto end = read_time(attributes, k_end, client.time_zone);
  if (start && end && end->last <= start->first) {
    attributes.fault(ErrorCode::end_time_invalid, k_end,
                     "The end must be after the start. Send a later end time.");
  }
  auto plate = read_plate(attributes, k_plate);
  auto ticket_number = attributes.text(k_ticket_number);
  auto zone = read_zone(attributes);
  const auto type = read_permit_type(attributes);
  if (attributes.has_faults()) return tl::unexpected(attributes.refusal());

  if (amount && !currency) currency = client.currency;
  push.permit = {.client = client.id,
                 .id = base::make_uuid_v7(call.now),
                 .integration = call.caller.integration->id,
                 .token = call.caller.token,
                 .type = type.value_or(call.caller.integration->permit_type),
                 .plate = std::move(plate->sent),
                 .plate_norm = std::move(plate->norm),
                 .plate_shape = std::move(plate->shape),
                 .permit_no = ticket_number ? std::move(ticket_number->text) : std::string(),
                 .start = start->first,
                 .end = end->last,
                 .amount_cents = amount,
                 .currency = std::move(currency)};
  if (zone) {
    push.zone_name = std::move(zone->name);
    push.zone_name_norm = std::move(zone->name_norm);
  }
  push.warnings = attributes.warnings();
  return {};
}

namespace {

awaitable<Result<Answer>> push(Services& services, Call& call) {
  service::PushPermit push;
  auto decoded = decode_push(call, push);
  if (!decoded) co_return tl::unexpected(std::move(decoded.error()));

  co_return co_await commit(services, call, push, receipt_reply);
}

#ifdef LOTKEEPER_BENCH
/// What `push` costs without a store: the yardstick of bench/run.
awaitable<Result<Answer>> decode(Services&, Call& call) {
  service::PushPermit push;
  auto decoded = decode_push(call, push);
  if (!decoded) co_return tl::unexpected(std::move(decoded.error()));

  co_return Answer{receipt_reply({push.permit.id.to_string(), push.warnings})};
}
#endif

// permits/update: chapter "Push API: Permit Update"

void warn_of_what_stays(AttributeReader& attributes) {
  for (const Attribute* attribute : {&k_start, &k_ticket_number, &k_zone, &k_permit_type}) {
    if (!attributes.mentions(*attribute)) continue;
    attributes.warn(fmt::format("{} cannot be changed by an update and was ignored.",
                                attribute->names.front()));
  }
}

awaitable<Result<Answer>> update(Services& services, Call& call) {
  const store::Client& client = *call.caller.client;
  AttributeReader attributes(call);
  const auto reference = read_reference(attributes);
  const auto end = read_time(attributes, k_new_end, client.time_zone);
  auto plate = read_plate(attributes, k_updated_plate);
  const auto amount = read_amount_cents(attributes);
  auto currency = read_currency(attributes);
  warn_of_what_stays(attributes);

  service::UpdatePermit update;
  update.permit = {client.id, call.caller.integration->id, reference.value_or(base::Uuid{})};
  if (end) update.end = end->last;
  if (attributes.has_faults()) {
    if (reference) {
      auto found = co_await services.quick_reads.ask(
          asker_of(call), [&update](database::Connection& connection) {
            return service::find_update_faults(connection, update.permit, update.end);
          });
      attributes.faults(std::move(found));
    }
    co_return tl::unexpected(
        attributes.refusal({&k_reference, &k_new_end, &k_updated_plate, &k_amount, &k_currency}));
  }

  update.token = call.caller.token;
  if (plate) {
    update.plate = {std::move(plate->sent), std::move(plate->norm), std::move(plate->shape)};
  }
  update.amount_cents = amount;
  update.currency = std::move(currency);
  update.client_currency = client.currency;
  update.warnings = attributes.warnings();
  co_return co_await commit(services, call, update, receipt_reply);
}

// permits/delete: chapter "Push API: Permit Delete"

awaitable<Result<Answer>> end(Services& services, Call& call) {
  AttributeReader attributes(call);
  const auto reference = read_reference(attributes);

  service::DeletePermit ending;
  ending.permit = {call.caller.client->id, call.caller.integration->id,
                   reference.value_or(base::Uuid{})};
  if (attributes.has_faults()) {
    if (reference) {
      auto found = co_await services.quick_reads.ask(
          asker_of(call), [&ending](database::Connection& connection) {
            return service::find_update_faults(connection, ending.permit, std::nullopt);
          });
      attributes.faults(std::move(found));
    }
    co_return tl::unexpected(attributes.refusal({&k_reference}));
  }

  ending.token = call.caller.token;
  ending.warnings = attributes.warnings();
  co_return co_await commit(services, call, ending, receipt_reply);
}

// permits/check: ours, what an enforcement device asks

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::object to_json(const store::ValidPermit& permit) {
  json::value zone = nullptr;
  if (permit.zone) {
    zone = permit.zone_title;
  } else if (permit.sent_zone) {
    zone = *permit.sent_zone;
  }
  return {{"reference_id", permit.id.to_string()},
          {"type", domain::to_string(permit.type)},
          {"zone", std::move(zone)},
          {"permitNo", text_or_null(permit.permit_no)},
          {"startTime", domain::format_utc(permit.start)},
          {"endTime", domain::format_utc(permit.end)}};
}

json::value text_or_null(const std::optional<std::string>& text) {
  return text ? json::value(*text) : json::value(nullptr);
}

json::object to_json(const store::NamedVehicle& vehicle) {
  return {
      {"vehicle_id", std::to_string(vehicle.id)},   {"plateType", text_or_null(vehicle.plate_type)},
      {"province", text_or_null(vehicle.province)}, {"make", text_or_null(vehicle.make)},
      {"type", text_or_null(vehicle.type)},         {"colour", text_or_null(vehicle.colour)}};
}

std::string check_reply(const service::PlateCheck& check, const service::PlateAnswer& answer,
                        const std::vector<std::string>& warnings) {
  json::array permits;
  for (const store::ValidPermit& permit : answer.valid) permits.push_back(to_json(permit));
  json::array near;
  for (const store::ValidPermit& permit : answer.near) {
    json::object row = to_json(permit);
    row["plate"] = permit.plate;
    near.push_back(std::move(row));
  }
  json::array vehicles;
  for (const store::NamedVehicle& vehicle : answer.vehicles) vehicles.push_back(to_json(vehicle));
  json::object reply{{"status", "success"},           {"valid", !answer.valid.empty()},
                     {"plate", check.plate_norm},     {"at", domain::format_utc(check.at.first)},
                     {"permits", std::move(permits)}, {"vehicles", std::move(vehicles)},
                     {"near", std::move(near)}};
  if (!warnings.empty()) reply["warnings"] = to_json(warnings);
  return json::serialize(reply);
}

awaitable<Result<Answer>> check(Services& services, Call& call) {
  AttributeReader attributes(call);
  auto plate = read_plate(attributes, k_checked_plate);
  auto zone = read_zone(attributes);
  const auto at = read_moment(attributes, k_at, call.caller.client->time_zone, call.now);
  if (attributes.has_faults()) co_return tl::unexpected(attributes.refusal());

  const service::PlateCheck check{call.caller.client->id, std::move(plate->norm), std::move(zone),
                                  at.value_or(domain::PossibleTimes{call.now, call.now})};
  const auto checked =
      co_await services.checker.check(check, {call.caller.client->id, call.caller.integration->id});
  if (!checked) co_return tl::unexpected(checked.error());
  const service::PlateAnswer& answer = *checked;

  if (!answer.zone_known) {
    attributes.warn("This client has no such zone. Permits for its other zones do not count.");
  }
  co_return Answer{check_reply(check, answer, attributes.warnings())};
}

}  // namespace
}  // namespace lotkeeper::api::v1
