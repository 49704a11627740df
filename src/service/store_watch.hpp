#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.hpp"
#include "database/database.hpp"
#include "service/commit/group_committer.hpp"

namespace lotkeeper::service {

struct StoreWatchOptions {
  /// The server is not ready if the database's disk has less free space than this.
  std::uint64_t min_free_bytes = std::uint64_t{64} * 1024 * 1024;
};

/// Detects when writes cannot be stored, before a caller loses one. Runs on its own thread, which
/// never blocks on others:
///
/// - commits something small each second, so that a recovered store is noticed
/// - checks four times a second whether the database file is still the one that was opened, and
///   refuses all writes if it is not
/// - warns if the disk fills up or the system's clock jumps
///
/// Must be stopped before the committer.
class StoreWatch {
 public:
  StoreWatch(database::Database& database, GroupCommitter& committer, const base::Clock& clock,
             StoreWatchOptions options);
  StoreWatch(const StoreWatch&) = delete;
  StoreWatch& operator=(const StoreWatch&) = delete;
  ~StoreWatch();

  /// One sentence for `/readyz`, empty if the server is ready. Thread-safe, returns immediately.
  [[nodiscard]] std::string why_not_ready() const;

  /// Free space on the database's disk, if known.
  [[nodiscard]] std::optional<std::uint64_t> free_bytes() const;

  /// Checks everything now, including the small commit, and returns when that is answered.
  void look_now();

  /// Returns when the last small commit is answered.
  void stop();

 private:
  using Timer = std::chrono::steady_clock;
  class Probe;

  void run();
  void look_at_storage();
  void look_at_clock();
  /// False if the last probe is not answered yet.
  bool send_probe();
  void probed(std::uint64_t failures_before);

  database::Database& m_database;
  GroupCommitter& m_committer;
  const base::Clock& m_clock;
  const StoreWatchOptions m_options;

  mutable std::mutex m_mutex;
  std::condition_variable m_wake;
  bool m_stopping = false;
  std::unique_ptr<Probe> m_probe;
  std::optional<Timer::time_point> m_probe_sent;  ///< set while it is not answered
  std::string m_probe_failure;                    ///< why the last one was refused
  std::uint64_t m_forgiven_failures = 0;          ///< the committer's count at the last good probe
  bool m_is_gone = false;
  std::optional<std::uint64_t> m_free_bytes;
  bool m_was_low = false;

  // Used only by the thread.
  base::Instant m_clock_before{};
  Timer::time_point m_timer_before{};

  std::thread m_thread;
};

}  // namespace lotkeeper::service
