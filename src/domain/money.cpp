#include "domain/money.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <tl/expected.hpp>

#include "base/text/text.hpp"

namespace lotkeeper::domain {
namespace {

constexpr std::size_t k_longest = 9;
constexpr std::ptrdiff_t k_fewest_digits = 3;
constexpr std::int64_t k_largest_cents = 999'999'99;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

AmountReading wrong(AmountError error) { return {Money{}, error}; }

bool are_digits(std::string_view text) { return std::ranges::all_of(text, is_digit); }

constexpr std::size_t k_most_whole_digits = 9;
constexpr std::string_view k_minus = "\u2212";

/// What is written around the digits of an amount: its sign and currency.
struct Wrapping {
  bool negative = false;
  bool has_sign = false;
  bool has_symbol = false;
  std::string_view currency;
};

constexpr std::array<std::pair<std::string_view, std::string_view>, 10> k_currencies{{
    {"CAD", "CAD"},
    {"USD", "USD"},
    {"CA$", "CAD"},
    {"US$", "USD"},
    {"C$", "CAD"},
    {"$CA", "CAD"},
    {"$US", "USD"},
    {"$ CA", "CAD"},
    {"$ US", "USD"},
    {"$", ""},
}};

bool take_sign(std::string_view sign, Wrapping& wrapping) {
  if (wrapping.has_sign) return false;
  wrapping.has_sign = true;
  wrapping.negative = sign != "+";
  return true;
}

/// "$14.50 CAD": a symbol and a name may both be there, two of a kind may not.
bool take_currency(std::string_view written, std::string_view currency, Wrapping& wrapping) {
  const bool is_symbol = written.find('$') != std::string_view::npos;
  if ((is_symbol && wrapping.has_symbol) || (!currency.empty() && !wrapping.currency.empty())) {
    return false;
  }
  wrapping.has_symbol = wrapping.has_symbol || is_symbol;
  if (!currency.empty()) wrapping.currency = currency;
  return true;
}

/// Whether `text` begins with "$CA" as in "$CA 14.50", and not with "$" before "CAD".
bool begins_with_currency(std::string_view text, std::string_view written) {
  if (!base::equals_ignoring_ascii_case(text.substr(0, written.size()), written)) return false;
  const bool ends_in_letter = written.back() == 'A' || written.back() == 'S';
  const char next = text[written.size()];
  return !ends_in_letter || (next != 'D' && next != 'd');
}

/// Takes one sign or currency from the begin or the end of `text`; false where there is none.
bool unwrap(std::string_view& text, Wrapping& wrapping) {
  for (const std::string_view sign : {std::string_view("-"), k_minus, std::string_view("+")}) {
    if (text.starts_with(sign) && take_sign(sign, wrapping)) {
      text.remove_prefix(sign.size());
      return true;
    }
    if (text.ends_with(sign) && sign != "+" && take_sign(sign, wrapping)) {
      text.remove_suffix(sign.size());
      return true;
    }
  }
  if (text.size() > 2 && text.front() == '(' && text.back() == ')' && take_sign("(", wrapping)) {
    text = text.substr(1, text.size() - 2);
    return true;
  }
  for (const auto& [written, currency] : k_currencies) {
    if (text.size() <= written.size()) continue;
    if (begins_with_currency(text, written) && take_currency(written, currency, wrapping)) {
      text.remove_prefix(written.size());
      return true;
    }
    if (base::equals_ignoring_ascii_case(text.substr(text.size() - written.size()), written) &&
        take_currency(written, currency, wrapping)) {
      text.remove_suffix(written.size());
      return true;
    }
  }
  return false;
}

/// Whether `text` is digits in groups of three, as in "1,234,567" with the mark ','. Digits without
/// any mark are one group.
bool are_groups(std::string_view text, char mark) {
  const std::size_t first = text.find(mark);
  if (first == std::string_view::npos) return are_digits(text);
  if (first == 0 || first > 3 || !are_digits(text.substr(0, first))) return false;
  text.remove_prefix(first);
  if (text.size() % 4 != 0) return false;
  for (; !text.empty(); text.remove_prefix(4)) {
    if (text.front() != mark || !are_digits(text.substr(1, 3))) return false;
  }
  return true;
}

using Cents = tl::expected<std::int64_t, AmountDoubt>;

/// The digits of an amount whose decimal mark and marks between thousands are known.
Cents cents_of(std::string_view whole, char thousands, std::string_view decimals) {
  const auto invalid = tl::unexpected(AmountDoubt::invalid);
  if (!are_groups(whole, thousands) || !are_digits(decimals)) return invalid;
  while (decimals.size() > 2 && decimals.back() == '0') decimals.remove_suffix(1);
  if (decimals.size() > 2) return invalid;
  std::string digits(whole);
  std::erase(digits, thousands);
  if (digits.size() > k_most_whole_digits || digits.size() + decimals.size() == 0) return invalid;
  digits += decimals;
  digits.append(2 - decimals.size(), '0');
  std::int64_t cents = 0;
  for (const char digit : digits) cents = cents * 10 + (digit - '0');
  return cents;
}

/// Digits with '.', ',' and ' ' among them.
Cents read_marked_digits(std::string_view text) {
  const auto count = [text](char mark) { return std::ranges::count(text, mark); };
  const bool has_spaces = count(' ') > 0;
  const std::size_t last = text.find_last_of(".,");
  if (last == std::string_view::npos) return cents_of(text, ' ', {});
  const char mark = text[last];
  const char other = mark == '.' ? ',' : '.';
  if (count(mark) > 1) {
    // It comes twice, so it stands between thousands.
    if (has_spaces || count(other) > 0) return tl::unexpected(AmountDoubt::invalid);
    return cents_of(text, mark, {});
  }
  const std::string_view whole = text.substr(0, last);
  const std::string_view decimals = text.substr(last + 1);
  if (count(other) > 0) {
    if (has_spaces) return tl::unexpected(AmountDoubt::invalid);
    return cents_of(whole, other, decimals);
  }
  const bool may_be_thousands = !has_spaces && !whole.empty() && whole.size() <= 3 &&
                                decimals.size() == 3 && are_digits(whole) && are_digits(decimals);
  if (may_be_thousands) return tl::unexpected(AmountDoubt::ambiguous);
  if (decimals.empty()) return tl::unexpected(AmountDoubt::invalid);
  return cents_of(whole, ' ', decimals);
}

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

WrittenAmount read_written_amount(std::string_view text) {
  WrittenAmount amount;
  // French puts a space that does not break between thousands and before "$".
  std::string spaced(text);
  for (const std::string_view space : {"\u00a0", "\u202f", "\u2009"}) {
    for (std::size_t at = spaced.find(space); at != std::string::npos;
         at = spaced.find(space, at)) {
      spaced.replace(at, space.size(), " ");
    }
  }
  std::string_view rest = base::trim_white_space(spaced);
  if (rest.empty()) {
    amount.doubt = AmountDoubt::empty;
    return amount;
  }
  Wrapping wrapping;
  while (unwrap(rest, wrapping)) rest = base::trim_white_space(rest);
  const Cents cents = read_marked_digits(rest);
  if (!cents) {
    amount.doubt = cents.error();
    return amount;
  }
  amount.money.cents = wrapping.negative ? -*cents : *cents;
  amount.currency = wrapping.currency;
  return amount;
}

std::optional<std::int64_t> read_decimal(std::string_view text, std::size_t decimals) {
  const std::size_t point = text.find('.');
  std::string_view places = point == std::string_view::npos ? "" : text.substr(point + 1);
  if (point != std::string_view::npos && places.empty()) return std::nullopt;
  while (places.size() > decimals && places.back() == '0') places.remove_suffix(1);
  if (places.size() > decimals) return std::nullopt;
  std::string digits(text.substr(0, point));
  digits += places;
  if (digits.empty() || digits.size() > 17 || !are_digits(digits)) return std::nullopt;
  digits.append(decimals - places.size(), '0');
  std::int64_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [read, error] = std::from_chars(digits.data(), end, value);
  if (error != std::errc() || read != end) return std::nullopt;
  return value;
}

std::string to_json_number(Money money) {
  std::string text = to_string(money);
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace lotkeeper::domain
