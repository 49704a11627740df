#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace lotkeeper::cli {

/// Shows the progress of a long command on stderr: a bar on a terminal, elsewhere a plain line
/// every 3 seconds.
class Progress {
 public:
  /// `total` is the final value of `done`; nullopt if unknown.
  explicit Progress(std::optional<std::uint64_t> total);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() { clear(); }

  /// May be called often. Redraws the bar at most every 100 ms.
  void show(std::uint64_t done, std::uint64_t rows);

  /// Erases the bar, so that other lines can be printed.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  [[nodiscard]] std::string bar(std::string figures, double share) const;

  std::optional<std::uint64_t> m_total;
  bool m_is_terminal;
  bool m_is_drawn = false;
  Clock::time_point m_began = Clock::now();
  Clock::time_point m_next;
};

}  // namespace lotkeeper::cli
