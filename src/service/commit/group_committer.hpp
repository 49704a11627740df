#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include <boost/asio/awaitable.hpp>

#include "database/database.hpp"
#include "service/commit/batch_committer.hpp"
#include "service/commit/command.hpp"
#include "service/commit/fair_queue.hpp"
#include "service/commit/turn_queue.hpp"
#include "service/commit/waiter.hpp"

namespace lotkeeper::service {

struct CommitterOptions {
  std::size_t group_size = 256;  ///< most commands in one transaction; 1: a sync for each
  /// Most commands that wait. When one more arrives, the integration with the most waiting commands
  /// has one refused immediately (9103). The server's own commands are few and are always accepted.
  std::size_t queue_limit = 4'096;
  /// For each writer of the database, the counter row that it adds to. If empty, all use row 0.
  std::vector<std::int64_t> replicas = {};
};

/// Makes writes durable, many in one transaction. Takes the commands that queued up while the last
/// transaction was being synced, does not wait when idle, and answers each caller separately.
///
/// On SQLite there are two threads: while one waits for the disk to sync a transaction, the other
/// applies the next one. Every answer, including a refusal, is given after the sync that covers its
/// transaction. Readers see a transaction up to one sync earlier. On PostgreSQL there is one thread
/// for each of the database's writers. They take turns, and start in parallel if a batch takes
/// long. Each batch contains commands of one kind.
///
/// Integrations take turns: a batch takes one command from each, then a second one from each, and
/// so on. On SQLite, where batches run one after another, batches are smaller while several
/// integrations write. An integration that sends little then waits only briefly.
///
/// BatchCommitter describes what happens when the database fails.
///
/// Must be stopped before the executors of its callers are destroyed.
class GroupCommitter {
 public:
  /// `on_fatal` is called once if the disk refuses to sync. The process must then end.
  GroupCommitter(database::Database& database, const base::Clock& clock, CommitterOptions options,
                 std::function<void(const std::string& reason)> on_fatal);
  GroupCommitter(const GroupCommitter&) = delete;
  GroupCommitter& operator=(const GroupCommitter&) = delete;
  ~GroupCommitter();

  /// Completes when `command.outcome` is set and, if it is a success, durable. Never throws for
  /// failures of the database: these become refusals 9103 to 9105.
  [[nodiscard]] boost::asio::awaitable<void> commit(Command& command);

  /// The same for a thread that may block.
  void commit_and_wait(Command& command);

  /// The same for a caller that does not wait: `done` is called on a thread that must not be
  /// blocked. `command` must live until then.
  void commit_then(Command& command, std::function<void()> done);

  /// From now on refuses all writes (9103), because written data would be lost.
  void refuse_writes() { m_batches.refuse_writes(); }

  /// Callers no longer wait for the outcome of a commit whose answer was lost. For when the server
  /// stops.
  void give_up_resolving() { m_batches.give_up_resolving(); }

  /// Commits what was accepted, refuses later commands (9103), and returns when done.
  void stop();

  /// The clock that transactions use.
  [[nodiscard]] base::Instant now() const { return m_clock.now(); }

  [[nodiscard]] const CommitterFigures& figures() const { return m_figures; }

 private:
  using Waiter = service::Waiter<Command>;
  using Waiters = service::Waiters<Command>;

  void submit(std::unique_ptr<Waiter> waiter);
  /// Adds `waiter` to the queue. If a waiter must be refused, leaves that one in `waiter` and
  /// returns the reason.
  const char* enqueue(std::unique_ptr<Waiter>& waiter);
  void run();
  void run_beside_others(std::size_t writer);
  void run_syncs();
  /// Empty if there is upkeep to do in the meantime, or nothing more at all.
  [[nodiscard]] Waiters take_batch();
  [[nodiscard]] Waiters take_queued();
  /// The most commands that the next batch may hold.
  [[nodiscard]] std::size_t batch_limit() const;
  [[nodiscard]] bool are_alike(const Command& one, const Command& other) const;
  void wait_for_stragglers(std::unique_lock<std::mutex>& lock);
  void keep_up(bool idle);

  database::Database& m_database;
  const base::Clock& m_clock;
  const CommitterOptions m_options;
  CommitterFigures m_figures;
  BatchCommitter m_batches;

  std::mutex m_mutex;
  std::condition_variable m_work;
  FairQueue<Command> m_queue;
  std::condition_variable m_committed;
  std::condition_variable m_sync_begun;
  Waiters m_unsynced;         ///< the batch whose sync has not begun
  std::size_t m_syncing = 0;  ///< commands in the batch that is being synced
  std::chrono::steady_clock::time_point m_last_sync_began;
  bool m_stopping = false;
  bool m_all_committed = false;
  std::size_t m_last_batch_size = 0;  ///< used only by the committer's thread, as are the next
  bool m_upkeep_left = false;
  TurnQueue m_turns{m_options.group_size};  ///< for several writers
  std::vector<std::thread> m_threads;
  std::thread m_sync_thread;
};

inline boost::asio::awaitable<void> GroupCommitter::commit(Command& command) {
  return wait_for(command, [this](std::unique_ptr<Waiter> waiter) { submit(std::move(waiter)); });
}

}  // namespace lotkeeper::service
