#include "domain/name.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/text/text.hpp"

namespace lotkeeper::domain {

tl::unexpected<Refusal> invalid(std::string detail) {
  return refused(ErrorCode::field_invalid, {}, std::move(detail));
}

Result<std::string> checked_name(std::string_view what, std::string_view name, std::size_t limit) {
  const std::string_view trimmed = base::trim_white_space(name);
  if (trimmed.empty() || !base::is_valid_utf8(trimmed) || base::has_control_character(trimmed) ||
      base::count_code_points(trimmed) > limit) {
    return invalid(fmt::format("{} has 1 to {} characters and no control characters", what, limit));
  }
  return std::string(trimmed);
}

}  // namespace lotkeeper::domain
