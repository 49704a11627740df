#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <unordered_set>
#include <vector>

namespace lotkeeper::bench {

struct DaySize {
  std::uint64_t rights = 0;
  std::uint64_t stops = 0;  ///< no more than rights
  std::uint64_t checks = 0;
  std::uint64_t first = 0;  ///< number of the first permit
  std::uint64_t never = 0;  ///< first of a million numbers that are never pushed
};

enum class Kind { right, stop, check };

/// A permit that was pushed and acknowledged, and that no stop was sent for.
struct Standing {
  std::uint64_t number = 0;
  std::string reference;
};

/// What is left of a day, and which permits stand. For one thread.
class DayPlan {
 public:
  explicit DayPlan(const DaySize& size);

  [[nodiscard]] bool is_over() const;

  /// Only stops are left, and the permits they are to end are still being pushed.
  [[nodiscard]] bool waits_for_rights() const;

  /// Takes one of the kind that is furthest behind its share; a stop only if a permit is live.
  Kind next_kind();

  /// The number of the next permit to push.
  std::uint64_t next_right();

  void add_standing(std::uint64_t number, std::string reference);

  /// Takes any live permit. It no longer counts as live.
  Standing take_standing();

  /// A number to check; `stands` says whether it has a live permit.
  std::uint64_t number_to_check(bool& stands);

  [[nodiscard]] bool was_stopped(std::uint64_t number) const;

 private:
  std::size_t random_below(std::size_t end);

  DaySize m_size;
  std::array<std::uint64_t, 3> m_left;
  std::array<std::uint64_t, 3> m_all;
  std::vector<Standing> m_standing;
  std::unordered_set<std::uint64_t> m_stopped;
  std::uint64_t m_pushed = 0;
  std::uint64_t m_checked = 0;
  std::mt19937_64 m_random{2017};
};

}  // namespace lotkeeper::bench
