#include "domain/clients/client.hpp"

#include <algorithm>
#include <cstddef>

#include "base/text/text.hpp"

namespace lotkeeper::domain {
namespace {

constexpr std::size_t k_longest_code = 50;

bool is_code_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

}  // namespace

std::string normalise_client_code(std::string_view code) {
  std::string normalised = base::ascii_upper(code);
  std::replace(normalised.begin(), normalised.end(), '-', '_');
  return normalised;
}

bool is_client_code(std::string_view code) {
  return !code.empty() && code.size() <= k_longest_code &&
         std::all_of(code.begin(), code.end(), is_code_character);
}

std::string_view to_string(Permission permission) {
  return k_permission_names.at(static_cast<std::size_t>(permission));
}

std::optional<Permission> parse_permission(std::string_view name) {
  const auto found = std::find(k_permission_names.begin(), k_permission_names.end(), name);
  if (found == k_permission_names.end()) return std::nullopt;
  return static_cast<Permission>(found - k_permission_names.begin());
}

}  // namespace lotkeeper::domain
