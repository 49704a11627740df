#include "service/violations/violation_render.hpp"

#include <algorithm>
#include <map>

#include "domain/time.hpp"
#include "service/violations/violation_record.hpp"
#include "store/clients/tenancy.hpp"
#include "store/vehicles/vehicle_driver.hpp"

namespace lotkeeper::service {
namespace {

using database::Connection;
using store::ClientId;
using store::ItemId;
using store::ListKind;
using store::Violation;
using store::ViolationId;

/// The rows that several records of one reply point to, read once.
class Lists {
 public:
  Lists(Connection& connection, ClientId client) : m_connection(connection), m_client(client) {}

  std::optional<store::ListItem> find(ListKind kind, std::optional<ItemId> id) {
    if (!id) return std::nullopt;
    const auto [at, is_new] = m_items.try_emplace({kind, *id});
    if (is_new) at->second = store::find_item(m_connection, {m_client, kind}, *id);
    return at->second;
  }

  std::optional<ViolationTypeRecord> find_type(ItemId id) {
    const auto [at, is_new] = m_types.try_emplace(id);
    if (is_new) {
      auto item = store::find_item(m_connection, {m_client, ListKind::violation_type}, id);
      const auto terms =
          store::find_violation_types(m_connection, m_client, std::span(&id, 1)).front();
      if (item) at->second = {std::move(*item), terms.value_or(store::ViolationType{})};
    }
    return at->second;
  }

 private:
  Connection& m_connection;
  ClientId m_client;
  std::map<std::pair<ListKind, ItemId>, std::optional<store::ListItem>> m_items;
  std::map<ItemId, std::optional<ViolationTypeRecord>> m_types;
};

using Vehicles = std::map<store::VehicleId, VehicleRecord>;

Vehicles load_vehicles(Connection& connection, ClientId client, Lists& lists,
                       std::span<const Violation> violations) {
  std::vector<store::VehicleId> ids;
  for (const Violation& violation : violations) {
    if (violation.vehicle) ids.push_back(*violation.vehicle);
  }
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());

  auto found = store::find_vehicles(connection, client, ids);
  const auto drivers = store::find_drivers(connection, client, ids);
  Vehicles vehicles;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (!found[i]) continue;
    VehicleRecord& record = vehicles[ids[i]];
    record.vehicle = std::move(*found[i]);
    for (auto& profile : store::find_profiles(connection, client, drivers[i])) {
      if (!profile) continue;
      const auto source = lists.find(ListKind::login_source, profile->login_source);
      record.drivers.push_back(
          {std::move(*profile), source ? source->name : std::string(), ids[i]});
    }
    record.make = lists.find(ListKind::make, record.vehicle.make);
    record.colour = lists.find(ListKind::colour, record.vehicle.colour);
    record.type = lists.find(ListKind::vehicle_type, record.vehicle.type);
    record.plate_type = lists.find(ListKind::plate_type, record.vehicle.plate_type);
    record.province = lists.find(ListKind::province, record.vehicle.province);
  }
  return vehicles;
}

std::vector<ViolationRecord> load_records(Connection& connection, ClientId client,
                                          std::span<const Violation> violations) {
  Lists lists(connection, client);
  const Vehicles vehicles = load_vehicles(connection, client, lists, violations);
  std::vector<ViolationId> ids;
  ids.reserve(violations.size());
  for (const Violation& violation : violations) ids.push_back(violation.id);
  const auto details = store::find_details(connection, client, ids);
  auto attachments = store::find_attachments(connection, client, ids);

  std::vector<ViolationRecord> records;
  records.reserve(violations.size());
  for (std::size_t i = 0; i < violations.size(); ++i) {
    ViolationRecord& record = records.emplace_back();
    record.violation = violations[i];
    const auto vehicle = vehicles.find(violations[i].vehicle.value_or(0));
    if (vehicle != vehicles.end()) record.vehicle = vehicle->second;
    record.location = lists.find(ListKind::location, violations[i].location);
    for (const store::ViolationDetail& detail : details[i]) {
      record.details.push_back(
          {detail, lists.find_type(detail.type), violations[i].id, violations[i].ticket});
    }
    record.attachments = std::move(attachments[i]);
    record.category = lists.find(ListKind::category, violations[i].category);
  }
  return records;
}

}  // namespace

std::string render_records(Connection& connection, ClientId client,
                           std::span<const Violation> violations) {
  const auto owner = store::find_client(connection, client);
  const auto zone = owner ? domain::TimeZone::find(owner->time_zone) : std::nullopt;
  if (!zone)
    throw database::DatabaseError("a client has a time zone that this system does not know");

  std::string out;
  for (ViolationRecord& record : load_records(connection, client, violations)) {
    if (!out.empty()) out += ',';
    record.violation.sent.reset();
    append_violation_record(out, record, *zone);
  }
  return out;
}

}  // namespace lotkeeper::service
