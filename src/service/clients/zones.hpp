#pragma once

#include <optional>
#include <string>

#include "service/actor.hpp"

/// Changes that operators make to zones and their aliases. They work like those of
/// `service/clients/tenancy.hpp`.
namespace lotkeeper::service {

using domain::Result;

Result<std::string> add_zone(const Actor& actor, const std::string& client, const std::string& name,
                             std::optional<std::int64_t> capacity);
/// The old name stays as an alias, so machines that still send it keep working.
Result<std::string> rename_zone(const Actor& actor, const std::string& client,
                                const std::string& name, const std::string& new_name);
/// Sets the name of a zone (which may stay the same) and its capacity (nullopt: unknown).
Result<std::string> set_zone(const Actor& actor, const std::string& client, const std::string& name,
                             const std::string& new_name, std::optional<std::int64_t> capacity);
Result<std::string> alias_zone(const Actor& actor, const std::string& client,
                               const std::string& alias, const std::string& zone);
/// Removes an alias. Live permits with that name are disconnected. They connect again when the name
/// is added as a zone or an alias.
///
/// Refused: a name that is not an alias; a zone's own name.
Result<std::string> unalias_zone(const Actor& actor, const std::string& client,
                                 const std::string& alias);

}  // namespace lotkeeper::service
