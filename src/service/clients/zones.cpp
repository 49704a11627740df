#include "service/clients/zones.hpp"

#include <fmt/format.h>

#include "base/text/text.hpp"
#include "domain/name.hpp"
#include "service/clients/tenancy.hpp"
#include "store/clients/zone.hpp"

namespace lotkeeper::service {
namespace {

using database::Connection;
using domain::invalid;

Result<store::Zone> require_zone(Connection& connection, const store::ClientRow& client,
                                 const std::string& name) {
  auto found = store::find_zone(connection, client.id, base::fold_name(name));
  if (found) return std::move(*found);
  return invalid(fmt::format("{} has no zone \"{}\"; see them with: lotkeeper zone list {}",
                             client.code, name, client.code));
}

/// Refuses a name that already means a zone other than `own`.
Result<void> check_free(Connection& connection, const store::ClientRow& client,
                        const std::string& name, store::ZoneId own) {
  const std::string norm = base::fold_name(name);
  const auto zone = store::find_zone(connection, client.id, norm);
  if (zone && zone->id != own) {
    return invalid(fmt::format("{} already has a zone \"{}\"", client.code, zone->name));
  }
  const auto known = store::find_zone_name(connection, client.id, norm);
  if (known && known->zone && *known->zone != own) {
    return invalid(
        fmt::format("\"{}\" is an alias of another zone of {}; see lotkeeper zone list {}", name,
                    client.code, client.code));
  }
  return {};
}

/// Renames `zone` and returns the name as stored. The old name stays as an alias.
Result<std::string> name_zone(WriteBatch& batch, const store::ClientRow& client,
                              const store::Zone& zone, const std::string& name) {
  auto checked = domain::checked_name("a zone's name", name);
  if (!checked || *checked == zone.name) return checked;
  if (auto free = check_free(batch.connection, client, *checked, zone.id); !free) {
    return tl::unexpected(std::move(free.error()));
  }
  const std::string norm = base::fold_name(*checked);
  store::rename_zone(batch.connection, client.id, zone.id, *checked, norm);
  store::connect_zone_name(batch.connection, client.id, {*checked, norm}, zone.id);
  return checked;
}

}  // namespace

Result<std::string> add_zone(const Actor& actor, const std::string& client_code,
                             const std::string& name, std::optional<std::int64_t> capacity) {
  return actor.change([&](WriteBatch& batch) -> Result<std::string> {
    auto client = require_client(batch.connection, client_code);
    if (!client) return tl::unexpected(std::move(client.error()));
    auto checked = domain::checked_name("a zone's name", name);
    if (!checked) return checked;
    if (auto free = check_free(batch.connection, *client, *checked, 0); !free) {
      return tl::unexpected(std::move(free.error()));
    }
    store::Zone zone{store::take_ids(batch.connection, client->id, "zone"), *checked, capacity, {}};
    const std::string norm = base::fold_name(zone.name);
    store::insert_zone(batch.connection, client->id, zone, norm, batch.now);
    store::connect_zone_name(batch.connection, client->id, {zone.name, norm}, zone.id);
    store::insert_audit(batch.connection, client->id, "zone add", zone.name, batch.now,
                        batch.operator_id);
    return fmt::format("zone \"{}\" added to {}\n", zone.name, client->code);
  });
}

Result<std::string> rename_zone(const Actor& actor, const std::string& client_code,
                                const std::string& name, const std::string& new_name) {
  return actor.change([&](WriteBatch& batch) -> Result<std::string> {
    auto client = require_client(batch.connection, client_code);
    if (!client) return tl::unexpected(std::move(client.error()));
    auto zone = require_zone(batch.connection, *client, name);
    if (!zone) return tl::unexpected(std::move(zone.error()));
    auto checked = name_zone(batch, *client, *zone, new_name);
    if (!checked) return checked;
    store::insert_audit(batch.connection, client->id, "zone rename", *checked, batch.now,
                        batch.operator_id);
    return fmt::format("zone \"{}\" of {} is now \"{}\"; the old name stays as an alias\n",
                       zone->name, client->code, *checked);
  });
}

Result<std::string> set_zone(const Actor& actor, const std::string& client_code,
                             const std::string& name, const std::string& new_name,
                             std::optional<std::int64_t> capacity) {
  return actor.change([&](WriteBatch& batch) -> Result<std::string> {
    auto client = require_client(batch.connection, client_code);
    if (!client) return tl::unexpected(std::move(client.error()));
    auto zone = require_zone(batch.connection, *client, name);
    if (!zone) return tl::unexpected(std::move(zone.error()));
    auto checked = name_zone(batch, *client, *zone, new_name);
    if (!checked) return checked;
    store::set_capacity(batch.connection, client->id, zone->id, capacity);
    store::insert_audit(batch.connection, client->id, "zone set", *checked, batch.now,
                        batch.operator_id);
    return fmt::format("zone \"{}\" of {} changed\n", *checked, client->code);
  });
}

Result<std::string> alias_zone(const Actor& actor, const std::string& client_code,
                               const std::string& alias, const std::string& zone_name) {
  return actor.change([&](WriteBatch& batch) -> Result<std::string> {
    auto client = require_client(batch.connection, client_code);
    if (!client) return tl::unexpected(std::move(client.error()));
    auto zone = require_zone(batch.connection, *client, zone_name);
    if (!zone) return tl::unexpected(std::move(zone.error()));
    auto checked = domain::checked_name("an alias", alias);
    if (!checked) return checked;
    const std::string norm = base::fold_name(*checked);
    if (const auto own = store::find_zone(batch.connection, client->id, norm)) {
      return invalid(fmt::format("\"{}\" is itself a zone of {}; rename that zone first", own->name,
                                 client->code));
    }
    store::connect_zone_name(batch.connection, client->id, {*checked, norm}, zone->id);
    store::insert_audit(batch.connection, client->id, "zone alias", *checked, batch.now,
                        batch.operator_id);
    return fmt::format("\"{}\" now means zone \"{}\" of {}; permits with that name are connected\n",
                       *checked, zone->name, client->code);
  });
}

Result<std::string> unalias_zone(const Actor& actor, const std::string& client_code,
                                 const std::string& alias) {
  return actor.change([&](WriteBatch& batch) -> Result<std::string> {
    auto client = require_client(batch.connection, client_code);
    if (!client) return tl::unexpected(std::move(client.error()));
    auto checked = domain::checked_name("an alias", alias);
    if (!checked) return checked;
    const std::string norm = base::fold_name(*checked);
    if (const auto own = store::find_zone(batch.connection, client->id, norm)) {
      return invalid(
          fmt::format("\"{}\" is the name of a zone of {}, not an alias; you can rename the zone",
                      own->name, client->code));
    }
    const auto known = store::find_zone_name(batch.connection, client->id, norm);
    if (!known || !known->zone) {
      return invalid(fmt::format("{} has no alias \"{}\"; see them with: lotkeeper zone list {}",
                                 client->code, alias, client->code));
    }

    store::disconnect_zone_name(batch.connection, client->id, known->id);
    store::insert_audit(batch.connection, client->id, "zone unalias", alias, batch.now,
                        batch.operator_id);
    return fmt::format(
        "\"{}\" no longer means a zone of {}; live permits with that name, now disconnected: {}\n",
        alias, client->code, store::count_permits_of_name(batch.connection, client->id, known->id));
  });
}

}  // namespace lotkeeper::service
