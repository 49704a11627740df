#include "service/commit/batch_committer.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "base/log.hpp"
#include "database/retry.hpp"
#include "service/commit/apply.hpp"
#include "service/permits/permit_writes.hpp"
#include "store/writer.hpp"

namespace lotkeeper::service {
namespace {

using domain::ErrorCode;

constexpr int k_tries_beside_others = 3;

// A standby takes over within some seconds. A caller waits this long to learn the outcome of its
// write.
constexpr std::chrono::seconds k_longest_resolving{20};
constexpr std::chrono::milliseconds k_resolve_again_after{200};

domain::Refusal outcome_unknown() {
  return domain::refuse(ErrorCode::outcome_unknown, {},
                        "What became of this write could not be learned; the same request may be "
                        "sent again, and what stands is then named.");
}

/// A refused request does not reserve its idempotency key. The transaction must therefore be
/// serializable, so that it sees a concurrent request with the same key.
bool is_guarded(const Command* command) { return command->is_guarded() && !command->key; }

void refuse_all(std::span<Command* const> commands, const domain::Refusal& refusal) {
  for (Command* command : commands) {
    command->replayed_reply.reset();
    command->outcome = tl::unexpected(refusal);
  }
}

}  // namespace

void add_time(std::atomic<std::uint64_t>& total, std::chrono::steady_clock::duration time) {
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(time).count();
  total.fetch_add(static_cast<std::uint64_t>(microseconds), std::memory_order_relaxed);
}

domain::Refusal refuse_busy(std::string detail) {
  domain::Refusal refusal = domain::refuse(ErrorCode::busy, {}, std::move(detail));
  refusal.retry_after_seconds = 1;
  return refusal;
}

BatchCommitter::BatchCommitter(database::Database& database, const base::Clock& clock,
                               std::vector<std::int64_t> replicas, CommitterFigures& figures,
                               std::function<void(const std::string&)> on_fatal)
    : m_database(database),
      m_clock(clock),
      m_replicas(std::move(replicas)),
      m_figures(figures),
      m_on_fatal(std::move(on_fatal)),
      m_zone_names(database.writers()),
      m_time_zones(database.writers()) {}

void BatchCommitter::commit(std::span<Command* const> commands, std::size_t writer) {
  commit(commands, writer, Attempt::first);
}

void BatchCommitter::commit(std::span<Command* const> commands, std::size_t writer,
                            Attempt attempt) {
  if (m_broken) {
    refuse_all(commands, refuse_busy("The server's disk failed and nothing is stored."));
    return;
  }
  if (m_refuses) {
    refuse_all(commands, refuse_busy(k_storage_is_gone));
    return;
  }
  bool has_store_failed = true;
  try {
    apply_and_commit(commands, writer, attempt);
    return;
  } catch (const database::DiskFailed& error) {
    fail_for_good(commands, error.what());
  } catch (const database::OutcomeUnknown& error) {
    base::log_seldom(spdlog::level::err,
                     fmt::format("the outcome of a batch is unknown: {}", error.what()));
    // Count it before waiting for the outcome.
    m_figures.store_failures.fetch_add(1, std::memory_order_relaxed);
    resolve(commands, writer);
  } catch (const database::DatabaseUnavailable& error) {
    base::log_seldom(spdlog::level::err,
                     fmt::format("the database is unavailable: {}", error.what()));
    refuse_all(commands, refuse_busy("The database is unavailable; nothing was stored."));
  } catch (const std::exception& error) {
    base::log_seldom(spdlog::level::err, fmt::format("a batch failed: {}", error.what()),
                     fmt::format("{} writes", commands.size()));
    has_store_failed = dynamic_cast<const database::StoreBroken*>(&error) != nullptr;
    commit_one_by_one(commands, writer);
  }
  if (has_store_failed) m_figures.store_failures.fetch_add(1, std::memory_order_relaxed);
  m_figures.failed_batches.fetch_add(1, std::memory_order_relaxed);
}

void BatchCommitter::apply_and_commit(std::span<Command* const> commands, std::size_t writer,
                                      Attempt attempt) {
  const auto began = std::chrono::steady_clock::now();
  database::Connection& connection = m_database.writer_at(writer);
  ZoneNames& zone_names = m_zone_names.at(writer);
  const auto kind = std::ranges::all_of(commands, is_guarded)
                        ? database::Transaction::Kind::guarded
                        : database::Transaction::Kind::serializable;
  std::optional<SingleRoundTripInsert> pushes;
  int tries = 0;
  bool on_arrays = false;
  const auto transact = [&] {
    on_arrays = m_database.is_shared() && m_takes_arrays && attempt == Attempt::first;
    database::Transaction transaction(connection, kind);
    zone_names.rolled_back();
    WriteBatch batch{connection, m_clock.now(), m_replicas.empty() ? 0 : m_replicas.at(writer),
                     zone_names, m_time_zones.at(writer)};
    // A unique key that made this fail once would do so on every try.
    batch.on_arrays = on_arrays && ++tries == 1;
    pushes = on_arrays ? SingleRoundTripInsert::of(commands) : std::nullopt;
    if (pushes) {
      pushes->apply(batch);
    } else {
      if (attempt == Attempt::commit_unknown)
        store::touch_writer(connection, batch.replica, batch.now);
      apply_commands(batch, commands);
    }
    transaction.commit_unsynced();
    zone_names.committed(batch.now);
  };
  try {
    {
      const std::scoped_lock turn(m_turn);
    }
    const std::shared_lock beside_others(m_alone);
    try {
      database::run_despite_conflicts(transact, k_tries_beside_others);
    } catch (const database::NotSupported&) {
      if (!on_arrays) throw;
      m_takes_arrays = false;
      database::run_despite_conflicts(transact, k_tries_beside_others);
    }
  } catch (const database::Conflict&) {
    // In a small table every transaction conflicts with every other. This one then runs alone.
    const std::scoped_lock turn(m_turn);
    const std::scoped_lock alone(m_alone);
    database::run_despite_conflicts(transact);
  }
  m_figures.batches.fetch_add(1, std::memory_order_relaxed);
  std::size_t writes = 0;
  for (const Command* command : commands) writes += command->weight();
  m_figures.commands.fetch_add(writes, std::memory_order_relaxed);
  add_time(m_figures.commit_microseconds, std::chrono::steady_clock::now() - began);
  if (pushes) resolve_conflicts(*pushes, writer);
}

void BatchCommitter::resolve_conflicts(SingleRoundTripInsert& pushes, std::size_t writer) {
  std::vector<Command*> without_conflict;
  try {
    without_conflict = pushes.describe_conflicts(m_database.writer_at(writer));
  } catch (const std::exception& error) {
    // They are refused in any case. The reference only helps the caller, and is missing here.
    base::log_seldom(
        spdlog::level::warn,
        fmt::format("pushes were refused without the reference of the identical permit: {}",
                    error.what()));
  }
  // The conflicting permit was deleted in the meantime. Now run statement by statement, so that
  // whatever is found is final.
  if (!without_conflict.empty()) commit(without_conflict, writer, Attempt::commit_unknown);
}

void BatchCommitter::resolve(std::span<Command* const> commands, std::size_t writer) {
  refuse_all(commands, outcome_unknown());
  std::vector<Command*> finding;
  std::ranges::copy_if(commands, std::back_inserter(finding), &Command::finds_its_own);
  if (finding.empty() || !m_database.is_shared()) return;

  ++m_resolving;
  const auto until = std::chrono::steady_clock::now() + k_longest_resolving;
  while (!m_giving_up && std::chrono::steady_clock::now() < until) {
    try {
      // This transaction writes something itself. So its commit waits for the same things as the
      // unknown one, including a standby's confirmation. Whatever it finds is then as durable as
      // its own write.
      apply_and_commit(finding, writer, Attempt::commit_unknown);
      break;
    } catch (const std::exception& error) {
      base::log_seldom(spdlog::level::warn,
                       fmt::format("the outcome of a batch is still unknown: {}", error.what()));
      refuse_all(finding, outcome_unknown());
    }
    std::this_thread::sleep_for(k_resolve_again_after);
  }
  --m_resolving;
}

void BatchCommitter::commit_one_by_one(std::span<Command* const> commands, std::size_t writer) {
  if (commands.size() == 1) {
    refuse_all(commands, domain::refuse(ErrorCode::internal_error, {},
                                        "The server could not do this; its log says why."));
    return;
  }
  for (std::size_t i = 0; i < commands.size(); ++i) commit(commands.subspan(i, 1), writer);
}

void BatchCommitter::fail_for_good(std::span<Command* const> commands, const std::string& reason) {
  refuse_all(commands, outcome_unknown());
  if (m_broken.exchange(true)) return;
  spdlog::critical("the disk failed, the server stops: {}", reason);
  if (m_on_fatal) m_on_fatal(reason);
}

}  // namespace lotkeeper::service
