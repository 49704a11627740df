#include "service/commit/group_committer.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "base/log.hpp"
#include "base/thread.hpp"

namespace lotkeeper::service {
namespace {

// After this long without a write, upkeep disturbs nobody.
constexpr std::chrono::milliseconds k_idle_after{50};

constexpr const char* k_busy =
    "The server is busy and stored nothing; send the same request again shortly.";

bool may_share(const Command& waiting, const Command& taken) {
  const auto subject = waiting.subject();
  if (subject && subject == taken.subject()) return false;
  return !(waiting.key && taken.key && waiting.key->names_same(*taken.key));
}

}  // namespace

GroupCommitter::GroupCommitter(database::Database& database, const base::Clock& clock,
                               CommitterOptions options,
                               std::function<void(const std::string&)> on_fatal)
    : m_database(database),
      m_clock(clock),
      m_options(std::move(options)),
      m_batches(database, clock, m_options.replicas, m_figures, std::move(on_fatal)) {
  if (!m_database.is_shared()) {
    m_threads.emplace_back([this] { run(); });
    m_sync_thread = std::thread([this] { run_syncs(); });
    return;
  }
  for (std::size_t writer = 0; writer < m_database.writers(); ++writer) {
    m_threads.emplace_back([this, writer] { run_beside_others(writer); });
  }
}

GroupCommitter::~GroupCommitter() { stop(); }

void GroupCommitter::stop() {
  m_batches.give_up_resolving();
  {
    const std::scoped_lock lock(m_mutex);
    m_stopping = true;
    m_turns.stop();
  }
  m_work.notify_all();
  for (std::thread& thread : m_threads) {
    if (thread.joinable()) thread.join();
  }
  {
    const std::scoped_lock lock(m_mutex);
    m_all_committed = true;
  }
  m_committed.notify_one();
  if (m_sync_thread.joinable()) m_sync_thread.join();
}

const char* GroupCommitter::enqueue(std::unique_ptr<Waiter>& waiter) {
  const std::scoped_lock lock(m_mutex);
  if (m_stopping) {
    return "The server is stopping and stored nothing; send the same request again shortly.";
  }
  if (m_batches.is_broken()) {
    return "The server's disk failed and nothing is stored; send the same request again later.";
  }
  if (m_batches.refuses_writes()) return k_storage_is_gone;
  // All writers are waiting for a database that went away. A new request would only wait with them.
  if (m_database.is_shared() && m_batches.resolving() == m_database.writers()) {
    return "The database is unavailable; nothing was stored. Send the same request again shortly.";
  }
  const Party party = waiter->work->party;
  std::unique_ptr<Waiter> refused;
  if (m_queue.size() >= m_options.queue_limit && party != Party{}) {
    refused = m_queue.make_room_for(party);
    if (!refused) return k_busy;
  }
  m_queue.push(party, std::move(waiter));
  waiter = std::move(refused);
  m_figures.queued.store(m_queue.size(), std::memory_order_relaxed);
  if (m_database.is_shared()) m_turns.arrived(m_queue.size());
  return waiter ? k_busy : nullptr;
}

void GroupCommitter::submit(std::unique_ptr<Waiter> waiter) {
  const char* refusal = enqueue(waiter);
  if (!m_database.is_shared()) m_work.notify_one();
  if (refusal == nullptr) return;
  m_figures.refused_full.fetch_add(1, std::memory_order_relaxed);
  waiter->work->outcome = tl::unexpected(refuse_busy(refusal));
  Waiters refused;
  refused.push_back(std::move(waiter));
  resume_all(std::move(refused));
}

void GroupCommitter::commit_and_wait(Command& command) {
  block_for(command, [this](std::unique_ptr<Waiter> waiter) { submit(std::move(waiter)); });
}

void GroupCommitter::commit_then(Command& command, std::function<void()> done) {
  class CallbackWaiter final : public Waiter {
   public:
    CallbackWaiter(Command& waited_for, std::function<void()> callback)
        : Waiter(waited_for), m_callback(std::move(callback)) {}
    void resume() override { m_callback(); }

   private:
    std::function<void()> m_callback;
  };
  submit(std::make_unique<CallbackWaiter>(command, std::move(done)));
}

void GroupCommitter::wait_for_stragglers(std::unique_lock<std::mutex>& lock) {
  // Callers that were answered just before the current sync began are likely to come again. One
  // sync can then serve them too. Without a short wait, callers split into two groups, and each
  // pays for its own syncs. If the last batch had only one command, do not wait.
  if (m_last_batch_size < 2) return;
  const std::size_t all = std::min(m_options.group_size, m_queue.size() + m_last_batch_size);
  const auto patience = m_database.writer().sync_time() / 4;
  const auto until = m_last_sync_began + patience;
  while (m_queue.size() < all && !m_stopping && std::chrono::steady_clock::now() < until) {
    lock.unlock();
    std::this_thread::sleep_for(patience / 4);
    lock.lock();
  }
}

GroupCommitter::Waiters GroupCommitter::take_batch() {
  std::unique_lock lock(m_mutex);
  // The next sync covers one batch. Taking more would only make more and smaller batches.
  m_sync_begun.wait(lock, [this] {
    const bool may_overlap = m_options.group_size > 1 || m_syncing == 0;
    return m_unsynced.empty() && may_overlap;
  });
  const auto has_work = [this] { return m_stopping || !m_queue.empty(); };
  if (!m_upkeep_left) {
    m_work.wait(lock, has_work);
  } else if (!m_work.wait_for(lock, k_idle_after, has_work)) {
    return {};
  }
  if (m_stopping) m_upkeep_left = false;  // the connection finishes upkeep as it closes
  wait_for_stragglers(lock);
  return take_queued();
}

bool GroupCommitter::are_alike(const Command& one, const Command& other) const {
  // With several writers, each takes commands of one kind: a batch of new pushes only takes one
  // round trip.
  if (!m_database.is_shared()) return true;
  return one.apply() == other.apply() && one.key.has_value() == other.key.has_value();
}

GroupCommitter::Waiters GroupCommitter::take_queued() {
  const Command* first = nullptr;
  std::vector<const Command*> particular;  // commands of the batch with a subject or a key
  Waiters batch = m_queue.take(batch_limit(), [&](const Command& command) {
    if (first != nullptr && !are_alike(command, *first)) return false;
    if (command.key || command.subject()) {
      if (!std::ranges::all_of(particular,
                               [&](const Command* taken) { return may_share(command, *taken); })) {
        return false;
      }
      particular.push_back(&command);
    }
    if (first == nullptr) first = &command;
    return true;
  });
  m_figures.queued.store(m_queue.size(), std::memory_order_relaxed);
  return batch;
}

std::size_t GroupCommitter::batch_limit() const {
  if (m_database.is_shared() || !m_queue.is_shared()) return m_options.group_size;
  // A caller that sends little waits for two batches, so a batch should not take longer than a
  // sync. On a disk that syncs in a millisecond, the median wait of such a caller during a flood is
  // 2.7 ms with batches of 32 and 4.7 ms with batches of 64. A push takes about 30 us.
  constexpr std::size_t k_least = 32;
  constexpr std::chrono::microseconds k_for_each{60};
  const auto fitting = m_database.writer().sync_time() / k_for_each;
  return std::min(m_options.group_size, std::max(k_least, static_cast<std::size_t>(fitting)));
}

void GroupCommitter::run_beside_others(std::size_t writer) {
  base::begin_prompt_thread("committer");
  for (;;) {
    Waiters batch;
    TurnQueue::Turn turn;
    {
      std::unique_lock lock(m_mutex);
      turn = m_turns.wait(lock, [this] { return m_queue.size(); });
      batch = take_queued();
      // Commands that cannot share this batch are still in the queue.
      if (!m_queue.empty()) m_turns.arrived(m_queue.size());
    }
    if (batch.empty()) return;

    m_batches.commit(work_of(batch), writer);
    resume_all(std::move(batch));
    const std::scoped_lock lock(m_mutex);
    m_turns.ended(turn);
  }
}

void GroupCommitter::run() {
  base::begin_prompt_thread("committer");
  for (;;) {
    Waiters batch = take_batch();
    if (batch.empty()) {
      if (!m_upkeep_left) return;
      keep_up(true);
      continue;
    }

    m_batches.commit(work_of(batch), 0);
    m_last_batch_size = batch.size();
    {
      const std::scoped_lock lock(m_mutex);
      m_unsynced = std::move(batch);
    }
    m_committed.notify_one();

    keep_up(false);
  }
}

void GroupCommitter::keep_up(bool idle) {
  m_upkeep_left = false;
  if (m_batches.is_broken()) return;
  const auto began = std::chrono::steady_clock::now();
  try {
    m_upkeep_left = m_database.writer().checkpoint(idle);
  } catch (const database::OutcomeUnknown& error) {
    m_batches.fail_for_good({}, error.what());
  } catch (const std::exception& error) {
    base::log_seldom(spdlog::level::err, fmt::format("upkeep failed: {}", error.what()));
  }
  add_time(m_figures.upkeep_microseconds, std::chrono::steady_clock::now() - began);
}

void GroupCommitter::run_syncs() {
  base::begin_prompt_thread("syncer");
  for (;;) {
    Waiters batch;
    {
      std::unique_lock lock(m_mutex);
      m_committed.wait(lock, [this] { return m_all_committed || !m_unsynced.empty(); });
      if (m_unsynced.empty()) return;
      batch = std::exchange(m_unsynced, {});
      m_syncing = batch.size();
      m_last_sync_began = std::chrono::steady_clock::now();
    }
    m_sync_begun.notify_one();

    const auto began = std::chrono::steady_clock::now();
    try {
      m_database.writer().sync();
    } catch (const database::OutcomeUnknown& error) {
      m_batches.fail_for_good(work_of(batch), error.what());
    }
    add_time(m_figures.sync_microseconds, std::chrono::steady_clock::now() - began);
    {
      const std::scoped_lock lock(m_mutex);
      m_syncing = 0;
    }
    m_sync_begun.notify_one();
    resume_all(std::move(batch));
  }
}

}  // namespace lotkeeper::service
