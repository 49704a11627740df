#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <vector>

namespace lotkeeper::service {

/// Decides whose turn it is when several threads take batches from one queue. Most of a batch's
/// cost in the database process is fixed, so larger batches are cheaper. While batches finish at
/// their usual pace, one thread therefore takes all of them, and each batch contains the requests
/// that arrived during the one before. It is the thread that had the last turn, because its session
/// and rows are in the caches. The next thread begins in parallel if the running batches take long
/// (a slow disk, a standby, a server that does not respond) or a full batch is waiting.
///
/// Guarded by its owner's mutex, which must be held in every call.
class TurnQueue {
 public:
  using Clock = std::chrono::steady_clock;
  using Turn = Clock::time_point;

  static constexpr std::chrono::milliseconds k_patience{10};

  /// `most`: the size of a full batch. `patience`: how long no other thread begins beside a batch.
  explicit TurnQueue(std::size_t most, std::chrono::milliseconds patience = k_patience)
      : m_most(most), m_patience(patience) {}

  /// Returns when it is the calling thread's turn. The queue is then not empty, and the lock was
  /// held since this was checked. After `stop`, returns immediately even if the queue is empty.
  /// `queued`: returns the length of the queue.
  [[nodiscard]] Turn wait(std::unique_lock<std::mutex>& lock,
                          const std::function<std::size_t()>& queued);

  /// Must be called when something was added to the queue or left in it. `queued` is the length
  /// now.
  void arrived(std::size_t queued);

  /// Ends a turn. Wakes nobody: the thread that had the turn checks the queue next, through `wait`.
  void ended(Turn turn);

  void stop();

 private:
  [[nodiscard]] bool may_begin(std::size_t waiting) const;

  enum class Place { next, last };

  /// Returns when another thread has found work for this one, or after `stop`.
  void wait_to_be_called(std::unique_lock<std::mutex>& lock, Place place);

  const std::size_t m_most;
  const std::chrono::milliseconds m_patience;
  std::vector<std::condition_variable*> m_idle;  ///< one per thread; the last is called next
  bool m_is_called = false;                      ///< a called thread has not checked the queue yet
  std::condition_variable m_watch;
  bool m_is_watched = false;  ///< a thread is waiting until the running batches count as slow
  bool m_is_stopped = false;
  std::vector<Turn> m_turns;  ///< running, in the order in which they began
};

}  // namespace lotkeeper::service
