#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "database/database.hpp"
#include "service/commit/command.hpp"

namespace lotkeeper::service {

class SingleRoundTripInsert;

/// Figures of the committer, for metrics.
struct CommitterFigures {
  std::atomic<std::uint64_t> batches{0};
  std::atomic<std::uint64_t> commands{0};
  std::atomic<std::uint64_t> refused_full{0};
  std::atomic<std::uint64_t> failed_batches{0};
  /// Failed batches where the store itself failed, not one caller's request.
  std::atomic<std::uint64_t> store_failures{0};
  std::atomic<std::uint64_t> commit_microseconds{0};
  std::atomic<std::uint64_t> sync_microseconds{0};
  std::atomic<std::uint64_t> upkeep_microseconds{0};
  std::atomic<std::size_t> queued{0};
};

/// Adds `time` to a figure in microseconds.
void add_time(std::atomic<std::uint64_t>& total, std::chrono::steady_clock::duration time);

/// Why nothing is stored after `refuse_writes`.
inline constexpr const char* k_storage_is_gone =
    "The server cannot store anything now; its operator has been told. Try again later.";

/// 9103: the same request may be sent again in a second.
[[nodiscard]] domain::Refusal refuse_busy(std::string detail);

/// Commits one batch in one transaction and always sets the outcome of each command:
///
/// - After a conflict with another transaction, runs the batch again.
/// - If the batch fails, runs it command by command.
/// - If the database is unreachable, refuses all commands (9103).
/// - If the answer to a commit was lost, reports an unknown outcome (9105), unless the database
///   shows what happened.
class BatchCommitter {
 public:
  /// `replicas`: for each writer of the database, the counter row that it adds to. If empty, all
  /// use row 0. `on_fatal` is called once if the disk refuses to sync.
  BatchCommitter(database::Database& database, const base::Clock& clock,
                 std::vector<std::int64_t> replicas, CommitterFigures& figures,
                 std::function<void(const std::string& reason)> on_fatal);
  BatchCommitter(const BatchCommitter&) = delete;
  BatchCommitter& operator=(const BatchCommitter&) = delete;
  ~BatchCommitter() = default;

  /// Commits on one of the database's writers. Each writer has one thread. On SQLite a success is
  /// durable only after the writer's `sync`. Never throws for failures of the database.
  void commit(std::span<Command* const> commands, std::size_t writer);

  /// The sync of committed data failed. It is unknown whether `commands` were stored, and nothing
  /// is committed any more.
  void fail_for_good(std::span<Command* const> commands, const std::string& reason);
  [[nodiscard]] bool is_broken() const { return m_broken; }

  /// From now on refuses everything (9103), because written data would be lost.
  void refuse_writes() { m_refuses = true; }
  [[nodiscard]] bool refuses_writes() const { return m_refuses; }

  /// How many writers are waiting to learn the outcome of a commit.
  [[nodiscard]] std::size_t resolving() const { return m_resolving; }
  /// Makes them stop waiting.
  void give_up_resolving() { m_giving_up = true; }

 private:
  /// Whether an earlier commit of the same commands may have succeeded.
  enum class Attempt { first, commit_unknown };

  void commit(std::span<Command* const> commands, std::size_t writer, Attempt attempt);
  void apply_and_commit(std::span<Command* const> commands, std::size_t writer, Attempt attempt);
  /// Finishes what the commit of `pushes` left open, in separate transactions.
  void resolve_conflicts(SingleRoundTripInsert& pushes, std::size_t writer);
  void resolve(std::span<Command* const> commands, std::size_t writer);
  void commit_one_by_one(std::span<Command* const> commands, std::size_t writer);

  database::Database& m_database;
  const base::Clock& m_clock;
  const std::vector<std::int64_t> m_replicas;
  CommitterFigures& m_figures;
  const std::function<void(const std::string&)> m_on_fatal;
  std::vector<ZoneNames> m_zone_names;  ///< one per writer, as are these
  std::vector<ClientTimeZones> m_time_zones;
  /// Databases that only speak PostgreSQL's protocol may not support arrays, or a WITH that writes.
  std::atomic<bool> m_takes_arrays{true};
  std::atomic<bool> m_broken{false};
  std::atomic<bool> m_refuses{false};
  std::mutex m_turn;          ///< held while waiting to run alone, so that nobody overtakes
  std::shared_mutex m_alone;  ///< shared by the writers; exclusive to run alone
  std::atomic<std::size_t> m_resolving{0};
  std::atomic<bool> m_giving_up{false};
};

}  // namespace lotkeeper::service
