#include "service/violations/violation_import.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

#include <fmt/format.h>

#include "base/text/text.hpp"
#include "domain/permits/plate.hpp"
#include "domain/violations/violation.hpp"
#include "service/violations/violation_writes.hpp"
#include "store/clients/tenancy.hpp"
#include "store/vehicles/vehicle_driver.hpp"
#include "store/violations/violation_events.hpp"

namespace lotkeeper::service {
namespace {

using domain::ErrorCode;
using domain::refused;
using domain::Result;
using store::ClientId;
using store::ListKind;

tl::unexpected<domain::Refusal> invalid(std::string field, std::string detail) {
  return refused(ErrorCode::field_invalid, std::move(field), std::move(detail));
}

constexpr std::size_t k_longest_ticket = 50;

/// Whether all values are different.
template <class Values>
bool are_distinct(Values values) {
  std::ranges::sort(values);
  return std::ranges::adjacent_find(values) == values.end();
}

Result<void> check_ticket(store::Violation& violation) {
  violation.ticket = base::trim_white_space(violation.ticket);
  const bool is_ticket = !violation.ticket.empty() &&
                         !base::has_control_character(violation.ticket) &&
                         base::count_code_points(violation.ticket) <= k_longest_ticket;
  if (!is_ticket) {
    return invalid("Ticket", "\"Ticket\" must have 1 to 50 characters and no control characters.");
  }
  if (violation.due < violation.issued) {
    return invalid("Due", "\"Due\" must not come before \"Issued\".");
  }
  return {};
}

Result<void> check_details(database::Connection& connection, ClientId client,
                           const ViolationRecord& record) {
  std::vector<std::int64_t> ids;
  for (const DetailRecord& detail : record.details) {
    if (detail.violation != record.violation.id) {
      return invalid("details", "\"details\" must belong to this violation.");
    }
    ids.push_back(detail.detail.id);
  }
  const auto is_taken = [&](std::int64_t id) { return store::has_detail(connection, client, id); };
  if (!are_distinct(ids) || std::ranges::any_of(ids, is_taken)) {
    return invalid("ViolationsDetailID",
                   "A \"ViolationsDetailID\" already belongs to another detail.");
  }
  return {};
}

Result<void> check_attachments(database::Connection& connection, ClientId client,
                               const ViolationRecord& record) {
  std::vector<std::int64_t> ids;
  for (const store::Attachment& attachment : record.attachments) {
    if (attachment.related_type != store::k_of_violations ||
        attachment.related_id != record.violation.id) {
      return invalid("attachments", "\"attachments\" must belong to this violation.");
    }
    ids.push_back(attachment.id);
  }
  const auto is_taken = [&](std::int64_t id) {
    return store::has_attachment(connection, client, id);
  };
  if (!are_distinct(ids) || std::ranges::any_of(ids, is_taken)) {
    return invalid("attachID", "An \"attachID\" already belongs to another attachment.");
  }
  return {};
}

/// Checks what an id of the record points to: the item next to it, or one that the client has.
struct Pointer {
  ListKind kind;
  std::string_view key;
  std::optional<store::ItemId> id;
  const store::ListItem* item = nullptr;
};

const store::ListItem* item_in(const std::optional<store::ListItem>& item) {
  return item ? &*item : nullptr;
}

std::vector<Pointer> pointers_of(const ViolationRecord& record) {
  const store::Violation& violation = record.violation;
  std::vector<Pointer> pointers{
      {ListKind::location, "LocationID", violation.location, item_in(record.location)},
      {ListKind::category, "TicketType", violation.category, item_in(record.category)}};
  for (const DetailRecord& detail : record.details) {
    pointers.push_back({ListKind::violation_type, "ViolationTypeID", detail.detail.type,
                        detail.type ? &detail.type->item : nullptr});
    const bool is_own = detail.detail.location == violation.location;
    pointers.push_back({ListKind::location, "LocationID", detail.detail.location,
                        is_own ? item_in(record.location) : nullptr});
  }
  if (!record.vehicle) return pointers;
  const VehicleRecord& of = *record.vehicle;
  pointers.insert(
      pointers.end(),
      {{ListKind::make, "MakeID", of.vehicle.make, item_in(of.make)},
       {ListKind::vehicle_type, "TypeID", of.vehicle.type, item_in(of.type)},
       {ListKind::colour, "ColourID", of.vehicle.colour, item_in(of.colour)},
       {ListKind::plate_type, "PlateTypeID", of.vehicle.plate_type, item_in(of.plate_type)},
       {ListKind::province, "ProvID", of.vehicle.province, item_in(of.province)}});
  return pointers;
}

Result<void> check_pointers(database::Connection& connection, ClientId client,
                            const ViolationRecord& record) {
  domain::Refusal refusal;
  for (const Pointer& pointer : pointers_of(record)) {
    const bool is_none = pointer.id.value_or(0) == 0;
    if (pointer.item != nullptr && !is_none && pointer.item->id == *pointer.id) continue;
    if (pointer.item == nullptr &&
        (is_none || store::find_item(connection, {client, pointer.kind}, *pointer.id))) {
      continue;
    }
    refusal.faults.push_back(
        {ErrorCode::field_invalid, std::string(pointer.key),
         fmt::format("\"{}\" must be the id of the {} next to it, or of one that the client has.",
                     pointer.key, domain::to_string(pointer.kind))});
  }
  const store::Violation& violation = record.violation;
  if (record.vehicle.has_value() != (violation.vehicle.value_or(0) != 0) ||
      (record.vehicle && record.vehicle->vehicle.id != *violation.vehicle)) {
    refusal.faults.push_back(
        {ErrorCode::field_invalid, "VehicleID",
         "\"VehicleID\" must be the id of \"vehicle\", or both must be null."});
  }
  if (!refusal.faults.empty()) return tl::unexpected(std::move(refusal));
  return {};
}

/// Refuses drivers of a record who share what only one person may have.
Result<void> check_drivers(const VehicleRecord& record) {
  std::vector<std::int64_t> ids;
  std::vector<std::string> emails;
  std::vector<std::string> user_names;
  for (const DriverRecord& driver : record.drivers) {
    const store::Profile& profile = driver.profile;
    ids.push_back(profile.id);
    if (profile.email) emails.push_back(store::fold_login(*profile.email));
    if (profile.user_name) user_names.push_back(store::fold_login(*profile.user_name));
  }
  if (are_distinct(ids) && are_distinct(emails) && are_distinct(user_names)) return {};
  return invalid("drivers", "Two drivers have the same UserID, e-mail address or user name.");
}

/// Returns true if the violation is already stored.
Result<bool> check_standing(database::Connection& connection, ClientId client,
                            const store::Violation& violation) {
  const auto standing = store::find_violation(connection, client, violation.id);
  if (standing && standing->ticket == violation.ticket) return true;
  if (standing) {
    return refused(ErrorCode::record_exists, "ViolationID",
                   "Another violation has this ViolationID.");
  }
  if (store::find_violation_by_ticket(connection, client, violation.ticket)) {
    return refused(ErrorCode::record_exists, "Ticket", "Another violation has this Ticket.");
  }
  return false;
}

Result<void> check_vehicle(database::Connection& connection, ClientId client,
                           VehicleRecord& record) {
  store::Vehicle& vehicle = record.vehicle;
  vehicle.client = client;
  vehicle.plate_norm = domain::normalise_plate(vehicle.plate);
  if (vehicle.plate_norm.empty()) {
    return refused(ErrorCode::plate_missing, "Plate", "\"Plate\" must have a letter or digit.");
  }
  const store::Vehicle* wanted = &vehicle;
  const auto same = store::find_same_vehicles(connection, std::span(&wanted, 1)).front();
  if (same) {
    if (*same == vehicle.id) return {};
    return refused(ErrorCode::vehicle_exists, "Plate",
                   "Another vehicle has this plate, province and plate type.");
  }
  const std::span<const store::VehicleId> id(&vehicle.id, 1);
  if (store::find_vehicles(connection, client, id).front()) {
    return refused(ErrorCode::record_exists, "VehicleID",
                   "The VehicleID belongs to a vehicle with another plate.");
  }
  return {};
}

Result<void> check_driver(database::Connection& connection, ClientId client, DriverRecord& driver) {
  store::Profile& profile = driver.profile;
  profile.client = client;
  const std::span<const store::ProfileId> id(&profile.id, 1);
  if (const auto standing = store::find_profiles(connection, client, id).front()) {
    if (standing->uuid == profile.uuid) return {};
    return refused(ErrorCode::record_exists, "UserID", "The UserID belongs to another person.");
  }
  if (profile.email) profile.email_norm = store::fold_login(*profile.email);
  if (profile.user_name) profile.user_name_norm = store::fold_login(*profile.user_name);
  const auto source =
      store::find_item_by_name(connection, {client, ListKind::login_source}, driver.login_source);
  if (!source) {
    return refused(ErrorCode::login_source_invalid, "loginSource",
                   "The client has no such login source; add it with: lotkeeper list add CLIENT "
                   "login-source NAME");
  }
  profile.login_source = *source;

  const auto taken_by_another = [&](const std::optional<std::string>& folded, auto find) {
    if (!folded) return false;
    const std::string_view wanted = *folded;
    const auto holder = find(connection, client, std::span(&wanted, 1)).front();
    return holder && *holder != profile.id;
  };
  if (taken_by_another(profile.email_norm, store::find_profile_ids_by_email)) {
    return refused(ErrorCode::email_taken, "email", "Another person has this e-mail address.");
  }
  if (taken_by_another(profile.user_name_norm, store::find_profile_ids_by_user_name)) {
    return refused(ErrorCode::user_name_taken, "username", "Another person has this user name.");
  }
  return {};
}

void save_item(WriteBatch& batch, ClientId client, ListKind kind,
               std::optional<store::ListItem>& item) {
  if (!item) return;
  // Fields of an item that the document's record does not have stay as they are.
  const auto standing = store::find_item(batch.connection, {client, kind}, item->id);
  if (standing) item->info = standing->info;
  if (item->created == base::Instant{}) {
    item->created = standing ? standing->created : item->modified.value_or(batch.now);
  }
  store::save_items(batch.connection, {client, kind}, std::span(&*item, 1));
}

void save_vehicle(WriteBatch& batch, ClientId client, VehicleRecord& record) {
  save_item(batch, client, ListKind::make, record.make);
  save_item(batch, client, ListKind::colour, record.colour);
  save_item(batch, client, ListKind::vehicle_type, record.type);
  save_item(batch, client, ListKind::plate_type, record.plate_type);
  save_item(batch, client, ListKind::province, record.province);
  // A vehicle or person that already exists, by plate or UUID, stays as it is.
  const store::Vehicle* vehicle = &record.vehicle;
  static_cast<void>(store::insert_vehicles(batch.connection, std::span(&vehicle, 1)));
  store::raise_ids(batch.connection, client, store::k_vehicle_ids, vehicle->id);
  for (const DriverRecord& driver : record.drivers) {
    static_cast<void>(store::save_profiles(batch.connection, std::span(&driver.profile, 1)));
    store::raise_ids(batch.connection, client, store::k_profile_ids, driver.profile.id);
    store::add_driver(batch.connection, client, vehicle->id, driver.profile.id);
  }
}

/// A ticket number above this does not raise the ticket counter.
constexpr std::int64_t k_most_tickets = 1'000'000'000'000;

/// The number after the client's prefix; 0 if the ticket has another form.
std::int64_t ticket_number(std::string_view ticket, std::string_view prefix) {
  if (!ticket.starts_with(prefix)) return 0;
  ticket.remove_prefix(prefix.size());
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(ticket.data(), ticket.data() + ticket.size(), number);
  const bool is_number = error == std::errc() && end == ticket.data() + ticket.size();
  return is_number && number <= k_most_tickets ? number : 0;
}

void save_violation(WriteBatch& batch, ClientId client, std::string_view ticket_prefix,
                    ViolationRecord& record) {
  database::Connection& connection = batch.connection;
  store::Violation& violation = record.violation;
  std::vector<store::ViolationDetail> details;
  for (DetailRecord& detail : record.details) {
    details.push_back(detail.detail);
    if (!detail.type) continue;
    std::optional<store::ListItem> item = detail.type->item;
    save_item(batch, client, ListKind::violation_type, item);
    detail.type->terms.id = item->id;
    store::save_violation_types(connection, client, std::span(&detail.type->terms, 1));
  }
  if (domain::is_settled(charge_of(violation, details), {}, batch.now)) {
    violation.closed = batch.now;
  }
  store::save_violation(connection, client, violation);
  store::insert_details(connection, client, violation.id, details);
  store::raise_ids(connection, client, "violation", violation.id);
  for (const store::ViolationDetail& detail : details) {
    store::raise_ids(connection, client, "violation_detail", detail.id);
  }
  for (const store::Attachment& attachment : record.attachments) {
    store::insert_attachment(connection, client, attachment);
    store::raise_ids(connection, client, "attachment", attachment.id);
  }
  const std::int64_t number = ticket_number(violation.ticket, ticket_prefix);
  if (number > k_ticket_base) {
    store::raise_ids(connection, client, "ticket", number - k_ticket_base);
  }
  store::insert_event(connection, client, {violation.id, "import", {}, violation.fine_cents},
                      batch.now);
}

}  // namespace

Result<bool> import_violation(WriteBatch& batch, ClientId client, ViolationRecord& record) {
  database::Connection& connection = batch.connection;
  const auto owner = store::find_client(connection, client);
  if (!owner) return refused(ErrorCode::record_not_found, {}, "There is no such client.");
  domain::Refusal refusal;
  const auto note = [&refusal](const auto& checked) {
    if (!checked) std::ranges::copy(checked.error().faults, std::back_inserter(refusal.faults));
  };
  note(check_ticket(record.violation));
  const auto stands = check_standing(connection, client, record.violation);
  if (stands && *stands && refusal.faults.empty()) return false;
  note(stands);
  for (const auto& check : {check_details, check_attachments, check_pointers}) {
    note(check(connection, client, record));
  }
  if (record.vehicle) {
    note(check_drivers(*record.vehicle));
    note(check_vehicle(connection, client, *record.vehicle));
    for (DriverRecord& driver : record.vehicle->drivers) {
      note(check_driver(connection, client, driver));
    }
  }
  if (!refusal.faults.empty()) return tl::unexpected(std::move(refusal));

  save_item(batch, client, ListKind::location, record.location);
  save_item(batch, client, ListKind::category, record.category);
  if (record.vehicle) save_vehicle(batch, client, *record.vehicle);
  save_violation(batch, client, owner->ticket_prefix, record);
  return true;
}

namespace {

/// Whether the record was stored (false: it was there already).
Result<bool> store_one(WriteBatch& batch, ImportViolation& import) {
  ViolationRecord record = import.record;  // it may run again
  return import_violation(batch, import.client, record);
}

Result<bool> store_one(WriteBatch& batch, ImportPayment& import) {
  const auto violation =
      store::find_violation_by_ticket(batch.connection, import.client, import.ticket);
  if (!violation) {
    return domain::refused(domain::ErrorCode::record_not_found, "ticket",
                           "No violation of this client has this ticket.");
  }
  return pay_violation(batch, import.client,
                       {*violation, import.amount_cents, import.at, import.method, true});
}

template <class Import>
void apply_each(WriteBatch& batch, std::span<Command* const> commands) {
  for (Command* command : commands) {
    auto& import = static_cast<Import&>(*command);
    auto stored = store_one(batch, import);
    import.was_there = stored && !*stored;
    if (stored) {
      import.outcome = Receipt{};
    } else {
      import.outcome = tl::unexpected(std::move(stored.error()));
    }
  }
}

}  // namespace

Command::Apply ImportViolation::apply() const { return apply_each<ImportViolation>; }
Command::Apply ImportPayment::apply() const { return apply_each<ImportPayment>; }

}  // namespace lotkeeper::service
