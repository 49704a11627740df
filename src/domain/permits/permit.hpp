#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace lotkeeper::domain {

/// The document's permit types. The numbers are stored: they never change their meaning.
enum class PermitType : std::uint8_t { standard = 1, temp = 2, validator = 3 };

[[nodiscard]] std::string_view to_string(PermitType type);

/// Reads a type in any case, `temporary` as `temp`; nullopt for anything else.
[[nodiscard]] std::optional<PermitType> parse_permit_type(std::string_view text);

/// CAD or USD, in any case, as its upper-case code; nullopt for anything else.
[[nodiscard]] std::optional<std::string_view> parse_currency(std::string_view text);

// Limits of the document's tables, in code points.
inline constexpr std::size_t k_permit_plate_limit = 25;
inline constexpr std::size_t k_checked_plate_limit = 50;
inline constexpr std::size_t k_ticket_number_limit = 50;
inline constexpr std::size_t k_zone_name_limit = 200;
inline constexpr std::size_t k_currency_limit = 10;

}  // namespace lotkeeper::domain
