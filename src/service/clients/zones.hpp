#pragma once

#include <optional>
#include <string>

#include "service/actor.hpp"

/// What operators do with zones and their other names; as all verbs of
/// `service/clients/tenancy.hpp`.
namespace lotkeeper::service {

using domain::Result;

Result<std::string> add_zone(const Actor& actor, const std::string& client, const std::string& name,
                             std::optional<std::int64_t> capacity);
/// The old name stays as an alias: machines that still send it go on working.
Result<std::string> rename_zone(const Actor& actor, const std::string& client,
                                const std::string& name, const std::string& new_name);
/// Gives a zone another name (or leaves it) and capacity (nullopt: unknown).
Result<std::string> set_zone(const Actor& actor, const std::string& client, const std::string& name,
                             const std::string& new_name, std::optional<std::int64_t> capacity);
Result<std::string> alias_zone(const Actor& actor, const std::string& client,
                               const std::string& alias, const std::string& zone);
/// From now on the alias means nothing: live permits that bear it are disconnected, and connect
/// again where the name is added as a zone or an alias.
///
/// Refused: a name that is no alias; a zone's own name.
Result<std::string> unalias_zone(const Actor& actor, const std::string& client,
                                 const std::string& alias);

}  // namespace lotkeeper::service
