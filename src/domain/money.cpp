#include "domain/money.hpp"

#include <algorithm>
#include <cstddef>

#include "base/text.hpp"

namespace lotkeeper::domain {
namespace {

constexpr std::size_t k_longest = 9;
constexpr std::ptrdiff_t k_fewest_digits = 3;
constexpr std::int64_t k_largest_cents = 999'999'99;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

AmountReading wrong(AmountError error) { return {Money{}, error}; }

}  // namespace

AmountReading read_amount(std::string_view text) {
  if (base::count_code_points(text) > k_longest) return wrong(AmountError::too_long);
  if (std::count_if(text.begin(), text.end(), is_digit) < k_fewest_digits) {
    return wrong(AmountError::too_short);
  }

  const std::size_t point = text.find('.');
  if (point == std::string_view::npos || point == 0 || text.size() - point != 3) {
    return wrong(AmountError::invalid);
  }
  std::int64_t cents = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (at == point) continue;
    if (!is_digit(text[at])) return wrong(AmountError::invalid);
    cents = cents * 10 + (text[at] - '0');
  }
  if (cents < 1 || cents > k_largest_cents) return wrong(AmountError::invalid);
  return {Money{cents}, std::nullopt};
}

std::string with_two_decimals(std::string_view number) {
  std::string text(number);
  const std::size_t point = number.find('.');
  if (point == std::string_view::npos) {
    text += ".00";
  } else if (number.size() - point == 2) {
    text += '0';
  }
  return text;
}

std::string to_string(Money money) {
  const bool negative = money.cents < 0;
  const auto value = static_cast<std::uint64_t>(money.cents);
  std::string digits = std::to_string(negative ? 0 - value : value);
  if (digits.size() < 3) digits.insert(0, 3 - digits.size(), '0');
  digits.insert(digits.size() - 2, 1, '.');
  return negative ? "-" + digits : digits;
}

}  // namespace lotkeeper::domain
