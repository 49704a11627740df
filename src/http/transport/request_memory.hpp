#pragma once

#include <atomic>
#include <cstddef>

namespace lotkeeper::http::transport {

/// What the large requests of all connections may hold in memory together.
class RequestMemory {
 public:
  explicit RequestMemory(std::size_t limit) : m_limit(limit) {}

  [[nodiscard]] bool take(std::size_t bytes) {
    if (m_taken.fetch_add(bytes) + bytes <= m_limit) return true;
    m_taken.fetch_sub(bytes);
    return false;
  }
  void give_back(std::size_t bytes) { m_taken.fetch_sub(bytes); }

 private:
  const std::size_t m_limit;
  std::atomic<std::size_t> m_taken{0};
};

/// What one connection holds of it.
class MemoryShare {
 public:
  /// So much an ordinary request needs: it is not counted, as connections are.
  static constexpr std::size_t k_free = 4096;

  explicit MemoryShare(RequestMemory& source) : m_source(&source) {}
  MemoryShare(const MemoryShare&) = delete;
  MemoryShare& operator=(const MemoryShare&) = delete;
  ~MemoryShare() { m_source->give_back(m_held); }

  /// Changes the amount held to `bytes`. False if that is more than is left; then nothing changes.
  [[nodiscard]] bool hold(std::size_t bytes) {
    const std::size_t counted = bytes > k_free ? bytes : 0;
    if (counted > m_held && !m_source->take(counted - m_held)) return false;
    if (counted < m_held) m_source->give_back(m_held - counted);
    m_held = counted;
    return true;
  }

  /// Gives all back and takes from another from here on.
  void move_to(RequestMemory& source) {
    m_source->give_back(m_held);
    m_held = 0;
    m_source = &source;
  }

 private:
  RequestMemory* m_source;
  std::size_t m_held = 0;
};

}  // namespace lotkeeper::http::transport
