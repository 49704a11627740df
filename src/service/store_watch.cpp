#include "service/store_watch.hpp"

#include <pthread.h>
#include <unistd.h>

#include <span>
#include <utility>

#include <spdlog/spdlog.h>

#include "domain/time.hpp"
#include "service/commit/command.hpp"
#include "store/writer.hpp"

namespace lotkeeper::service {
namespace {

constexpr std::chrono::milliseconds k_look_every{250};
constexpr int k_probe_every = 4;  // rounds, so once a second
// If a commit takes longer than this, nothing can be stored at present.
constexpr std::chrono::seconds k_longest_probe{3};
constexpr std::uint64_t k_low_bytes = std::uint64_t{1} << 30U;
// Ordinary clock corrections are smaller.
constexpr std::chrono::seconds k_clock_jump{5};

constexpr std::uint64_t to_mib(std::uint64_t bytes) { return bytes >> 20U; }

}  // namespace

/// The smallest write that shows whether other writes would be stored.
class StoreWatch::Probe final : public Command {
 public:
  Apply apply() const override {
    return [](WriteBatch& batch, std::span<Command* const> commands) {
      store::beat(batch.connection, batch.replica, batch.now);
      for (Command* command : commands) command->outcome = Receipt{};
    };
  }
  // It reads nothing.
  bool is_guarded() const override { return true; }
  std::size_t weight() const override { return 0; }
};

StoreWatch::StoreWatch(database::Database& database, GroupCommitter& committer,
                       const base::Clock& clock, StoreWatchOptions options)
    : m_database(database),
      m_committer(committer),
      m_clock(clock),
      m_options(options),
      m_probe(std::make_unique<Probe>()),
      m_clock_before(clock.now()),
      m_timer_before(Timer::now()) {
  look_at_storage();
  m_thread = std::thread([this] { run(); });
}

StoreWatch::~StoreWatch() { stop(); }

void StoreWatch::stop() {
  {
    const std::scoped_lock lock(m_mutex);
    m_stopping = true;
  }
  m_wake.notify_all();
  if (m_thread.joinable()) m_thread.join();
  std::unique_lock lock(m_mutex);
  m_wake.wait(lock, [this] { return !m_probe_sent; });
}

void StoreWatch::run() {
  ::pthread_setname_np(::pthread_self(), "store-watch");
  for (int round = 0;; ++round) {
    if (round % k_probe_every == 0) send_probe();
    {
      std::unique_lock lock(m_mutex);
      if (m_wake.wait_for(lock, k_look_every, [this] { return m_stopping; })) return;
    }
    look_at_storage();
    look_at_clock();
  }
}

void StoreWatch::look_now() {
  look_at_storage();
  std::unique_lock lock(m_mutex);
  m_wake.wait(lock, [this] { return !m_probe_sent; });
  lock.unlock();
  while (!send_probe()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  lock.lock();
  m_wake.wait(lock, [this] { return !m_probe_sent; });
}

bool StoreWatch::send_probe() {
  {
    const std::scoped_lock lock(m_mutex);
    if (m_probe_sent) return false;
    m_probe_sent = Timer::now();
  }
  const std::uint64_t failures = m_committer.figures().store_failures;
  m_committer.commit_then(*m_probe, [this, failures] { probed(failures); });
  return true;
}

void StoreWatch::probed(std::uint64_t failures_before) {
  const std::scoped_lock lock(m_mutex);
  if (m_probe->outcome) {
    m_forgiven_failures = failures_before;
    m_probe_failure.clear();
  } else {
    // An internal error has no detail for the caller. The log has its cause.
    const std::string& detail = m_probe->outcome.error().faults.front().detail;
    m_probe_failure = detail.empty() ? "an internal error" : detail;
  }
  m_probe_sent.reset();
  m_wake.notify_all();
}

std::string StoreWatch::why_not_ready() const {
  const std::scoped_lock lock(m_mutex);
  if (m_is_gone) return "the database's file was removed or replaced";
  if (m_free_bytes && *m_free_bytes < m_options.min_free_bytes) return "the disk is nearly full";
  const bool is_late = m_probe_sent && Timer::now() - *m_probe_sent > k_longest_probe;
  if (is_late) return "the store does not answer";
  const bool has_failed = m_committer.figures().store_failures != m_forgiven_failures;
  if (!m_probe_failure.empty() || has_failed) return "the last write could not be stored";
  return {};
}

std::optional<std::uint64_t> StoreWatch::free_bytes() const {
  const std::scoped_lock lock(m_mutex);
  return m_free_bytes;
}

void StoreWatch::look_at_storage() {
  const database::StorageState state = m_database.storage();
  const bool is_low = state.free_bytes && *state.free_bytes < k_low_bytes;
  bool was_gone = false;
  bool was_low = false;
  {
    const std::scoped_lock lock(m_mutex);
    m_free_bytes = state.free_bytes;
    was_low = std::exchange(m_was_low, is_low);
    was_gone = m_is_gone;
    m_is_gone = was_gone || !state.is_gone.empty();
  }
  if (is_low && !was_low) {
    spdlog::warn(
        "the database's disk has {} MiB left; make room before it is full: below {} MiB this "
        "server is not ready",
        to_mib(*state.free_bytes), to_mib(m_options.min_free_bytes));
  }
  if (state.is_gone.empty() || was_gone) return;
  m_committer.refuse_writes();
  spdlog::critical(
      "{} was removed or replaced while the server runs: nothing is stored any more. Stop the "
      "server, put the file back where it was (or a back-up of it), and start again. What the "
      "server had open can be copied from /proc/{}/fd until it is stopped",
      state.is_gone, ::getpid());
}

void StoreWatch::look_at_clock() {
  const base::Instant now = m_clock.now();
  const Timer::time_point timer = Timer::now();
  const auto jumped = (now - m_clock_before) -
                      std::chrono::duration_cast<std::chrono::milliseconds>(timer - m_timer_before);
  m_clock_before = now;
  m_timer_before = timer;
  if (std::chrono::abs(jumped) < k_clock_jump) return;
  spdlog::warn(
      "this machine's clock jumped {} by {} s and now says {}. Permits are judged by it: if that "
      "is wrong, set it right and see that a time service (chrony, systemd-timesyncd) keeps it",
      jumped.count() > 0 ? "ahead" : "back",
      std::chrono::abs(std::chrono::duration_cast<std::chrono::seconds>(jumped)).count(),
      domain::format_utc(now));
}

}  // namespace lotkeeper::service
