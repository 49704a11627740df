#include "service/violations/violation_writes.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text/text.hpp"
#include "domain/money.hpp"
#include "store/clients/tenancy.hpp"
#include "store/vehicles/vehicle.hpp"
#include "store/violations/violation_events.hpp"
#include "store/violations/violation_type.hpp"

namespace lotkeeper::service {
namespace {

using domain::ErrorCode;
using domain::refused;
using domain::Result;
using store::ClientId;
using store::ListKind;
using store::Violation;
using store::ViolationId;

tl::unexpected<domain::Refusal> invalid(std::string field, std::string detail) {
  return refused(ErrorCode::field_invalid, std::move(field), std::move(detail));
}

std::string dollars(std::int64_t cents) { return domain::to_string(domain::Money{cents}); }

/// A violation being changed, with what the amount owed depends on.
struct ViolationUpdate {
  Violation violation;
  std::vector<store::ViolationDetail> details;
  std::vector<domain::Payment> payments;

  [[nodiscard]] bool is_settled(base::Instant now) const {
    return domain::is_settled(charge_of(violation, details), payments, now);
  }
  [[nodiscard]] std::int64_t owed_at(base::Instant moment) const {
    return domain::owed_at(charge_of(violation, details), payments, moment);
  }
};

Result<ViolationUpdate> open_case(database::Connection& connection, ClientId client,
                                  ViolationId id) {
  auto violation = store::find_violation(connection, client, id);
  if (!violation) {
    return refused(ErrorCode::record_not_found, "ViolationID", "There is no such violation.");
  }
  const std::span<const ViolationId> ids(&id, 1);
  return ViolationUpdate{std::move(*violation),
                         store::find_details(connection, client, ids).front(),
                         store::find_payments(connection, client, ids).front()};
}

Result<void> require_reason(const std::string& reason) {
  if (!base::trim_white_space(reason).empty()) return {};
  return refused(ErrorCode::field_missing, "reason", "Give a reason.");
}

Result<void> require_cost(const Violation& violation) {
  if (!violation.is_void()) return {};
  return invalid("ViolationID", violation.warning.value_or(0) != 0
                                    ? "This is a warning: nothing is owed for it."
                                    : "It was already spoiled or cancelled.");
}

/// Writes the changed violation and `event`. Closes it if nothing is owed, else reopens it, and
/// updates the vehicle's count of open violations.
void write_case(WriteBatch& batch, ClientId client, ViolationUpdate& changed,
                const store::ViolationEvent& event) {
  Violation& violation = changed.violation;
  const bool was_closed = violation.closed.has_value();
  const bool is_closed = changed.is_settled(batch.now);
  if (is_closed != was_closed) {
    violation.closed = is_closed ? std::optional(batch.now) : std::nullopt;
    if (violation.vehicle) {
      store::add_to_vehicle(batch.connection, client, *violation.vehicle,
                            {0, is_closed ? -1 : +1, 0});
    }
  }
  store::save_violation(batch.connection, client, violation);
  store::ViolationEvent by_whom = event;
  by_whom.operator_id = batch.operator_id;
  store::insert_event(batch.connection, client, by_whom, batch.now);
}

Result<std::vector<store::ViolationDetail>> make_details(WriteBatch& batch, ClientId client,
                                                         const IssueViolation& issue) {
  if (issue.types.empty()) return invalid("type", "Name at least one violation type.");
  std::vector<store::ViolationDetail> details;
  const auto found = store::find_violation_types(batch.connection, client, issue.types);
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto& terms = found[i];
    const store::ItemId type = issue.types[i];
    if (!terms || !store::find_item(batch.connection, {client, ListKind::violation_type}, type)) {
      return invalid("type", "There is no violation type with this id.");
    }
    details.push_back({0, type, issue.location, issue.is_warning ? 0 : terms->cost_cents,
                       terms->discount, terms->discount_cents, terms->discount_hours, batch.now});
  }
  return details;
}

Result<void> require_item(WriteBatch& batch, ClientId client, ListKind kind,
                          std::optional<store::ItemId> id) {
  if (!id || store::find_item(batch.connection, {client, kind}, *id)) return {};
  const std::string_view name = domain::to_string(kind);
  return invalid(std::string(name), fmt::format("There is no {} with this id.", name));
}

/// Marks a violation void and writes it.
Result<void> void_case(WriteBatch& batch, ClientId client, ViolationId id,
                       const std::string& reason, std::string_view action,
                       void (*mark)(Violation& violation, base::Instant now)) {
  auto found = open_case(batch.connection, client, id);
  if (!found) return tl::unexpected(std::move(found.error()));
  if (auto given = require_reason(reason); !given) return given;
  if (auto owed = require_cost(found->violation); !owed) return owed;
  if (found->violation.paid_cents > 0) {
    return invalid(
        "ViolationID",
        "A payment is recorded. Reverse it before you cancel or spoil the ticket, or set "
        "the fine to the amount paid.");
  }
  mark(found->violation, batch.now);
  write_case(batch, client, *found, {id, action, reason, {}});
  return {};
}

}  // namespace

