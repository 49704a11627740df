#include "service/clients/names.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/text/text.hpp"

namespace lotkeeper::service {
namespace {

constexpr std::size_t k_name_limit = 200;

}  // namespace

tl::unexpected<domain::Refusal> invalid(std::string detail) {
  return domain::refused(domain::ErrorCode::field_invalid, {}, std::move(detail));
}

domain::Result<std::string> check_name(std::string_view what, std::string_view name) {
  const std::string_view trimmed = base::trim_white_space(name);
  if (trimmed.empty() || !base::is_valid_utf8(trimmed) || base::has_control_character(trimmed) ||
      base::count_code_points(trimmed) > k_name_limit) {
    return invalid(
        fmt::format("{} has 1 to {} characters and no control characters", what, k_name_limit));
  }
  return std::string(trimmed);
}

}  // namespace lotkeeper::service
