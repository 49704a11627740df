#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace lotkeeper::base {

/// A 128-bit identifier (RFC 9562), in network byte order.
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  /// Reads the 36-character form in either case. nullopt for anything else.
  [[nodiscard]] static std::optional<Uuid> parse(std::string_view text);

  /// The 36-character form in lower case.
  [[nodiscard]] std::string to_string() const;

  auto operator<=>(const Uuid&) const = default;
};

/// A new version 7 UUID: `now` in its first 48 bits, then randomness. References made one after
/// another are therefore adjacent in the index. Within one thread later ones compare greater, even
/// if the clock stands still or steps back. Thread-safe.
[[nodiscard]] Uuid make_uuid_v7(Instant now);

}  // namespace lotkeeper::base
