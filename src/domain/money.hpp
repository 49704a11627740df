#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lotkeeper::domain {

/// An amount of money in cents: never floating point.
struct Money {
  std::int64_t cents = 0;

  auto operator<=>(const Money&) const = default;
};

enum class AmountError {
  too_long,   ///< over 9 characters
  too_short,  ///< fewer than 3 digits
  invalid,    ///< not `digits.dd`, or outside 0.01–999999.99
};

/// A permit's amount as the document wants it ("14.50": chapter "Push API: Permit Create").
struct AmountReading {
  Money money;
  std::optional<AmountError> error;
};
[[nodiscard]] AmountReading read_amount(std::string_view text);

/// A JSON number's plain digits ("14.5", "14") written with two decimals ("14.50", "14.00"); text
/// with more than two decimals comes back as it is, for `read_amount` to refuse.
[[nodiscard]] std::string with_two_decimals(std::string_view number);

/// Why an amount that a person or another program wrote is not known.
enum class AmountDoubt {
  empty,      ///< nothing is written
  ambiguous,  ///< it can be read in two ways: "1,234" is 1234.00 or 1.234
  invalid,    ///< anything else that is no amount
};

/// An amount as people, spreadsheets and other systems write it.
struct WrittenAmount {
  Money money;
  std::string currency;  ///< "CAD" or "USD" where that is written; "$" says neither
  std::optional<AmountDoubt> doubt;
};

/// Reads "14.50", "14,50", "14", "1,234.50", "1 234,50", "1.234,50", "$14.50", "14.50 $",
/// "CAD 14.50"; "(14.50)" and "-14.50" are negative. At most 9 digits before the decimal mark.
/// Never guesses: a lone mark before three digits is ambiguous. Not for the API's own amounts,
/// which `read_amount` reads.
[[nodiscard]] WrittenAmount read_written_amount(std::string_view text);

/// A plain number that is not negative, as a whole number of its smallest unit: "14.5" with 2
/// decimals is 1450. Zeros beyond `decimals` do not matter. nullopt for anything else.
[[nodiscard]] std::optional<std::int64_t> read_decimal(std::string_view text, std::size_t decimals);

/// "14.50"
[[nodiscard]] std::string to_string(Money money);

/// As a JSON number is written by the document: "14.5", "14", "-0.5".
[[nodiscard]] std::string to_json_number(Money money);

}  // namespace lotkeeper::domain
