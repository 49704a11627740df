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
  failing,            ///< DatabaseError, whatever is asked
  sync_refused,       ///< OutcomeUnknown at the commit, and nothing was committed
  answer_lost,        ///< OutcomeUnknown at the commit, though all was committed
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

  [[nodiscard]] database::Connection& writer() override;
  [[nodiscard]] database::Reading read() override;

 private:
  class FaultyConnection;
  class Borrowed;

  void give_back(std::unique_ptr<database::Connection> connection) noexcept override;

  database::Database& m_real;
  std::atomic<Breakage> m_breakage;
  std::unique_ptr<FaultyConnection> m_writer;
};

}  // namespace lotkeeper::tests
