#include "base/text/environment_file.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "base/text/text.hpp"

namespace lotkeeper::base {
namespace {

std::string_view without_quotes(std::string_view value) {
  const bool is_quoted = value.size() >= 2 && value.front() == value.back() &&
                         (value.front() == '"' || value.front() == '\'');
  return is_quoted ? value.substr(1, value.size() - 2) : value;
}

}  // namespace

std::optional<std::string> value_in_environment_file(std::string_view text, std::string_view name) {
  std::string_view value;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trim_white_space(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t sign = line.find('=');
    if (sign == std::string_view::npos || trim_white_space(line.substr(0, sign)) != name) continue;
    value = without_quotes(trim_white_space(line.substr(sign + 1)));
  }
  if (value.find_first_of("\\\"'") != std::string_view::npos) {
    throw std::invalid_argument(
        fmt::format("the value of {} has a backslash or a quote in it", name));
  }
  if (value.empty()) return std::nullopt;
  return std::string(value);
}

}  // namespace lotkeeper::base
