#include "api/console/violations/violation_view.hpp"

#include <algorithm>

#include "api/console/clients/names.hpp"
#include "api/console/reply.hpp"
#include "service/violations/violation_writes.hpp"
#include "store/vehicles/vehicle.hpp"
#include "store/violations/attachment.hpp"
#include "store/violations/owed.hpp"
#include "store/violations/violation_events.hpp"

namespace lotkeeper::api::console {
namespace {

using store::ListKind;
using store::Violation;

json::array details_json(Names& names, const std::vector<store::ViolationDetail>& details) {
  json::array list;
  for (const store::ViolationDetail& detail : details) {
    const store::ListItem* type = names.find(ListKind::violation_type, detail.type);
    list.push_back(json::object{{"type", type != nullptr ? json::string(type->name) : "?"},
                                {"code", names.code(ListKind::violation_type, detail.type)},
                                {"fineCents", detail.fine_cents}});
  }
  return list;
}

json::array payments_json(database::Connection& connection, store::ClientId client,
                          store::ViolationId id) {
  json::array list;
  for (const store::ListedPayment& payment : store::list_payments(connection, client, id)) {
    list.push_back(json::object{{"id", payment.id},
                                {"at", domain::format_utc(payment.at)},
                                {"amountCents", payment.cents},
                                {"method", payment.method},
                                {"operator", text_or_null(payment.operator_name)},
                                {"reversedAt", time_or_null(payment.reversed)},
                                {"reversalReason", text_or_null(payment.reversal_reason)},
                                {"reversedBy", text_or_null(payment.reversed_by)}});
  }
  return list;
}

json::array appeals_json(database::Connection& connection, store::ClientId client,
                         store::ViolationId id) {
  json::array list;
  for (const store::ListedAppeal& appeal : store::list_appeals(connection, client, id)) {
    list.push_back(json::object{{"openedAt", domain::format_utc(appeal.opened)},
                                {"comment", appeal.comment},
                                {"decidedAt", time_or_null(appeal.decided)},
                                {"decision", text_or_null(appeal.decision)},
                                {"reply", text_or_null(appeal.reply)}});
  }
  return list;
}

json::array events_json(database::Connection& connection, store::ClientId client,
                        store::ViolationId id) {
  json::array list;
  for (const store::ListedEvent& event : store::list_events(connection, client, id)) {
    list.push_back(json::object{{"at", domain::format_utc(event.at)},
                                {"action", event.action},
                                {"operator", text_or_null(event.operator_name)},
                                {"reason", text_or_null(event.reason)},
                                {"amountCents", number_or_null(event.amount_cents)}});
  }
  return list;
}

json::array photos_json(database::Connection& connection, store::ClientId client,
                        store::ViolationId id) {
  json::array list;
  const auto files = store::find_attachments(connection, client, std::span(&id, 1)).front();
  for (const store::Attachment& file : files) {
    list.push_back(json::object{{"id", file.id},
                                {"name", file.name + "." + file.extension},
                                {"mime", file.mime},
                                {"note", text_or_null(file.note)},
                                {"hasContent", file.content_hash.has_value()},
                                {"createdAt", domain::format_utc(file.created)}});
  }
  return list;
}

json::array allowed_actions(const ViolationView& view, const Call& call) {
  json::array may;
  const Violation& violation = view.violation;
  if (call.may(domain::Role::officer)) may.emplace_back("photo");
  if (!call.may(domain::Role::office)) return may;
  if (violation.paid_cents > 0) may.emplace_back("reverse");
  if (violation.is_void()) return may;
  if (view.owed_cents > 0) may.emplace_back("pay");
  may.emplace_back("adjust");
  if (violation.paid_cents == 0) {
    may.emplace_back("spoil");
    may.emplace_back("cancel");
  }
  if (violation.has_open_appeal()) {
    may.emplace_back("decide");
  } else if (!violation.closed && !violation.sent) {
    may.emplace_back("appeal");
  }
  return may;
}

/// The discount that still holds, and until when.
std::pair<std::int64_t, std::optional<base::Instant>> discount_of(const ViolationView& view,
                                                                  base::Instant now) {
  std::int64_t cents = 0;
  std::optional<base::Instant> until;
  if (view.violation.adjusted_fine_cents != 0 || view.violation.is_void()) return {0, until};
  for (const domain::Discount& discount :
       service::charge_of(view.violation, view.details).discounts) {
    const base::Instant end = view.violation.issued + discount.window;
    if (end <= now) continue;
    cents += discount.cents;
    if (!until || end < *until) until = end;
  }
  return {cents, until};
}

json::value degrees(const std::optional<std::int64_t>& e6) {
  if (!e6) return nullptr;
  return static_cast<double>(*e6) / 1e6;
}

}  // namespace

std::vector<ViolationView> view_violations(database::Connection& connection, store::ClientId client,
                                           std::vector<Violation> violations, base::Instant now) {
  std::vector<store::ViolationId> ids;
  std::vector<store::VehicleId> vehicles;
  for (const Violation& violation : violations) {
    ids.push_back(violation.id);
    vehicles.push_back(violation.vehicle.value_or(0));
  }
  const auto details = store::find_details(connection, client, ids);
  const auto payments = store::find_payments(connection, client, ids);
  const auto cars = store::find_vehicles(connection, client, vehicles);
  Names names(connection, client);

  std::vector<ViolationView> views(violations.size());
  for (std::size_t i = 0; i < views.size(); ++i) {
    ViolationView& view = views[i];
    view.violation = std::move(violations[i]);
    view.details = details[i];
    if (cars[i]) view.plate = cars[i]->plate;
    domain::Charge charge = service::charge_of(view.violation, view.details);
    view.owed_cents = domain::owed_at(charge, payments[i], now);
    view.state = store::state_of(view.violation, view.owed_cents, now);
    charge.discounts.clear();
    view.cost_cents = domain::cost_at(charge, now);
    for (const store::ViolationDetail& detail : view.details) {
      if (const auto* type = names.find(ListKind::violation_type, detail.type)) {
        view.types.push_back(type->name);
      }
    }
    if (view.details.empty()) {
      const auto* type = names.find(ListKind::violation_type, view.violation.type);
      if (type != nullptr) view.types.push_back(type->name);
    }
    if (const auto* place = names.find(ListKind::location, view.violation.location)) {
      view.location = place->name;
    }
  }
  return views;
}

json::object summary_json(const ViolationView& view) {
  json::array types;
  for (const std::string& type : view.types) types.emplace_back(type);
  const Violation& violation = view.violation;
  return {{"id", violation.id},
          {"ticket", violation.ticket},
          {"plate", filled_or_null(view.plate)},
          {"state", view.state},
          {"issuedAt", domain::format_utc(violation.issued)},
          {"dueAt", domain::format_utc(violation.due)},
          {"fineCents", view.cost_cents},
          {"paidCents", violation.paid_cents},
          {"owedCents", view.owed_cents},
          {"types", std::move(types)},
          {"location", filled_or_null(view.location)}};
}

json::array summaries_json(std::span<const ViolationView> views) {
  json::array list;
  for (const ViolationView& view : views) list.push_back(summary_json(view));
  return list;
}

Result<Reply> violation_reply(Context& context, const Call& call, store::ViolationId id) {
  const auto reading = context.app.database().read();
  database::Connection& connection = *reading;
  const store::ClientId client = call.client_id();
  auto found = store::find_violation(connection, client, id);
  if (!found) return tl::unexpected(not_found("violation"));
  const base::Instant now = context.now();
  std::vector<Violation> one;
  one.push_back(std::move(*found));
  const ViolationView view =
      std::move(view_violations(connection, client, std::move(one), now).front());
  const Violation& violation = view.violation;
  const auto scene = store::find_scene(connection, client, id);
  const store::VehicleId vehicle_id = violation.vehicle.value_or(0);
  const auto vehicle = store::find_vehicles(connection, client, std::span(&vehicle_id, 1)).front();
  const auto [discount, until] = discount_of(view, now);
  Names names(connection, client);

  json::object body = summary_json(view);
  body["category"] = names.name(ListKind::category, violation.category);
  body["comment"] = text_or_null(violation.comment);
  body["discountUntil"] = time_or_null(until);
  body["discountCents"] = discount;
  body["adjustedFineCents"] = nullptr;
  if (violation.adjusted_fine_cents != 0) body["adjustedFineCents"] = violation.adjusted_fine_cents;
  body["adjustmentReason"] = text_or_null(violation.adjustment_reason);
  body["dueIfDecided"] = nullptr;
  if (violation.has_open_appeal()) {
    body["dueIfDecided"] = domain::format_utc(
        domain::due_after_decision(violation.due, now, call.client().appeal_days));
  }
  body["sentAt"] = time_or_null(violation.sent);
  body["batch"] = number_or_null(violation.batch);
  body["latitude"] = degrees(scene ? scene->latitude_e6 : std::nullopt);
  body["longitude"] = degrees(scene ? scene->longitude_e6 : std::nullopt);
  body["accuracyMetres"] = nullptr;
  if (scene && scene->accuracy_cm) {
    body["accuracyMetres"] = static_cast<double>(*scene->accuracy_cm) / 100.0;
  }
  body["check"] = number_or_null(scene ? scene->check : std::nullopt);
  body["officer"] = filled_or_null(scene ? scene->operator_name : std::string());
  body["vehicle"] = nullptr;
  if (vehicle) {
    const auto sums = store::sum_vehicles(connection, client, std::span(&vehicle_id, 1), now);
    body["vehicle"] = vehicle_json(names, *vehicle, sums.front());
  }
  body["drivers"] = json::array();
  if (vehicle && call.may(domain::Role::office)) {
    body["drivers"] = drivers_json(connection, client, std::span(&vehicle_id, 1)).front();
  }
  body["details"] = details_json(names, view.details);
  body["payments"] = payments_json(connection, client, id);
  body["appeals"] = appeals_json(connection, client, id);
  body["events"] = events_json(connection, client, id);
  body["photos"] = photos_json(connection, client, id);
  body["may"] = allowed_actions(view, call);
  return ok(body);
}

}  // namespace lotkeeper::api::console