domain::Charge charge_of(const Violation& violation,
                         std::span<const store::ViolationDetail> details) {
  domain::Charge charge{
      violation.issued,       violation.fine_cents,     violation.adjusted_fine_cents,
      violation.towing_cents, violation.tax_hundredths, {},
      violation.is_void()};
  for (const store::ViolationDetail& detail : details) {
    if (!detail.discount) continue;
    charge.discounts.push_back(
        {detail.discount_cents, domain::discount_window(detail.discount_hours)});
  }
  return charge;
}

Result<IssuedViolation> issue_violation(WriteBatch& batch, ClientId client,
                                        const IssueViolation& issue) {
  auto details = make_details(batch, client, issue);
  if (!details) return tl::unexpected(std::move(details.error()));
  const std::span<const store::VehicleId> vehicle(&issue.vehicle, 1);
  if (!store::find_vehicles(batch.connection, client, vehicle).front()) {
    return invalid("vehicle", "There is no vehicle with this id.");
  }
  for (const auto& [kind, id] : {std::pair(ListKind::category, issue.category),
                                 std::pair(ListKind::location, issue.location)}) {
    if (auto there = require_item(batch, client, kind, id); !there) {
      return tl::unexpected(std::move(there.error()));
    }
  }

  const auto owner = store::find_client(batch.connection, client);
  if (!owner) return invalid({}, "There is no such client.");
  Violation violation;
  violation.id = store::take_ids(batch.connection, client, "violation");
  violation.ticket =
      fmt::format("{}{}", owner->ticket_prefix,
                  k_ticket_base + store::take_ids(batch.connection, client, "ticket"));
  violation.vehicle = issue.vehicle;
  violation.category = issue.category;
  violation.location = issue.location;
  violation.issued = issue.issued;
  violation.due = domain::due_after(issue.issued, owner->days_until_due);
  for (const store::ViolationDetail& detail : *details) violation.fine_cents += detail.fine_cents;
  if (issue.is_warning) violation.warning = 1;
  violation.comment = issue.comment;
  violation.uuid = base::make_uuid_v7(batch.now).to_string();
  violation.created = batch.now;
  if (issue.is_warning || violation.fine_cents == 0) violation.closed = batch.now;

  std::int64_t next = store::take_ids(batch.connection, client, "violation_detail",
                                      static_cast<std::int64_t>(details->size()));
  for (store::ViolationDetail& detail : *details) detail.id = next++;
  store::save_violation(batch.connection, client, violation);
  store::insert_details(batch.connection, client, violation.id, *details);
  store::add_to_vehicle(batch.connection, client, issue.vehicle,
                        issue.is_warning ? store::VehicleTally{0, 0, 1}
                                         : store::VehicleTally{1, violation.closed ? 0 : 1, 0});
  store::insert_event(batch.connection, client,
                      {violation.id,
                       issue.is_warning ? "warn" : "issue",
                       {},
                       violation.fine_cents,
                       batch.operator_id},
                      batch.now);
  return IssuedViolation{violation.id, violation.ticket};
}

Result<bool> pay_violation(WriteBatch& batch, ClientId client, const PayViolation& pay) {
  auto found = open_case(batch.connection, client, pay.violation);
  if (!found) return tl::unexpected(std::move(found.error()));
  const store::PaymentRow payment{
      pay.violation, {pay.at, pay.amount_cents}, pay.method, batch.operator_id};
  if (store::has_payment(batch.connection, client, payment, pay.is_import)) return false;
  if (auto costs = require_cost(found->violation); !costs) {
    return tl::unexpected(std::move(costs.error()));
  }
  if (pay.at > batch.now) return invalid("time", "The time of the payment is in the future.");
  const std::int64_t owed = found->owed_at(pay.at);
  if (pay.amount_cents <= 0) return invalid("amount", "The amount must be above 0.");
  if (pay.amount_cents > owed) {
    return invalid("amount", fmt::format("That is more than the {} owed.", dollars(owed)));
  }

  store::insert_payment(batch.connection, client, payment, batch.now);
  found->violation.paid_cents += pay.amount_cents;
  found->payments.push_back(payment.payment);
  write_case(batch, client, *found, {pay.violation, "pay", pay.method, pay.amount_cents});
  return true;
}

