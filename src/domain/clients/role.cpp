#include "domain/clients/role.hpp"

namespace lotkeeper::domain {

std::string_view to_string(Role role) {
  switch (role) {
    case Role::viewer:
      return "viewer";
    case Role::officer:
      return "officer";
    case Role::office:
      return "office";
    case Role::administrator:
      return "administrator";
  }
  return {};
}

std::optional<Role> parse_role(std::string_view name) {
  for (const Role role : {Role::viewer, Role::officer, Role::office, Role::administrator}) {
    if (name == to_string(role)) return role;
  }
  return std::nullopt;
}

}  // namespace lotkeeper::domain
