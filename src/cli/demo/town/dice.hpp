#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <ranges>
#include <span>

namespace lotkeeper::cli::demo {

/// Random numbers that are the same on every machine for the same seed (SplitMix64). The
/// distributions of standard libraries differ from each other.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : m_state(seed) {}

  std::uint64_t next() {
    m_state += 0x9E3779B97F4A7C15U;
    std::uint64_t mixed = m_state;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31U);
  }

  /// 0 to `count` - 1.
  std::int64_t below(std::int64_t count) {
    return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(count));
  }
  /// `first` to `last`, both included.
  std::int64_t between(std::int64_t first, std::int64_t last) {
    return first + below(last - first + 1);
  }
  bool chance(int percent) { return below(100) < percent; }

  template <std::ranges::random_access_range Range>
  decltype(auto) pick(const Range& range) {
    return range[static_cast<std::size_t>(below(std::ssize(range)))];
  }

  /// An index into `weights`, with a probability in proportion to its weight.
  std::size_t weighted(std::span<const int> weights) {
    std::int64_t left = below(std::accumulate(weights.begin(), weights.end(), 0));
    std::size_t place = 0;
    while (left >= weights[place]) left -= weights[place++];
    return place;
  }

 private:
  std::uint64_t m_state;
};

}  // namespace lotkeeper::cli::demo
