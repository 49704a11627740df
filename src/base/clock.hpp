#pragma once

#include <chrono>
#include <cstdint>

namespace lotkeeper::base {

/// A moment in UTC, to the millisecond. The type in which times are stored, compared and passed
/// between layers.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

/// Milliseconds since 1970-01-01T00:00:00Z, the form in which times are stored.
[[nodiscard]] constexpr std::int64_t to_epoch_ms(Instant instant) {
  return instant.time_since_epoch().count();
}

[[nodiscard]] constexpr Instant from_epoch_ms(std::int64_t milliseconds) {
  return Instant{std::chrono::milliseconds{milliseconds}};
}

/// Tells the time. Abstract so that tests can stop it. Thread-safe.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  [[nodiscard]] virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now());
  }
};

}  // namespace lotkeeper::base
