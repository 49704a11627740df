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

/// A zone name as it appears on permits.
struct ZoneName {
  ZoneNameId id = 0;
  std::optional<ZoneId> zone;  ///< empty: the name is disconnected
  bool is_new = false;         ///< created by this call of intern_zone_names
};

/// A name as it was sent, and in the form used for comparison.
struct SentZoneName {
  std::string_view name;
  std::string_view name_norm;
};

/// The rows of `names`, which must differ in name_norm. Creates the missing ones. In the order of
/// `names`.
[[nodiscard]] std::vector<ZoneName> intern_zone_names(database::Connection& connection,
                                                      ClientId client,
                                                      std::span<const SentZoneName> names);

/// Reads a row whose first columns are a name's id and its zone's.
[[nodiscard]] ZoneName to_zone_name(const database::Row& row);

/// The row that compares equal to `name_norm`, if there is one. A question that writes into
/// `found`.
[[nodiscard]] database::Question ask_zone_name(ClientId client, std::string_view name_norm,
                                               std::optional<ZoneName>& found);
[[nodiscard]] std::optional<ZoneName> find_zone_name(database::Connection& connection,
                                                     ClientId client, std::string_view name_norm);

/// The zone itself with this normalised name (not an alias).
[[nodiscard]] std::optional<Zone> find_zone(database::Connection& connection, ClientId client,
                                            std::string_view name_norm);

/// All zones of a client with their aliases, ordered by name.
[[nodiscard]] std::vector<Zone> list_zones(database::Connection& connection, ClientId client);

void insert_zone(database::Connection& connection, ClientId client, const Zone& zone,
                 std::string_view name_norm, base::Instant now);
void rename_zone(database::Connection& connection, ClientId client, ZoneId zone,
                 std::string_view name, std::string_view name_norm);

/// nullopt: unknown
void set_capacity(database::Connection& connection, ClientId client, ZoneId zone,
                  std::optional<std::int64_t> capacity);

/// Makes `name` mean `zone`. All permits with this name, past and future, are connected to it.
void connect_zone_name(database::Connection& connection, ClientId client, const SentZoneName& name,
                       ZoneId zone);

/// Makes the name mean nothing. All permits with this name, past and future, are disconnected.
void disconnect_zone_name(database::Connection& connection, ClientId client, ZoneNameId name);

/// The number of live permits with a zone name.
[[nodiscard]] std::int64_t count_permits_of_name(database::Connection& connection, ClientId client,
                                                 ZoneNameId name);

}  // namespace lotkeeper::store
