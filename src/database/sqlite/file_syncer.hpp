#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace lotkeeper::database {

/// Brings what was written to a file to the disk, on a thread of its own, while others are synced
/// to the same disk: it hands over little at a time and pauses as long in between. All at once,
/// some thousands of scattered pages occupy a disk for 100 ms, and every sync beside it waits 10 to
/// 20 ms.
///
/// Outlives every SQLite connection to the file: closing any descriptor of a file gives up the
/// locks that the process holds on it.
class FileSyncer {
 public:
  enum class State { idle, syncing, done, failed };

  explicit FileSyncer(const std::string& path);
  FileSyncer(const FileSyncer&) = delete;
  FileSyncer& operator=(const FileSyncer&) = delete;
  ~FileSyncer();

  /// Begins a sync of all that was written before the call.
  void ask();

  /// Where it stands; `done` is told once and then `idle`. After `failed` nobody knows what of the
  /// file is on disk.
  [[nodiscard]] State poll();

  /// Whether it is to be done soon rather than gently: without pauses, whatever it costs others.
  void hurry(bool is_urgent) { m_is_urgent.store(is_urgent, std::memory_order_relaxed); }

  /// Waits while it is syncing.
  void wait();

 private:
  void run();
  /// False where the disk refused.
  [[nodiscard]] bool sync();
  [[nodiscard]] bool hand_over_in_slices();

  int m_descriptor;
  std::mutex m_mutex;
  std::condition_variable m_asked;
  std::condition_variable m_ended;
  std::atomic<bool> m_is_urgent{false};
  State m_state = State::idle;
  bool m_ending = false;
  std::thread m_thread;
};

}  // namespace lotkeeper::database
