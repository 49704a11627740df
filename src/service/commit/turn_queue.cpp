#include "service/commit/turn_queue.hpp"

#include <algorithm>
#include <utility>

namespace lotkeeper::service {

TurnQueue::Turn TurnQueue::wait(std::unique_lock<std::mutex>& lock,
                                const std::function<std::size_t()>& queued) {
  // Only a thread that just ended a turn goes before the others.
  Place place = Place::next;
  while (!m_is_stopped) {
    const std::size_t waiting = queued();
    if (waiting > 0 && may_begin(waiting)) break;
    if (waiting == 0 || m_is_watched) {
      wait_to_be_called(lock, std::exchange(place, Place::last));
      continue;
    }
    m_is_watched = true;
    m_watch.wait_until(lock, m_turns.back() + m_patience);
    m_is_watched = false;
    place = Place::last;
  }
  return m_turns.emplace_back(Clock::now());
}

bool TurnQueue::may_begin(std::size_t waiting) const {
  return m_turns.empty() || waiting >= m_most || Clock::now() >= m_turns.back() + m_patience;
}

void TurnQueue::wait_to_be_called(std::unique_lock<std::mutex>& lock, Place place) {
  std::condition_variable call;
  m_idle.insert(place == Place::next ? m_idle.end() : m_idle.begin(), &call);
  call.wait(lock, [&] { return std::ranges::find(m_idle, &call) == m_idle.end(); });
  m_is_called = false;
}

void TurnQueue::arrived(std::size_t queued) {
  // A thread that ends its turn checks the queue itself. Waking another thread for each caller took
  // a fifth of the server's time.
  if (!m_turns.empty() && m_is_watched) {
    // The turn that it watches may have ended, and all remaining turns may have lasted long enough.
    if (may_begin(queued)) m_watch.notify_one();
  } else if (!m_is_called && !m_idle.empty()) {
    m_idle.back()->notify_one();
    m_idle.pop_back();
    m_is_called = true;
  }
}

void TurnQueue::ended(Turn turn) { m_turns.erase(std::ranges::find(m_turns, turn)); }

void TurnQueue::stop() {
  m_is_stopped = true;
  for (std::condition_variable* idle : m_idle) idle->notify_one();
  m_idle.clear();
  m_watch.notify_all();
}

}  // namespace lotkeeper::service
