#include "base/log_limits.hpp"

namespace lotkeeper::base {

bool LogLimits::admit(spdlog::level::level_enum level, std::string_view kind, unsigned most,
                      Clock::time_point now) {
  const std::scoped_lock lock(m_mutex);
  auto at = m_kinds.find(kind);
  if (at == m_kinds.end()) {
    const bool has_room = m_kinds.size() < k_most_kinds;
    at = m_kinds.try_emplace(has_room ? std::string(kind) : "other lines", Second{now}).first;
  }
  Second& second = at->second;
  if (now - second.began >= k_second && second.held == 0) second = {now};
  second.level = level;
  if (second.lines < most) {
    ++second.lines;
    return true;
  }
  ++second.held;
  return false;
}

std::vector<LogLimits::Held> LogLimits::take(Clock::time_point now) {
  std::vector<Held> held;
  const std::scoped_lock lock(m_mutex);
  std::erase_if(m_kinds, [&](const auto& each) {
    const auto& [kind, second] = each;
    if (now - second.began < k_second) return false;
    if (second.held > 0) held.push_back({second.level, kind, second.held});
    return true;
  });
  return held;
}

}  // namespace lotkeeper::base
