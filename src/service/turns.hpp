#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>

namespace lotkeeper::service {

/// Whose turn it is where several threads take groups of callers from one queue. A group costs the
/// database, another process, about as much however many share it: as long as groups come back at
/// their usual pace one thread takes all of them, so that each holds whoever came during the one
/// before. Beside one that lasts (a slow disk, a standby, a server that says nothing) the next
/// thread takes what has queued up.
///
/// Guarded by its owner's mutex, which is held in every call.
class Turns {
 public:
  using Clock = std::chrono::steady_clock;

  /// So long nobody begins beside a group that is under way.
  static constexpr std::chrono::milliseconds k_patience{10};

  /// Returns when it is the calling thread's turn, or after `stop`. `has_work`: whether anybody
  /// waits in the queue.
  void wait(std::unique_lock<std::mutex>& lock, const std::function<bool()>& has_work);

  /// To be called for whoever waits in the queue.
  void arrived();

  /// Ends the turn of a thread whose `wait` returned.
  void ended() { --m_groups; }

  /// From now on every turn begins at once.
  void stop();

 private:
  std::condition_variable m_idle;
  std::condition_variable m_watch;
  bool m_is_watched = false;  ///< a thread waits for the group under way to have lasted
  bool m_is_stopped = false;
  std::size_t m_groups = 0;  ///< under way
  Clock::time_point m_last_began;
};

}  // namespace lotkeeper::service
