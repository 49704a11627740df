#include "domain/permits/permit.hpp"

#include <array>
#include <stdexcept>
#include <utility>

#include "base/text/text.hpp"

namespace lotkeeper::domain {

std::string_view to_string(PermitType type) {
  switch (type) {
    case PermitType::standard:
      return "standard";
    case PermitType::temp:
      return "temp";
    case PermitType::validator:
      return "validator";
  }
  throw std::logic_error("A permit has a type that does not exist.");
}

std::optional<PermitType> parse_permit_type(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, PermitType>, 4> k_names{{
      {"standard", PermitType::standard},
      {"temp", PermitType::temp},
      {"temporary", PermitType::temp},
      {"validator", PermitType::validator},
  }};
  for (const auto& [name, type] : k_names) {
    if (base::equals_ignoring_ascii_case(text, name)) return type;
  }
  return std::nullopt;
}

std::optional<std::string_view> parse_currency(std::string_view text) {
  for (const std::string_view code : {"CAD", "USD"}) {
    if (base::equals_ignoring_ascii_case(text, code)) return code;
  }
  return std::nullopt;
}

}  // namespace lotkeeper::domain
