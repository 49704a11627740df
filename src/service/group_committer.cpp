#include "service/group_committer.hpp"

#include <algorithm>
#include <exception>
#include <future>
#include <map>
#include <utility>

#include <spdlog/spdlog.h>
#include <boost/asio/post.hpp>

#include "base/thread.hpp"
#include "domain/time.hpp"
#include "store/tenancy.hpp"

namespace lotkeeper::service {
namespace {

using domain::ErrorCode;

// So long without a write says that upkeep would be in nobody's way.
constexpr std::chrono::milliseconds k_idle_after{50};

domain::Refusal busy(std::string detail) {
  domain::Refusal refusal = domain::refuse(ErrorCode::busy, {}, std::move(detail));
  refusal.retry_after_seconds = 1;
  return refusal;
}

domain::Refusal outcome_unknown() {
  return domain::refuse(ErrorCode::outcome_unknown, {},
                        "The disk refused to sync; the same request may be sent again, and what "
                        "stands is then named.");
}

void refuse_all(std::span<Command* const> commands, const domain::Refusal& refusal) {
  for (Command* command : commands) {
    command->replayed_reply.reset();
    command->outcome = tl::unexpected(refusal);
  }
}

/// Answers those whose key was answered before; returns the others.
std::vector<Command*> replay_known_keys(WriteBatch& batch, std::span<Command* const> commands) {
  std::vector<Command*> keyed;
  std::vector<Command*> fresh;
  std::vector<const store::IdempotencyKey*> keys;
  for (Command* command : commands) {
    command->replayed_reply.reset();
    if (!command->key) {
      fresh.push_back(command);
      continue;
    }
    keyed.push_back(command);
    keys.push_back(&*command->key);
  }
  if (keyed.empty()) return fresh;

  const auto known = store::find_replies(batch.connection, keys, batch.now);
  for (std::size_t i = 0; i < keyed.size(); ++i) {
    if (!known[i]) {
      fresh.push_back(keyed[i]);
    } else if (known[i]->same_body) {
      keyed[i]->outcome = Receipt{};
      keyed[i]->replayed_reply = known[i]->reply;
    } else {
      keyed[i]->outcome = domain::refused(
          ErrorCode::record_exists, "Idempotency-Key",
          "This key came with another body before; send a new key with a new request.");
    }
  }
  return fresh;
}

void apply_by_kind(WriteBatch& batch, std::vector<Command*>& commands) {
  // Stable, so that commands of a kind keep the order in which they came.
  std::ranges::stable_sort(commands, std::ranges::less{}, [](const Command* command) {
    return reinterpret_cast<std::uintptr_t>(command->apply());
  });
  for (auto first = commands.begin(); first != commands.end();) {
    const auto last = std::find_if(first, commands.end(), [&](const Command* command) {
      return command->apply() != (*first)->apply();
    });
    (*first)->apply()(batch, std::span(first, last));
    first = last;
  }
}

void write_counts(WriteBatch& batch) {
  std::vector<store::CountChange> changes;
  for (const auto& [row, by] : batch.counts) {
    const auto& [client, zone_name, type] = row;
    if (by != 0) changes.push_back({client, zone_name, type, by});
  }
  if (!changes.empty()) store::change_counts(batch.connection, changes, batch.replica);
}

void write_income(WriteBatch& batch) {
  std::map<store::ClientId, domain::TimeZone> zones;
  std::map<std::pair<store::Income, std::string>, std::pair<std::int64_t, std::int64_t>> by_day;
  for (const auto& [key, sum] : batch.earned) {
    const auto& [income, slot] = key;
    auto zone = zones.find(income.client);
    if (zone == zones.end()) {
      const auto client = store::find_client(batch.connection, income.client);
      auto found = client ? domain::TimeZone::find(client->time_zone) : std::nullopt;
      zone = zones.emplace(income.client, found.value_or(domain::TimeZone::utc())).first;
    }
    const auto start = base::from_epoch_ms(slot * WriteBatch::k_slot);
    auto& day = by_day[{income, zone->second.date_at(start)}];
    day.first += sum.first;
    day.second += sum.second;
  }
  std::vector<store::IncomeChange> changes;
  for (const auto& [key, sum] : by_day) {
    if (sum.first == 0 && sum.second == 0) continue;
    changes.push_back({&key.first, key.second, sum.first, sum.second});
  }
  if (!changes.empty()) store::change_income(batch.connection, changes, batch.replica);
}

void keep_keyed_replies(WriteBatch& batch, std::span<Command* const> applied) {
  std::vector<std::string> texts;
  std::vector<store::NewReply> replies;
  texts.reserve(applied.size());
  for (Command* command : applied) {
    if (!command->key || !command->outcome) continue;
    texts.push_back(command->encode(*command->outcome));
    replies.push_back({&*command->key, texts.back()});
  }
  if (!replies.empty()) store::keep_replies(batch.connection, replies, batch.now);
}

void add_time(std::atomic<std::uint64_t>& total, std::chrono::steady_clock::duration time) {
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(time).count();
  total.fetch_add(static_cast<std::uint64_t>(microseconds), std::memory_order_relaxed);
}

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
      m_options(options),
      m_on_fatal(std::move(on_fatal)),
      m_thread([this] { run(); }),
      m_sync_thread([this] { run_syncs(); }) {}

GroupCommitter::~GroupCommitter() { stop(); }

void GroupCommitter::stop() {
  {
    const std::scoped_lock lock(m_mutex);
    m_stopping = true;
  }
  m_work.notify_one();
  if (m_thread.joinable()) m_thread.join();
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
  if (m_broken) {
    return "The server's disk failed and nothing is stored; send the same request again later.";
  }
  if (m_queue.size() >= m_options.queue_limit) {
    return "The server is busy and stored nothing; send the same request again shortly.";
  }
  m_queue.push_back(std::move(waiter));
  m_figures.queued.store(m_queue.size(), std::memory_order_relaxed);
  return nullptr;
}

void GroupCommitter::submit(std::unique_ptr<Waiter> waiter) {
  const char* refusal = enqueue(waiter);
  if (refusal == nullptr) {
    m_work.notify_one();
    return;
  }
  m_figures.refused_full.fetch_add(1, std::memory_order_relaxed);
  waiter->command->outcome = tl::unexpected(busy(refusal));
  Waiters refused;
  refused.push_back(std::move(waiter));
  answer(std::move(refused));
}

void GroupCommitter::commit_and_wait(Command& command) {
  class ThreadWaiter final : public Waiter {
   public:
    ThreadWaiter(Command& waited_for, std::promise<void>& waiting)
        : Waiter(waited_for), m_done(waiting) {}
    void resume() override { m_done.set_value(); }

   private:
    std::promise<void>& m_done;
  };
  std::promise<void> done;
  submit(std::make_unique<ThreadWaiter>(command, done));
  done.get_future().wait();
}

void GroupCommitter::gather(std::unique_lock<std::mutex>& lock) {
  // Those who were just answered, before the sync that is under way began, are likely to come
  // again, and one sync would serve them too: without a moment's patience callers fall into two
  // groups that each pay for their own. Where the last batch was shared by nobody, nobody is waited
  // for.
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
  // What the next sync will cover is one batch: more would only be more, smaller ones.
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
  if (m_stopping) m_upkeep_left = false;  // the connection does what is left as it closes
  gather(lock);

  Waiters batch;
  std::deque<std::unique_ptr<Waiter>> later;
  std::vector<const Command*> particular;  // of the batch: with a subject or a key
  while (!m_queue.empty() && batch.size() < m_options.group_size) {
    std::unique_ptr<Waiter> waiter = std::move(m_queue.front());
    m_queue.pop_front();
    const Command& command = *waiter->command;
    const bool is_particular = command.key || command.subject();
    if (is_particular && !std::ranges::all_of(particular, [&](const Command* taken) {
          return may_share(command, *taken);
        })) {
      later.push_back(std::move(waiter));
      continue;
    }
    if (is_particular) particular.push_back(&command);
    batch.push_back(std::move(waiter));
  }
  while (!later.empty()) {
    m_queue.push_front(std::move(later.back()));
    later.pop_back();
  }
  m_figures.queued.store(m_queue.size(), std::memory_order_relaxed);
  return batch;
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

    std::vector<Command*> commands;
    commands.reserve(batch.size());
    for (const auto& waiter : batch) commands.push_back(waiter->command);
    commit_batch(commands);
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
  if (m_broken) return;
  const auto began = std::chrono::steady_clock::now();
  try {
    m_upkeep_left = m_database.writer().tidy(idle);
  } catch (const database::OutcomeUnknown& error) {
    fail_for_good(error.what());
  } catch (const std::exception& error) {
    spdlog::error("upkeep failed: {}", error.what());
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
      std::vector<Command*> commands;
      for (const auto& waiter : batch) commands.push_back(waiter->command);
      refuse_all(commands, outcome_unknown());
      fail_for_good(error.what());
    }
    add_time(m_figures.sync_microseconds, std::chrono::steady_clock::now() - began);
    {
      const std::scoped_lock lock(m_mutex);
      m_syncing = 0;
    }
    m_sync_begun.notify_one();
    answer(std::move(batch));
  }
}

void GroupCommitter::commit_batch(std::span<Command* const> commands) {
  if (m_broken) {
    refuse_all(commands, busy("The server's disk failed and nothing is stored."));
    return;
  }
  const auto began = std::chrono::steady_clock::now();
  try {
    database::Connection& connection = m_database.writer();
    database::Transaction transaction(connection);
    WriteBatch batch{connection, m_clock.now()};
    std::vector<Command*> fresh = replay_known_keys(batch, commands);
    apply_by_kind(batch, fresh);
    write_counts(batch);
    write_income(batch);
    keep_keyed_replies(batch, fresh);
    transaction.commit_unsynced();
  } catch (const database::OutcomeUnknown& error) {
    refuse_all(commands, outcome_unknown());
    fail_for_good(error.what());
    return;
  } catch (const database::DatabaseUnavailable& error) {
    m_figures.failed_batches.fetch_add(1, std::memory_order_relaxed);
    spdlog::error("the database is unavailable: {}", error.what());
    refuse_all(commands, busy("The database is unavailable; nothing was stored."));
    return;
  } catch (const std::exception& error) {
    m_figures.failed_batches.fetch_add(1, std::memory_order_relaxed);
    spdlog::error("a batch of {} failed: {}", commands.size(), error.what());
    commit_one_by_one(commands);
    return;
  }
  m_figures.batches.fetch_add(1, std::memory_order_relaxed);
  std::size_t writes = 0;
  for (const Command* command : commands) writes += command->weight();
  m_figures.commands.fetch_add(writes, std::memory_order_relaxed);
  add_time(m_figures.commit_microseconds, std::chrono::steady_clock::now() - began);
}

void GroupCommitter::commit_one_by_one(std::span<Command* const> commands) {
  if (commands.size() == 1) {
    refuse_all(commands, domain::refuse(ErrorCode::internal_error, {},
                                        "The server could not do this; its log says why."));
    return;
  }
  for (std::size_t i = 0; i < commands.size(); ++i) commit_batch(commands.subspan(i, 1));
}

void GroupCommitter::answer(Waiters waiters) {
  // One post for each event loop, not for each caller: a wake-up costs more than an answer.
  while (!waiters.empty()) {
    const boost::asio::any_io_executor executor = waiters.front()->executor();
    const auto others =
        std::stable_partition(waiters.begin(), waiters.end(),
                              [&](const auto& waiter) { return waiter->executor() == executor; });
    auto group = std::make_shared<Waiters>(std::make_move_iterator(waiters.begin()),
                                           std::make_move_iterator(others));
    waiters.erase(waiters.begin(), others);
    const auto resume = [group] {
      for (const auto& waiter : *group) waiter->resume();
    };
    if (executor) {
      boost::asio::post(executor, resume);
    } else {
      resume();
    }
  }
}

void GroupCommitter::fail_for_good(const std::string& reason) {
  {
    const std::scoped_lock lock(m_mutex);
    if (m_broken) return;
    m_broken = true;
  }
  spdlog::critical("the disk failed, the server stops: {}", reason);
  if (m_on_fatal) m_on_fatal(reason);
}

}  // namespace lotkeeper::service
