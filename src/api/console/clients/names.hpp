#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "store/clients/list.hpp"
#include "store/profiles/profile.hpp"
#include "store/vehicles/vehicle.hpp"
#include "store/violations/owed.hpp"
#include "store/violations/violation.hpp"

/// The names behind ids, each list looked up once for a reply.
namespace lotkeeper::api::console {

class Names {
 public:
  Names(database::Connection& connection, store::ClientId client)
      : m_connection(connection), m_client(client) {}

  [[nodiscard]] const store::ListItem* find(store::ListKind kind, std::optional<store::ItemId> id);
  /// null where there is none
  [[nodiscard]] boost::json::value name(store::ListKind kind, std::optional<store::ItemId> id);
  [[nodiscard]] boost::json::value code(store::ListKind kind, std::optional<store::ItemId> id);

 private:
  database::Connection& m_connection;
  store::ClientId m_client;
  std::map<std::pair<store::ListKind, store::ItemId>, std::optional<store::ListItem>> m_items;
};

/// With what its violations come to, counted from their rows.
[[nodiscard]] boost::json::object vehicle_json(Names& names, const store::Vehicle& vehicle,
                                               const store::VehicleSum& sum);
[[nodiscard]] boost::json::array vehicles_json(database::Connection& connection,
                                               store::ClientId client, Names& names,
                                               std::span<const store::Vehicle> vehicles,
                                               base::Instant now);

/// Who drives each vehicle, by id: `[{"id":73,"name":"Luc Tremblay"}]`. A person without a name is
/// shown by user name, e-mail or unique id.
[[nodiscard]] std::vector<boost::json::array> drivers_json(
    database::Connection& connection, store::ClientId client,
    std::span<const store::VehicleId> vehicles);

/// A person's name.
[[nodiscard]] std::string name_of(const store::Profile& profile);

}  // namespace lotkeeper::api::console
