#include "service/turns.hpp"

#include <algorithm>

namespace lotkeeper::service {

Turns::Turn Turns::wait(std::unique_lock<std::mutex>& lock,
                        const std::function<std::size_t()>& queued) {
  while (!m_is_stopped) {
    const std::size_t waiting = queued();
    if (waiting > 0 && (m_turns.empty() || waiting >= m_most)) break;
    if (waiting == 0 || m_is_watched) {
      m_idle.wait(lock);
      continue;
    }
    const auto until = m_turns.back() + m_patience;
    if (Clock::now() >= until) break;
    m_is_watched = true;
    m_watch.wait_until(lock, until);
    m_is_watched = false;
  }
  return m_turns.emplace_back(Clock::now());
}

void Turns::arrived(std::size_t queued) {
  // A thread that ends its turn looks into the queue by itself: waking another for each caller took
  // a fifth of the server's time.
  if (!m_turns.empty() && m_is_watched) {
    if (queued >= m_most) m_watch.notify_one();
  } else {
    m_idle.notify_one();
  }
}

void Turns::ended(Turn turn) { m_turns.erase(std::ranges::find(m_turns, turn)); }

void Turns::stop() {
  m_is_stopped = true;
  m_idle.notify_all();
  m_watch.notify_all();
}

}  // namespace lotkeeper::service
