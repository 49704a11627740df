#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "database/database.hpp"
#include "domain/fault.hpp"
#include "service/commit/fair_queue.hpp"
#include "service/commit/turn_queue.hpp"
#include "service/commit/waiter.hpp"
#include "service/permits/permit_reads.hpp"

namespace lotkeeper::service {

/// Answers plate checks. If the database is another process, checks that wait at the same time are
/// sent in one round trip. Two process wake-ups then serve all of them, and no event loop blocks
/// meanwhile. SQLite is queried on the caller's thread.
///
/// Must be stopped before the executors of its callers are destroyed.
class GroupChecker {
 public:
  explicit GroupChecker(database::Database& database);
  GroupChecker(const GroupChecker&) = delete;
  GroupChecker& operator=(const GroupChecker&) = delete;
  ~GroupChecker();

  /// As `check_plate`, including everything committed before the call. Integrations take turns, one
  /// check each. Refused (9103) if too many checks wait and most of them are `party`'s, or if the
  /// server is stopping. Throws DatabaseError.
  [[nodiscard]] boost::asio::awaitable<domain::Result<PlateAnswer>> check(const PlateCheck& check,
                                                                          Party party = {});

  /// Answers the waiting checks, refuses later ones, and returns when done.
  void stop();

 private:
  static constexpr std::size_t k_group_size = 64;

  struct Asked {
    const PlateCheck* check;
    Party party;
    domain::Result<PlateAnswer> answer;
    std::exception_ptr failure;
  };

  void submit(std::unique_ptr<Waiter<Asked>> waiter);
  /// Adds `waiter` to the queue. If a waiter must be refused, leaves that one in `waiter` and
  /// returns the reason.
  const char* enqueue(std::unique_ptr<Waiter<Asked>>& waiter);
  void run();
  void answer(std::span<Asked* const> asked);
  [[nodiscard]] std::vector<PlateAnswer> ask(std::span<const PlateCheck* const> checks);

  database::Database& m_database;
  std::mutex m_mutex;
  FairQueue<Asked> m_queue;
  TurnQueue m_turns{k_group_size};
  bool m_stopping = false;
  std::atomic<bool> m_takes_arrays{true};
  std::vector<std::thread> m_threads;
};

}  // namespace lotkeeper::service
