#pragma once

#include <array>
#include <bitset>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace lotkeeper::domain {

/// How client codes are compared: upper case, `-` as `_` (the document writes both `OC-TOMA` and
/// `OC_TOMA` for one client).
[[nodiscard]] std::string normalise_client_code(std::string_view code);

/// 1–50 ASCII letters, digits, dashes and underscores.
[[nodiscard]] bool is_client_code(std::string_view code);

/// What an integration may do: one permission for each endpoint, named as the URL's tail.
enum class Permission : unsigned {
  permits_push,
  permits_update,
  permits_delete,
  permits_stats,
  permits_check,
  vehicles_push,
  profiles_push,
  profiles_types_list,
  violations_send_overdue_to_collections,
  violations_batches,
};
/// Their names, in the order of the enumeration.
inline constexpr auto k_permission_names = std::to_array<std::string_view>({
    "permits.push",
    "permits.update",
    "permits.delete",
    "permits.stats",
    "permits.check",
    "vehicles.push",
    "profiles.push",
    "profiles.types.list",
    "violations.send_overdue_to_collections",
    "violations.batches",
});

using Permissions = std::bitset<k_permission_names.size()>;

[[nodiscard]] std::string_view to_string(Permission permission);
[[nodiscard]] std::optional<Permission> parse_permission(std::string_view name);

}  // namespace lotkeeper::domain
