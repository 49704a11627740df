#include "cli/demo/demo_violations.hpp"

#include <array>
#include <stdexcept>

#include "domain/permits/plate.hpp"
#include "service/vehicles/vehicle_writes.hpp"
#include "service/violations/violation_import.hpp"
#include "service/violations/violation_writes.hpp"
#include "store/violations/violation_type.hpp"

namespace lotkeeper::cli {
namespace {

using domain::Result;
using service::WriteBatch;
using store::ClientId;
using store::ListKind;

template <class T>
T require(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().faults.front().detail);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

void import_documents(WriteBatch& batch, ClientId client) {
  const auto reply = base::parse_json(embedded_demo().front().content);
  for (const base::JsonValue& value : reply.value().members.front().value.items) {
    auto record = require(service::read_violation_record(value, domain::TimeZone::utc()));
    static_cast<void>(require(service::import_violation(batch, client, record)));
  }
}

struct SampleType {
  store::ItemId id;
  const char* name;
  const char* bylaw;
  store::ViolationType terms;
};

void add_types(WriteBatch& batch, ClientId client) {
  // In addition to the document's type 9, "Parked in Loading Zone".
  const std::array types{
      SampleType{10, "No Valid Permit", "BL-12", {10, 2, 4'000, true, 1'000, 168}},
      SampleType{11, "Meter Expired", "BL-14", {11, 2, 2'500, true, 500, 168}},
      SampleType{12, "Fire Route", "BL-31", {12, 2, 15'000, false, 0, 0}},
  };
  for (const SampleType& type : types) {
    const store::ListItem item{type.id, type.name, type.bylaw, {}, {}, batch.now, batch.now};
    store::save_items(batch.connection, {client, ListKind::violation_type}, std::span(&item, 1));
    store::save_violation_types(batch.connection, client, std::span(&type.terms, 1));
  }
}

store::VehicleId add_vehicle(WriteBatch& batch, ClientId client, const char* plate,
                             store::ItemId make, store::ItemId type, store::ItemId colour) {
  store::Vehicle vehicle;
  vehicle.client = client;
  vehicle.id = store::take_vehicle_ids(batch.connection, client, 1);
  vehicle.plate = plate;
  vehicle.plate_norm = domain::normalise_plate(plate);
  vehicle.plate_type = 4;  // Passenger
  vehicle.province = 9;    // Ontario
  vehicle.make = make;
  vehicle.type = type;
  vehicle.colour = colour;
  vehicle.created = batch.now;
  vehicle.updated = batch.now;
  vehicle.modified = batch.now;
  const store::Vehicle* added = &vehicle;
  static_cast<void>(store::insert_vehicles(batch.connection, std::span(&added, 1)));
  return vehicle.id;
}

/// Violations in every state except overdue.
void issue_samples(WriteBatch& batch, ClientId client) {
  constexpr store::ItemId k_downtown = 6;  // as in the document's record
  const auto issue = [&](store::VehicleId vehicle, store::ItemId type, std::chrono::hours ago,
                         bool is_warning = false) {
    service::IssueViolation wanted;
    wanted.vehicle = vehicle;
    wanted.types = {type};
    wanted.category = 2;
    wanted.location = k_downtown;
    wanted.issued = batch.now - ago;
    wanted.is_warning = is_warning;
    return require(service::issue_violation(batch, client, wanted)).id;
  };
  const store::VehicleId first = add_vehicle(batch, client, "DEMO 004", 67, 12, 3);
  const store::VehicleId second = add_vehicle(batch, client, "DEMO 006", 35, 5, 18);
  const store::VehicleId third = add_vehicle(batch, client, "DEMO 007", 19, 10, 2);

  issue(first, 10, std::chrono::hours(1));
  issue(second, 11, std::chrono::hours(2), true);
  const auto paid = issue(second, 11, std::chrono::hours(24 * 45));
  require(service::pay_violation(batch, client,
                                 {paid, 2'000, batch.now - std::chrono::hours(24 * 44), "card"}));
  const auto appealed = issue(third, 12, std::chrono::hours(24 * 30));
  require(service::appeal_violation(batch, client, appealed, "The sign was behind a tree."));
}

}  // namespace

void add_demo_violations(service::App& app, ClientId client) {
  require(app.change([client](WriteBatch& batch) -> Result<std::string> {
    import_documents(batch, client);
    add_types(batch, client);
    issue_samples(batch, client);
    return std::string();
  }));
}

}  // namespace lotkeeper::cli
