#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <utility>

namespace lotkeeper::http::transport {

/// How many connections there are, over all loops.
class ConnectionCount {
 public:
  /// Counts for one connection as long as it lives.
  class Ticket {
   public:
    explicit Ticket(ConnectionCount& count) : m_count(&count) { ++count.m_value; }
    Ticket(Ticket&& other) noexcept : m_count(std::exchange(other.m_count, nullptr)) {}
    Ticket& operator=(Ticket&&) = delete;
    ~Ticket() {
      if (m_count != nullptr) m_count->give_back();
    }

   private:
    ConnectionCount* m_count;
  };

  [[nodiscard]] std::size_t value() const { return m_value; }

  /// Whether there were none at some moment before `patience` ran out.
  bool wait_for_none(std::chrono::milliseconds patience) {
    std::unique_lock lock(m_mutex);
    return m_none.wait_for(lock, patience, [this] { return m_value == 0; });
  }

 private:
  void give_back() {
    if (--m_value > 0) return;
    const std::lock_guard lock(m_mutex);
    m_none.notify_all();
  }

  std::atomic<std::size_t> m_value = 0;
  std::mutex m_mutex;
  std::condition_variable m_none;
};

}  // namespace lotkeeper::http::transport
