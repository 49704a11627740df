#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace lotkeeper::domain {

/// What an operator may do in a client: each role may do what those before it may. The numbers are
/// stored: they never change their meaning.
enum class Role : std::uint8_t {
  viewer = 1,     ///< looks
  officer = 2,    ///< checks plates and writes violations
  office = 3,     ///< keeps zones, lists, violations and money
  administrator,  ///< keeps integrations, tokens, operators and settings
};

[[nodiscard]] std::string_view to_string(Role role);
[[nodiscard]] std::optional<Role> parse_role(std::string_view name);

}  // namespace lotkeeper::domain
