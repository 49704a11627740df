#include "service/turns.hpp"

namespace lotkeeper::service {

void Turns::wait(std::unique_lock<std::mutex>& lock, const std::function<bool()>& has_work) {
  while (!m_is_stopped) {
    const bool is_wanted = has_work();
    if (is_wanted && m_groups == 0) break;
    if (!is_wanted || m_is_watched) {
      m_idle.wait(lock);
      continue;
    }
    const auto until = m_last_began + k_patience;
    if (Clock::now() >= until) break;
    m_is_watched = true;
    m_watch.wait_until(lock, until);
    m_is_watched = false;
  }
  ++m_groups;
  m_last_began = Clock::now();
}

void Turns::arrived() {
  // A thread that ends its turn looks into the queue by itself: waking another for each caller took
  // a fifth of the server's time.
  if (m_groups == 0 || !m_is_watched) m_idle.notify_one();
}

void Turns::stop() {
  m_is_stopped = true;
  m_idle.notify_all();
  m_watch.notify_all();
}

}  // namespace lotkeeper::service
