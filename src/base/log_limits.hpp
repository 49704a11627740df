#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <spdlog/common.h>

namespace lotkeeper::base {

/// Counts log lines that come too often. Each kind of line has its own one-second window. A window
/// begins with the first line after the previous window ended.
class LogLimits {
 public:
  using Clock = std::chrono::steady_clock;

  struct Held {
    spdlog::level::level_enum level = spdlog::level::info;
    std::string kind;
    std::uint64_t lines = 0;  ///< held back
  };

  /// Counts one line of `kind`. False if it exceeds `most` in this second. If there are too many
  /// kinds at once, new kinds are counted together as one kind.
  [[nodiscard]] bool admit(spdlog::level::level_enum level, std::string_view kind, unsigned most,
                           Clock::time_point now = Clock::now());

  /// The lines held back in windows that are over.
  [[nodiscard]] std::vector<Held> take(Clock::time_point now = Clock::now());

 private:
  static constexpr std::size_t k_most_kinds = 64;
  static constexpr std::chrono::seconds k_second{1};

  struct Second {
    Clock::time_point began;
    std::uint64_t lines = 0;
    std::uint64_t held = 0;
    spdlog::level::level_enum level = spdlog::level::info;
  };

  std::mutex m_mutex;
  std::map<std::string, Second, std::less<>> m_kinds;
};

}  // namespace lotkeeper::base
