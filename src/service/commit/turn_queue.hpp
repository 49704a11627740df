#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <vector>

namespace lotkeeper::service {

/// Whose turn it is where several threads take groups of callers from one queue. Of what a group
/// costs the database, another process, much is the same however many share it. So as long as
/// groups come back at their usual pace one thread takes all of them, and each holds whoever came
/// during the one before; it is the thread that had the last one, whose session and rows are in the
/// caches. Beside those that last (a slow disk, a standby, a server that says nothing), or where a
/// full group waits, the next thread begins.
///
/// Guarded by its owner's mutex, which is held in every call.
class TurnQueue {
 public:
  using Clock = std::chrono::steady_clock;
  using Turn = Clock::time_point;

  static constexpr std::chrono::milliseconds k_patience{10};

  /// `most`: the size of a full group. `patience`: so long nobody begins beside a group.
  explicit TurnQueue(std::size_t most, std::chrono::milliseconds patience = k_patience)
      : m_most(most), m_patience(patience) {}

  /// Returns when it is the calling thread's turn: somebody waits in the queue then, and the lock
  /// was held since that was seen. After `stop`, at once and whoever waits. `queued`: how many
  /// wait.
  [[nodiscard]] Turn wait(std::unique_lock<std::mutex>& lock,
                          const std::function<std::size_t()>& queued);

  /// To be called for whoever came into the queue, or was left in it: now `queued` wait.
  void arrived(std::size_t queued);

  /// Ends a turn. Wakes nobody: the thread that had it looks into the queue next, by `wait`.
  void ended(Turn turn);

  void stop();

 private:
  [[nodiscard]] bool may_begin(std::size_t waiting) const;

  enum class Place { next, last };

  /// Returns when another thread found this one something to do, or after `stop`.
  void wait_to_be_called(std::unique_lock<std::mutex>& lock, Place place);

  const std::size_t m_most;
  const std::chrono::milliseconds m_patience;
  std::vector<std::condition_variable*> m_idle;  ///< each thread's own; the next to be called: last
  bool m_is_called = false;                      ///< and has not looked into the queue yet
  std::condition_variable m_watch;
  bool m_is_watched = false;  ///< a thread waits for the groups under way to have lasted
  bool m_is_stopped = false;
  std::vector<Turn> m_turns;  ///< under way, in the order of their beginning
};

}  // namespace lotkeeper::service
