#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace lotkeeper::cli {

/// Shows on stderr how far a long command is: a bar on a terminal, a plain line now and then
/// elsewhere.
class Progress {
 public:
  /// `total` is what `done` will be at the end; nullopt where nobody knows.
  explicit Progress(std::optional<std::uint64_t> total);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() { clear(); }

  /// May be called as often as there is news.
  void show(std::uint64_t done, std::uint64_t rows);

  /// Takes the bar away, so that other lines can be printed.
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
