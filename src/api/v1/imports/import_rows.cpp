#include "api/v1/imports/import_rows.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "api/v1/permits/permit_attributes.hpp"
#include "api/v1/permits/permits.hpp"
#include "api/v1/profiles/profile_attributes.hpp"
#include "api/v1/vehicles/vehicle_attributes.hpp"
#include "domain/money.hpp"
#include "service/permits/permit_imports.hpp"
#include "service/violations/violation_import.hpp"

namespace lotkeeper::api::v1 {
namespace {

using service::Command;

const Attribute k_ticket{{"ticket"}, "the violation's ticket", 50, ErrorCode::field_missing};
const Attribute k_paid_amount{{"amount", "Amount"}, "the amount", 0, ErrorCode::field_missing};
const Attribute k_paid_at{{"time"}, "the time of the payment", 0, ErrorCode::field_missing};
const Attribute k_method{{"method"}, "the method of payment", 50, ErrorCode::field_missing};
const Attribute k_record{{"record"}, "the violation", 0, ErrorCode::field_missing};

/// An amount as an office's table has it: more forms than the API's own amounts.
std::optional<std::int64_t> read_paid_cents(AttributeReader& attributes,
                                            std::string_view currency) {
  const auto sent = attributes.find(k_paid_amount);
  if (!sent) return std::nullopt;
  const domain::WrittenAmount amount = domain::read_written_amount(sent->text);
  if (amount.doubt == domain::AmountDoubt::ambiguous) {
    attributes.fault(ErrorCode::field_invalid, k_paid_amount,
                     "This amount can be read in two ways. Write it with two decimals and without "
                     "a thousands separator, such as 1234.00.");
  } else if (amount.doubt) {
    attributes.fault(ErrorCode::field_invalid, k_paid_amount,
                     "Write the amount with two decimals, such as 14.50 or 14,50.");
  } else if (!amount.currency.empty() && amount.currency != currency) {
    attributes.fault(ErrorCode::field_invalid, k_paid_amount,
                     fmt::format("The amount is in {}, but this client's fines are in {}.",
                                 amount.currency, currency));
  } else {
    return amount.money.cents;
  }
  return std::nullopt;
}

/// What an import's command says of itself once it succeeded.
template <class Import>
bool says_was_there(const Command& command) {
  return command.outcome && static_cast<const Import&>(command).was_there;
}

}  // namespace

std::vector<const Attribute*> permit_columns() {
  return {&k_amount,        &k_currency, &k_start,       &k_end,          &k_plate,
          &k_ticket_number, &k_zone,     &k_permit_type, &k_own_reference};
}

ReadRow read_permit_row(const http::Call& row, database::Database&) {
  auto import = std::make_unique<service::ImportPermit>();
  auto decoded = decode_push(row, import->push);
  AttributeReader attributes(row);
  const auto reference = read_reference(attributes, k_own_reference);
  if (!decoded || attributes.has_faults()) {
    domain::Refusal refusal = decoded ? domain::Refusal{} : std::move(decoded.error());
    std::ranges::move(attributes.refusal().faults, std::back_inserter(refusal.faults));
    return tl::unexpected(std::move(refusal));
  }
  if (reference) {
    import->push.permit.id = *reference;
    import->has_own_reference = true;
  }
  std::ranges::copy(attributes.warnings(), std::back_inserter(import->push.warnings));
  return import;
}

bool permit_was_there(const Command& command) {
  return says_was_there<service::ImportPermit>(command);
}

ReadRow read_vehicle_row(const http::Call& row, database::Database& database) {
  AttributeReader attributes(row);
  auto push = std::make_unique<service::PushVehicle>();
  read_vehicle(attributes, *push);
  if (attributes.has_faults()) {
    attributes.faults(
        service::find_unknown_items(*database.read(), row.caller.client->id, push->items));
    return tl::unexpected(vehicle_refusal(attributes));
  }
  push->vehicle.client = row.caller.client->id;
  push->warnings = attributes.warnings();
  return push;
}

bool vehicle_was_there(const Command& command) {
  return !command.outcome &&
         command.outcome.error().faults.front().code == ErrorCode::vehicle_exists;
}

ReadRow read_profile_row(const http::Call& row, database::Database& database) {
  AttributeReader attributes(row);
  auto push = std::make_unique<service::PushProfile>();
  read_profile(attributes, row, *push);
  if (attributes.has_faults()) {
    return tl::unexpected(
        refuse_profile(attributes, service::find_profile_faults(*database.read(), push->sent)));
  }
  push->warnings = attributes.warnings();
  return push;
}

bool profile_was_there(const Command& command) {
  return says_was_there<service::PushProfile>(command);
}

std::vector<const Attribute*> payment_columns() {
  return {&k_ticket, &k_paid_amount, &k_paid_at, &k_method};
}

ReadRow read_payment_row(const http::Call& row, database::Database& database) {
  AttributeReader attributes(row);
  auto import = std::make_unique<service::ImportPayment>();
  auto ticket = attributes.text(k_ticket);
  const auto amount = read_paid_cents(attributes, row.caller.client->currency);
  const auto at = read_time(attributes, k_paid_at, row.caller.client->time_zone);
  auto method = attributes.text(k_method);
  if (attributes.has_faults()) {
    if (ticket &&
        !store::find_violation_by_ticket(*database.read(), row.caller.client->id, ticket->text)) {
      attributes.fault(ErrorCode::record_not_found, k_ticket,
                       "No violation of this client has this ticket.");
    }
    return tl::unexpected(attributes.refusal());
  }

  import->client = row.caller.client->id;
  import->ticket = std::move(ticket->text);
  import->amount_cents = *amount;
  import->at = at->first;
  import->method = std::move(method->text);
  return import;
}

bool payment_was_there(const Command& command) {
  return says_was_there<service::ImportPayment>(command);
}

std::vector<const Attribute*> violation_columns() { return {&k_record}; }

ReadRow read_violation_row(const http::Call& row, database::Database&) {
  AttributeReader attributes(row);
  const auto sent = attributes.find(k_record);
  if (!sent) return tl::unexpected(attributes.refusal());
  const auto json = base::parse_json(sent->text);
  if (!json) return domain::refused(ErrorCode::unparsable, "record", json.error().reason);
  auto record = service::read_violation_record(*json, row.caller.client->time_zone);
  if (!record) return tl::unexpected(std::move(record.error()));

  auto import = std::make_unique<service::ImportViolation>();
  import->client = row.caller.client->id;
  import->record = std::move(*record);
  return import;
}

bool violation_was_there(const Command& command) {
  return says_was_there<service::ImportViolation>(command);
}

}  // namespace lotkeeper::api::v1
