#pragma once

#include <atomic>
#include <memory>

#include "database/database.hpp"

namespace lotkeeper::tests {

/// What happens to a database in use.
enum class Breakage {
  none,
  stopped,            ///< the committer takes nothing more
  away,               ///< DatabaseUnavailable, whatever is asked
  away_once,          ///< the same for one question, and none from then on
  failing,            ///< DatabaseError, whatever is asked
  sync_refused,       ///< OutcomeUnknown at the commit, and nothing was committed
  answer_lost,        ///< OutcomeUnknown at the commit, though all was committed
  answer_lost_once,   ///< the same, and none from then on
  takes_no_arrays,    ///< NotSupported where arrays are asked with, of a commit's at the commit
  late_sync_refused,  ///< OutcomeUnknown at the sync after the commit, which readers see already
};

/// The real database of a test, with its failures: what a disk or a network does cannot be had from
/// SQLite on demand.
class FaultyDatabase final : public database::Database {
 public:
  FaultyDatabase(database::Database& real, Breakage breakage);
  ~FaultyDatabase() override;

  /// From now on it fails so, or not at all.
  void set(Breakage breakage) { m_breakage = breakage; }

  /// Other processes may write to it too, as far as its users know.
  void share() { m_is_shared = true; }

  [[nodiscard]] database::Connection& writer() override;
  [[nodiscard]] bool is_shared() const override { return m_is_shared; }
  [[nodiscard]] bool is_away() const override { return m_breakage == Breakage::away; }
  [[nodiscard]] database::ReaderLease read() override;
  /// How often a connection for reading was lent.
  [[nodiscard]] std::size_t readings() const { return m_readings; }

 private:
  class FaultyConnection;
  class Borrowed;

  void give_back(std::unique_ptr<database::Connection> connection) noexcept override;

  database::Database& m_real;
  std::atomic<Breakage> m_breakage;
  std::atomic<std::size_t> m_readings{0};
  bool m_is_shared = false;
  std::unique_ptr<FaultyConnection> m_writer;
};

}  // namespace lotkeeper::tests
