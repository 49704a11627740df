#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace lotkeeper::database {

/// Syncs a file to disk on its own thread while other files are synced to the same disk. It submits
/// a little at a time and pauses equally long in between. Syncing some thousands of scattered pages
/// all at once would occupy a disk for 100 ms, and every other sync would wait 10 to 20 ms.
///
/// Outlives every SQLite connection to the file: closing any descriptor of a file releases the
/// process's locks on it.
class FileSyncer {
 public:
  enum class State { idle, syncing, done, failed };

  explicit FileSyncer(const std::string& path);
  FileSyncer(const FileSyncer&) = delete;
  FileSyncer& operator=(const FileSyncer&) = delete;
  ~FileSyncer();

  /// Starts a sync of everything written before the call.
  void ask();

  /// The state of the sync. `done` is reported once, then `idle`. After `failed` it is unknown what
  /// part of the file is on disk.
  [[nodiscard]] State poll();

  /// Urgent: sync without pauses, even if other syncs become slower.
  void hurry(bool is_urgent) { m_is_urgent.store(is_urgent, std::memory_order_relaxed); }

  /// Waits while it is syncing.
  void wait();

 private:
  void run();
  /// False if the disk refused.
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
