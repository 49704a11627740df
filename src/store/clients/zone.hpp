#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "database/connection.hpp"
#include "store/ids.hpp"

namespace lotkeeper::store {

struct Zone {
  ZoneId id = 0;
  std::string name;
  std::optional<std::int64_t> capacity;
  std::vector<std::string> aliases;
};

/// A zone name as a permit bears it.
struct ZoneName {
  ZoneNameId id = 0;
  std::optional<ZoneId> zone;  ///< none: disconnected
  bool is_new = false;         ///< made by this call of intern_zone_names
};

/// A name as sent, and as it is compared.
struct SentZoneName {
  std::string_view name;
  std::string_view name_norm;
};

/// The rows of `names` (distinct by name_norm), made where they are missing. In the order given.
[[nodiscard]] std::vector<ZoneName> intern_zone_names(database::Connection& connection,
                                                      ClientId client,
                                                      std::span<const SentZoneName> names);

/// Of a row that begins with a name's id and its zone's.
[[nodiscard]] ZoneName to_zone_name(const database::Row& row);

/// The row that compares equal to `name_norm`, where there is one. As a question, into `found`.
[[nodiscard]] database::Question ask_zone_name(ClientId client, std::string_view name_norm,
                                               std::optional<ZoneName>& found);
[[nodiscard]] std::optional<ZoneName> find_zone_name(database::Connection& connection,
                                                     ClientId client, std::string_view name_norm);

/// The zone itself of this normalised name (no alias).
[[nodiscard]] std::optional<Zone> find_zone(database::Connection& connection, ClientId client,
                                            std::string_view name_norm);

/// All zones of a client with their aliases, by name.
[[nodiscard]] std::vector<Zone> list_zones(database::Connection& connection, ClientId client);

void insert_zone(database::Connection& connection, ClientId client, const Zone& zone,
                 std::string_view name_norm, base::Instant now);
void rename_zone(database::Connection& connection, ClientId client, ZoneId zone,
                 std::string_view name, std::string_view name_norm);

/// nullopt: unknown
void set_capacity(database::Connection& connection, ClientId client, ZoneId zone,
                  std::optional<std::int64_t> capacity);

/// From now on `name` means `zone`: permits that bear it, past and coming, are connected to it.
void connect_zone_name(database::Connection& connection, ClientId client, const SentZoneName& name,
                       ZoneId zone);

/// From now on the name means nothing: permits that bear it, past and coming, are disconnected.
void disconnect_zone_name(database::Connection& connection, ClientId client, ZoneNameId name);

/// How many live permits bear a zone name.
[[nodiscard]] std::int64_t count_permits_of_name(database::Connection& connection, ClientId client,
                                                 ZoneNameId name);

}  // namespace lotkeeper::store
