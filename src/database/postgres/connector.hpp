#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "database/postgres/link.hpp"

namespace lotkeeper::database {

/// Writers' transactions are serializable; readers' see one moment and cannot write.
enum class PostgresRole { writer, reader };

/// Makes sessions with one database, on a thread of its own: a server that does not answer holds up
/// nobody but that thread. While it cannot be reached, whoever asks is told so at once, and it is
/// tried again until it can. Of several hosts the one that answered last is tried first, then all
/// others. Safe to use from any thread.
class PostgresConnector {
 public:
  /// Throws std::invalid_argument where libpq cannot read `url`, whose text is not repeated: it may
  /// hold a password. What the URL leaves open is set so that a dead server is noticed soon, and a
  /// standby is passed over.
  explicit PostgresConnector(std::string_view url);
  PostgresConnector(const PostgresConnector&) = delete;
  PostgresConnector& operator=(const PostgresConnector&) = delete;
  ~PostgresConnector();

  /// Connects, on the caller's thread, and begins to work. Throws DatabaseUnavailable where nothing
  /// can be reached within `patience`.
  void start(std::chrono::milliseconds patience);

  /// A session of `role`. Waits for a moment where none is ready; throws DatabaseUnavailable.
  [[nodiscard]] std::unique_ptr<PostgresLink> take(PostgresRole role);

  /// Whether the last try to connect failed.
  [[nodiscard]] bool is_away() const {
    const std::scoped_lock lock(m_mutex);
    return m_away;
  }

 private:
  struct Queue {
    std::deque<std::unique_ptr<PostgresLink>> ready;
    std::size_t wanted = 0;
  };

  [[nodiscard]] std::unique_ptr<PostgresLink> connect();
  [[nodiscard]] Queue& queue_of(PostgresRole role) {
    return m_queues[static_cast<std::size_t>(role)];
  }
  void run();

  const std::vector<PostgresParameters> m_hosts;
  std::size_t m_host = 0;  ///< the one that answered last; for `start` and the thread
  mutable std::mutex m_mutex;
  std::condition_variable m_work;
  std::condition_variable m_changed;
  std::array<Queue, 2> m_queues;
  bool m_stopping = false;
  bool m_away = false;
  std::string m_reason;
  std::thread m_thread;
};

}  // namespace lotkeeper::database
