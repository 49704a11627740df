#pragma once

#include <atomic>

#include "base/clock.hpp"

namespace lotkeeper::tests {

/// Time does not move until a test moves it.
class FakeClock final : public base::Clock {
 public:
  explicit FakeClock(base::Instant now) : m_now(base::to_epoch_ms(now)) {}

  [[nodiscard]] base::Instant now() const override { return base::from_epoch_ms(m_now); }
  void set(base::Instant now) { m_now = base::to_epoch_ms(now); }
  void advance(std::chrono::milliseconds by) { m_now += by.count(); }

 private:
  std::atomic<std::int64_t> m_now;
};

}  // namespace lotkeeper::tests
