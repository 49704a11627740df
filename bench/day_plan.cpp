#include "day_plan.hpp"

#include <utility>

namespace lotkeeper::bench {

namespace {

constexpr std::size_t k_never_pushed = 1'000'000;

constexpr std::size_t index_of(Kind kind) { return static_cast<std::size_t>(kind); }

}  // namespace

DayPlan::DayPlan(const DaySize& size)
    : m_size(size), m_left{size.rights, size.stops, size.checks}, m_all(m_left) {}

bool DayPlan::is_over() const { return m_left == std::array<std::uint64_t, 3>{}; }

bool DayPlan::waits_for_rights() const {
  return m_standing.empty() && m_left.at(index_of(Kind::right)) == 0 &&
         m_left.at(index_of(Kind::check)) == 0;
}

Kind DayPlan::next_kind() {
  Kind kind = Kind::check;
  double most = -1;
  for (const Kind candidate : {Kind::right, Kind::stop, Kind::check}) {
    const std::uint64_t left = m_left.at(index_of(candidate));
    if (left == 0 || (candidate == Kind::stop && m_standing.empty())) continue;
    const double share =
        static_cast<double>(left) / static_cast<double>(m_all.at(index_of(candidate)));
    if (share > most) {
      most = share;
      kind = candidate;
    }
  }
  --m_left.at(index_of(kind));
  return kind;
}

std::uint64_t DayPlan::next_right() { return m_size.first + m_pushed++; }

void DayPlan::add_standing(std::uint64_t number, std::string reference) {
  m_standing.push_back({number, std::move(reference)});
}

Standing DayPlan::take_standing() {
  std::swap(m_standing.at(random_below(m_standing.size())), m_standing.back());
  Standing standing = std::move(m_standing.back());
  m_standing.pop_back();
  m_stopped.insert(standing.number);
  return standing;
}

std::uint64_t DayPlan::number_to_check(bool& stands) {
  stands = m_checked++ % 2 == 0 && !m_standing.empty();
  if (!stands) return m_size.never + random_below(k_never_pushed);
  return m_standing.at(random_below(m_standing.size())).number;
}

bool DayPlan::was_stopped(std::uint64_t number) const { return m_stopped.contains(number); }

std::size_t DayPlan::random_below(std::size_t end) {
  return std::uniform_int_distribution<std::size_t>(0, end - 1)(m_random);
}

}  // namespace lotkeeper::bench
