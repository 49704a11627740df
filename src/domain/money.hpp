#pragma once

#include <compare>
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

/// "14.50"
[[nodiscard]] std::string to_string(Money money);

}  // namespace lotkeeper::domain
