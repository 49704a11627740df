#include "domain/idempotency_key.hpp"

#include <algorithm>

namespace lotkeeper::domain {
namespace {

constexpr std::size_t k_longest = 255;
constexpr const char* k_field = "Idempotency-Key";

std::string_view without_quotes(std::string_view key) {
  if (key.size() < 2 || key.front() != '"' || key.back() != '"') return key;
  return key.substr(1, key.size() - 2);
}

}  // namespace

tl::expected<std::string_view, Fault> read_idempotency_key(std::string_view header) {
  const std::string_view key = without_quotes(header);
  if (key.size() > k_longest) {
    return tl::unexpected(
        Fault{ErrorCode::field_too_long, k_field, "Send a key of at most 255 characters."});
  }
  const bool is_good = !key.empty() && key.front() != ' ' && key.back() != ' ' &&
                       std::ranges::all_of(key, [](char c) { return c >= ' ' && c < '\x7f'; });
  if (is_good) return key;
  return tl::unexpected(
      Fault{ErrorCode::field_invalid, k_field,
            "Send a key of 1 to 255 visible ASCII characters. Spaces are allowed between them."});
}

}  // namespace lotkeeper::domain