Result<void> reverse_payment(WriteBatch& batch, ClientId client, ViolationId id,
                             store::PaymentId payment, const std::string& reason) {
  auto found = open_case(batch.connection, client, id);
  if (!found) return tl::unexpected(std::move(found.error()));
  const auto paid = store::find_payment(batch.connection, client, id, payment);
  if (!paid) {
    return refused(ErrorCode::record_not_found, "payment", "The violation has no such payment.");
  }
  if (auto given = require_reason(reason); !given) return given;
  if (!store::insert_reversal(batch.connection, client, {id, payment, reason, batch.operator_id},
                              batch.now)) {
    return invalid("payment", "This payment was already reversed.");
  }

  found->violation.paid_cents -= paid->cents;
  found->payments =
      store::find_payments(batch.connection, client, std::span<const ViolationId>(&id, 1)).front();
  write_case(batch, client, *found, {id, "reverse", reason, paid->cents});
  return {};
}

Result<void> adjust_violation(WriteBatch& batch, ClientId client, ViolationId id,
                              std::int64_t fine_cents, const std::string& reason) {
  auto found = open_case(batch.connection, client, id);
  if (!found) return tl::unexpected(std::move(found.error()));
  if (auto given = require_reason(reason); !given) return given;
  if (auto costs = require_cost(found->violation); !costs) return costs;
  if (fine_cents <= 0) {
    return invalid("amount",
                   "The adjusted fine must be above 0. To waive it, cancel the violation.");
  }
  found->violation.adjusted_fine_cents = fine_cents;
  found->violation.adjustment_reason = reason;
  write_case(batch, client, *found, {id, "adjust", reason, fine_cents});
  return {};
}

Result<void> spoil_violation(WriteBatch& batch, ClientId client, ViolationId id,
                             const std::string& reason) {
  return void_case(batch, client, id, reason, "spoil",
                   [](Violation& violation, base::Instant) { violation.spoiled = true; });
}

Result<void> cancel_violation(WriteBatch& batch, ClientId client, ViolationId id,
                              const std::string& reason) {
  return void_case(batch, client, id, reason, "cancel",
                   [](Violation& violation, base::Instant now) { violation.cancelled = now; });
}

Result<void> appeal_violation(WriteBatch& batch, ClientId client, ViolationId id,
                              const std::string& comment) {
  auto found = open_case(batch.connection, client, id);
  if (!found) return tl::unexpected(std::move(found.error()));
  if (auto given = require_reason(comment); !given) return given;
  Violation& violation = found->violation;
  if (violation.closed) return invalid("ViolationID", "Nothing is owed for it.");
  if (violation.sent) return invalid("ViolationID", "It was sent to collections.");
  if (violation.has_open_appeal()) return invalid("ViolationID", "An appeal is already open.");

  violation.appealed = batch.now;
  violation.appeal_decided.reset();
  violation.appeal_comment = comment;
  violation.appeal_reply.reset();
  store::insert_appeal(
      batch.connection, client,
      {id, store::take_ids(batch.connection, client, "appeal"), batch.now, comment});
  write_case(batch, client, *found, {id, "appeal", comment, {}});
  return {};
}

Result<void> decide_appeal(WriteBatch& batch, ClientId client, ViolationId id,
                           AppealDecision decision, std::int64_t fine_cents,
                           const std::string& reply) {
  auto found = open_case(batch.connection, client, id);
  if (!found) return tl::unexpected(std::move(found.error()));
  if (auto given = require_reason(reply); !given) return given;
  Violation& violation = found->violation;
  if (!violation.has_open_appeal()) return invalid("ViolationID", "It has no open appeal.");

  std::string_view action;
  std::optional<std::int64_t> amount;
  switch (decision) {
    case AppealDecision::uphold:
      action = "uphold";
      break;
    case AppealDecision::reduce: {
      const std::int64_t present =
          violation.adjusted_fine_cents != 0 ? violation.adjusted_fine_cents : violation.fine_cents;
      if (fine_cents <= 0 || fine_cents >= present) {
        return invalid("amount", fmt::format("The reduced fine must be above 0 and below {}.",
                                             dollars(present)));
      }
      action = "reduce";
      amount = fine_cents;
      violation.adjusted_fine_cents = fine_cents;
      violation.adjustment_reason = reply;
      break;
    }
    case AppealDecision::cancel:
      action = "cancel";
      violation.cancelled = batch.now;
      break;
  }
  if (decision != AppealDecision::cancel) {
    const auto owner = store::find_client(batch.connection, client);
    if (!owner) return invalid({}, "There is no such client.");
    violation.due = domain::due_after_decision(violation.due, batch.now, owner->appeal_days);
  }
  violation.appeal_decided = batch.now;
  violation.appeal_reply = reply;
  store::decide_appeal(batch.connection, client, id, action, reply, batch.now);
  write_case(batch, client, *found, {id, action, reply, amount});
  return {};
}

Result<std::int64_t> owed_for(database::Connection& connection, ClientId client, ViolationId id,
                              base::Instant moment) {
  const auto found = open_case(connection, client, id);
  if (!found) return tl::unexpected(found.error());
  return found->owed_at(moment);
}

}  // namespace lotkeeper::service
