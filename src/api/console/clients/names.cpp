#include "api/console/clients/names.hpp"

#include "api/console/reply.hpp"
#include "store/vehicles/vehicle_driver.hpp"

namespace lotkeeper::api::console {

const store::ListItem* Names::find(store::ListKind kind, std::optional<store::ItemId> id) {
  if (!id) return nullptr;
  const auto [place, is_new] = m_items.try_emplace({kind, *id});
  if (is_new) place->second = store::find_item(m_connection, {m_client, kind}, *id);
  return place->second ? &*place->second : nullptr;
}

json::value Names::name(store::ListKind kind, std::optional<store::ItemId> id) {
  const store::ListItem* item = find(kind, id);
  if (item == nullptr) return nullptr;
  return json::string(item->name);
}

json::value Names::code(store::ListKind kind, std::optional<store::ItemId> id) {
  const store::ListItem* item = find(kind, id);
  if (item == nullptr) return nullptr;
  return text_or_null(item->code);
}

json::object vehicle_json(Names& names, const store::Vehicle& vehicle,
                          const store::VehicleSum& sum) {
  using store::ListKind;
  return {{"id", vehicle.id},
          {"plate", vehicle.plate},
          {"plateType", names.name(ListKind::plate_type, vehicle.plate_type)},
          {"province", names.code(ListKind::province, vehicle.province)},
          {"make", names.name(ListKind::make, vehicle.make)},
          {"type", names.name(ListKind::vehicle_type, vehicle.type)},
          {"colour", names.name(ListKind::colour, vehicle.colour)},
          {"year", number_or_null(vehicle.year)},
          {"vin", text_or_null(vehicle.vin)},
          {"violations", sum.violations},
          {"unpaid", sum.unpaid},
          {"warnings", sum.warnings},
          {"owedCents", sum.owed_cents}};
}

json::array vehicles_json(database::Connection& connection, store::ClientId client, Names& names,
                          std::span<const store::Vehicle> vehicles, base::Instant now) {
  std::vector<store::VehicleId> ids;
  ids.reserve(vehicles.size());
  for (const store::Vehicle& vehicle : vehicles) ids.push_back(vehicle.id);
  const auto sums = store::sum_vehicles(connection, client, ids, now);
  json::array list;
  for (std::size_t i = 0; i < vehicles.size(); ++i) {
    list.push_back(vehicle_json(names, vehicles[i], sums[i]));
  }
  return list;
}

std::string name_of(const store::Profile& profile) {
  std::string name = profile.first_name.value_or("");
  if (profile.last_name) name += (name.empty() ? "" : " ") + *profile.last_name;
  for (const auto& other : {profile.user_name, profile.email, profile.unique_id}) {
    if (name.empty()) name = other.value_or("");
  }
  return name.empty() ? "#" + std::to_string(profile.id) : name;
}

std::vector<json::array> drivers_json(database::Connection& connection, store::ClientId client,
                                      std::span<const store::VehicleId> vehicles) {
  std::vector<json::array> lists;
  for (const auto& ids : store::find_drivers(connection, client, vehicles)) {
    json::array& list = lists.emplace_back();
    for (const auto& profile : store::find_profiles(connection, client, ids)) {
      if (profile) list.push_back(json::object{{"id", profile->id}, {"name", name_of(*profile)}});
    }
  }
  return lists;
}

}  // namespace lotkeeper::api::console
