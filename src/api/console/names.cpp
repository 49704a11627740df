#include "api/console/names.hpp"

#include "api/console/reply.hpp"

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

json::object vehicle_json(Names& names, const store::Vehicle& vehicle) {
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
          {"violations", vehicle.violations},
          {"unpaid", vehicle.unpaid},
          {"warnings", vehicle.warnings}};
}

}  // namespace lotkeeper::api::console
