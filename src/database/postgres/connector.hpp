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

/// A writer's transactions are serializable. A reader's see one snapshot and cannot write.
enum class PostgresRole { writer, reader };

/// Opens sessions with one database on its own thread, so that a server that does not answer blocks
/// only that thread. While the server cannot be reached, `take` fails immediately, and the thread
/// keeps trying. The host that answered last is tried first, then all the others. Thread-safe.
class PostgresConnector {
 public:
  /// Throws std::invalid_argument if libpq cannot parse `url`. The message never repeats the URL,
  /// because it may contain a password. Settings that the URL leaves open are chosen so that a dead
  /// server is noticed soon and standbys are skipped.
  explicit PostgresConnector(std::string_view url);
  PostgresConnector(const PostgresConnector&) = delete;
  PostgresConnector& operator=(const PostgresConnector&) = delete;
  ~PostgresConnector();

  /// Connects on the caller's thread, then starts working. Throws DatabaseUnavailable if no server
  /// can be reached within `patience`.
  void start(std::chrono::milliseconds patience);

  /// A session for `role`. Waits briefly if none is ready, then throws DatabaseUnavailable.
  [[nodiscard]] std::unique_ptr<PostgresLink> take(PostgresRole role);

  /// Whether the last attempt to connect failed.
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
  std::size_t m_host = 0;  ///< the one that answered last; used by `start` and the thread
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
