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
  /// Most commands that wait. Where there is one more, the integration that has the most of them
  /// is refused one at once (9103). The server's own are few, and always find room.
  std::size_t queue_limit = 4'096;
  /// For each of the database's writers the row of the counters that it adds to; none: all to 0.
  std::vector<std::int64_t> replicas = {};
};

/// Makes writes durable, many in one transaction: takes what has queued up while the last one was
/// being synced, waits for nothing when idle, and answers each caller for itself.
///
/// On SQLite two threads: while one waits for the disk to sync a transaction, the other applies the
/// next. Every answer, a refusal too, is given after the sync that covers its transaction. Readers
/// see a transaction up to one sync earlier. On PostgreSQL a thread for each of the database's
/// writers: they take turns, and begin beside a batch that lasts; a batch is of one kind.
///
/// Integrations take turns: a batch has one command of each, then a second one of each, and so on.
/// On SQLite, where batches follow one another, they are smaller while several integrations write,
/// so that who sends little waits for little.
///
/// What becomes of a batch where the database fails, BatchCommitter says.
///
/// Must be stopped before what its callers run on is destroyed.
class GroupCommitter {
 public:
  /// `on_fatal` is called, once, where the disk refused to sync: the process must end.
  GroupCommitter(database::Database& database, const base::Clock& clock, CommitterOptions options,
                 std::function<void(const std::string& reason)> on_fatal);
  GroupCommitter(const GroupCommitter&) = delete;
  GroupCommitter& operator=(const GroupCommitter&) = delete;
  ~GroupCommitter();

  /// Completes when `command.outcome` is set and, where it is a success, durable. Never throws for
  /// the database's failures: they are refusals 9103 to 9105.
  [[nodiscard]] boost::asio::awaitable<void> commit(Command& command);

  /// The same for a thread that may block.
  void commit_and_wait(Command& command);

  /// The same for who goes on meanwhile: `done` is called on a thread that must not be held up.
  /// `command` lives until then.
  void commit_then(Command& command, std::function<void()> done);

  /// Refuses all writes from now on (9103): what is written would be lost.
  void refuse_writes() { m_batches.refuse_writes(); }

  /// Callers no longer wait for what became of a commit whose answer was lost: the server stops.
  void give_up_resolving() { m_batches.give_up_resolving(); }

  /// Commits what was accepted, refuses what comes after (9103), and returns when done.
  void stop();

  /// The moment that transactions happen at.
  [[nodiscard]] base::Instant now() const { return m_clock.now(); }

  [[nodiscard]] const CommitterFigures& figures() const { return m_figures; }

 private:
  using Waiter = service::Waiter<Command>;
  using Waiters = service::Waiters<Command>;

  void submit(std::unique_ptr<Waiter> waiter);
  /// Takes `waiter` into the queue. Where somebody has to be refused, leaves that one in `waiter`
  /// and says why.
  const char* enqueue(std::unique_ptr<Waiter>& waiter);
  void run();
  void run_beside_others(std::size_t writer);
  void run_syncs();
  /// Empty where there is upkeep to do meanwhile, or nothing more at all.
  [[nodiscard]] Waiters take_batch();
  [[nodiscard]] Waiters take_queued();
  /// How many the next batch may hold.
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
  std::size_t m_syncing = 0;  ///< commands of the batch that is being synced
  std::chrono::steady_clock::time_point m_last_sync_began;
  bool m_stopping = false;
  bool m_all_committed = false;
  std::size_t m_last_batch_size = 0;  ///< the committer's thread alone, as what follows
  bool m_upkeep_left = false;
  TurnQueue m_turns{m_options.group_size};  ///< of several writers
  std::vector<std::thread> m_threads;
  std::thread m_sync_thread;
};

inline boost::asio::awaitable<void> GroupCommitter::commit(Command& command) {
  return wait_for(command, [this](std::unique_ptr<Waiter> waiter) { submit(std::move(waiter)); });
}

}  // namespace lotkeeper::service
