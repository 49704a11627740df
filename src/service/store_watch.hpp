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
  /// With less room than this on the database's disk the server is not ready.
  std::uint64_t min_free_bytes = std::uint64_t{64} * 1024 * 1024;
};

/// Tells whether writes can be stored, before anyone loses one. A thread of its own, which waits
/// for nobody:
///
/// - commits something small each second, so that a store that failed is known to work again;
/// - looks four times a second whether the database's file is still the one that was opened, and
///   has all writes refused where it is not;
/// - warns where the disk fills up and where the system's clock jumps.
///
/// Must be stopped before the committer is.
class StoreWatch {
 public:
  StoreWatch(database::Database& database, GroupCommitter& committer, const base::Clock& clock,
             StoreWatchOptions options);
  StoreWatch(const StoreWatch&) = delete;
  StoreWatch& operator=(const StoreWatch&) = delete;
  ~StoreWatch();

  /// One sentence for whoever asks `/readyz`; empty where the server is ready. From any thread, at
  /// once.
  [[nodiscard]] std::string why_not_ready() const;

  /// Room on the database's disk, where it is known.
  [[nodiscard]] std::optional<std::uint64_t> free_bytes() const;

  /// Looks at everything now, the small commit too, and returns when that is answered.
  void look_now();

  /// Returns when the last small commit is answered.
  void stop();

 private:
  using Timer = std::chrono::steady_clock;
  class Probe;

  void run();
  void look_at_storage();
  void look_at_clock();
  /// False where the last probe is not answered yet.
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
  std::optional<Timer::time_point> m_probe_sent;  ///< while it is not answered
  std::string m_probe_failure;                    ///< what the last one was refused with
  std::uint64_t m_forgiven_failures = 0;          ///< the committer's, up to the last good probe
  bool m_is_gone = false;
  std::optional<std::uint64_t> m_free_bytes;
  bool m_was_low = false;

  // The thread's own.
  base::Instant m_clock_before{};
  Timer::time_point m_timer_before{};

  std::thread m_thread;
};

}  // namespace lotkeeper::service
