#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "database/value.hpp"

namespace lotkeeper::database {

/// The database could not do what was asked; nothing of the transaction in hand stands.
class DatabaseError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The database is away, locked by another, or full: the same request may succeed later.
class DatabaseUnavailable : public DatabaseError {
 public:
  using DatabaseError::DatabaseError;
};

/// The database works, but too many requests wait for it. `what` is a sentence for the caller.
class DatabaseBusy : public DatabaseUnavailable {
 public:
  using DatabaseUnavailable::DatabaseUnavailable;
};

/// The database could not do what it does for every request: its disk fails, its file is damaged,
/// its rights were taken away. Others' requests fail likewise.
class StoreBroken : public DatabaseError {
 public:
  using DatabaseError::DatabaseError;
};

/// Another transaction came in between, and nothing of this one stands: the whole of it may be run
/// again. PostgreSQL's serialization failures, deadlocks, and unique keys that another transaction
/// took meanwhile (which a serializable transaction may not see before it meets them).
class Conflict : public DatabaseError {
 public:
  using DatabaseError::DatabaseError;
};

/// The database speaks PostgreSQL's protocol, but not all of its SQL: what was asked has to be put
/// in other words.
class NotSupported : public DatabaseError {
 public:
  using DatabaseError::DatabaseError;
};

/// A commit was sent and what became of it is not known.
class OutcomeUnknown : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The disk refused an fsync: nothing may be written any more, as what the kernel holds is not what
/// is on disk.
class DiskFailed : public OutcomeUnknown {
 public:
  using OutcomeUnknown::OutcomeUnknown;
};

enum class Engine { sqlite, postgresql };

/// One statement, in the SQL that SQLite and PostgreSQL share, named for logs of slow queries. Made
/// once, as a constant: connections keep what they prepared by its address.
struct Statement {
  std::string_view name;
  std::string_view sql;
};

/// A statement with its parameters, and what becomes of its rows. The statement, and what the
/// parameters view, outlive the asking.
struct Question {
  const Statement* statement;
  Parameters parameters;
  std::function<void(const Row&)> on_row;
  /// PostgreSQL alone: each column of these as one array ($1, $2, …), before `parameters`. A column
  /// of NULLs alone is sent as NULL: unnest() beside other arrays makes rows of it.
  std::vector<Parameters> on_arrays = {};
};

/// A connection to the database, used by one thread at a time. Throws DatabaseError where a
/// statement fails; of these Conflict and DatabaseUnavailable may succeed when they are run again.
/// Where the database went away, the connection is made again at its next use.
class Connection {
 public:
  using OnRow = std::function<void(const Row&)>;
  using OnEachRow = std::function<void(std::size_t index, const Row&)>;

  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  virtual ~Connection() = default;

  /// For what the two do not share, which stays in this layer.
  [[nodiscard]] virtual Engine engine() const = 0;

  /// Runs `statement` once for each of `batch`, in order, in as few round trips as the engine
  /// allows. Rows come with the index of their parameters. Returns for each how many rows it wrote.
  /// Where one fails, those after it are not run; outside a transaction PostgreSQL then undoes
  /// those before it too.
  virtual std::vector<std::int64_t> run_many(const Statement& statement,
                                             std::span<const Parameters> batch,
                                             const OnEachRow& on_row) = 0;

  /// Questions that do not wait for one another's answers, in one round trip; answered in order.
  /// Throws NotSupported for one on arrays where the engine takes none.
  virtual void ask(std::span<const Question> questions) {
    for (const Question& question : questions) {
      if (!question.on_arrays.empty()) refuse_arrays(*question.statement);
      run(*question.statement, question.parameters, question.on_row);
    }
  }

  /// The same, where no transaction is open: all are answered as of one moment. Costs PostgreSQL no
  /// BEGIN and no COMMIT, a sixth of its time.
  virtual void ask_in_one_snapshot(std::span<const Question> questions);

  /// Within a transaction, for writes that give nothing back: they may wait for the next round
  /// trip, at the latest the commit's, where they then fail.
  virtual void enqueue(const Statement& statement, std::span<const Parameters> batch) {
    run_many(statement, batch);
  }

  /// PostgreSQL alone, as the last of a transaction: a question on arrays that waits for the commit
  /// and goes out with it; its rows are handed over once the transaction is durable, before
  /// `commit` returns. What `parameters` view lives until then.
  virtual void ask_with_commit(Question question) { refuse_arrays(*question.statement); }

  /// Costs no round trip of its own. A writer's transactions are serializable, a reader's see one
  /// moment.
  virtual void begin() = 0;
  /// For writes that say themselves, in their WHERE or by a unique key, what must not have changed,
  /// and look whether each was written: on PostgreSQL they then meet fewer others.
  virtual void begin_guarded() { begin(); }
  /// Returns when the transaction is durable. Throws OutcomeUnknown where it cannot tell.
  virtual void commit() = 0;
  /// Commits, for readers too; but what the disk has of it is certain only after `sync`. Of several
  /// commits that a power failure finds unsynced, the latest are lost first.
  virtual void commit_unsynced() { commit(); }
  /// Returns when all is durable that was committed before the call. From any thread. Throws
  /// OutcomeUnknown where the disk refuses.
  virtual void sync() {}
  virtual void rollback() noexcept = 0;

  /// Runs statements that take no parameters and give no rows: migrations.
  virtual void run_script(const std::string& sql) = 0;

  /// Upkeep (SQLite: moving the log into the file). Outside transactions only, and often: after
  /// each commit, so that whoever wants to write next waits little for it. `idle`: nobody waits.
  /// Returns whether there is more to do when nobody waits.
  virtual bool checkpoint(bool idle) = 0;

  /// How long the disk's sync has taken of late. From any thread.
  [[nodiscard]] virtual std::chrono::steady_clock::duration sync_time() const = 0;

  std::int64_t run(const Statement& statement, const Parameters& parameters,
                   const OnRow& on_row = {}) {
    const auto each = [&](std::size_t, const Row& row) {
      if (on_row) on_row(row);
    };
    return run_many(statement, std::span(&parameters, 1), each).front();
  }

  std::vector<std::int64_t> run_many(const Statement& statement,
                                     std::span<const Parameters> batch) {
    return run_many(statement, batch, [](std::size_t, const Row&) {});
  }

 private:
  [[noreturn]] static void refuse_arrays(const Statement& statement) {
    throw NotSupported(std::string(statement.name) + ": this engine takes no arrays");
  }
};

/// A transaction that is rolled back unless it was committed.
class Transaction {
 public:
  enum class Kind { serializable, guarded };

  explicit Transaction(Connection& connection, Kind kind = Kind::serializable)
      : m_connection(connection) {
    if (kind == Kind::guarded) {
      connection.begin_guarded();
    } else {
      connection.begin();
    }
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction() {
    if (m_open) m_connection.rollback();
  }

  void commit() {
    m_connection.commit();
    m_open = false;
  }

  /// Stands, but is not durable before the connection's `sync`.
  void commit_unsynced() {
    m_connection.commit_unsynced();
    m_open = false;
  }

 private:
  Connection& m_connection;
  bool m_open = true;
};

/// One moment's view of the data for several questions, and one set of locks for all of them.
class Snapshot {
 public:
  explicit Snapshot(Connection& connection) : m_connection(connection) { connection.begin(); }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  ~Snapshot() { m_connection.rollback(); }

 private:
  Connection& m_connection;
};

inline void Connection::ask_in_one_snapshot(std::span<const Question> questions) {
  const Snapshot one_moment(*this);
  ask(questions);
}

}  // namespace lotkeeper::database
