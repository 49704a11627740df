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

/// The database failed to do what was asked. Nothing of the current transaction was stored.
class DatabaseError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The database is unreachable, locked by another process, or full. The same request may succeed
/// later.
class DatabaseUnavailable : public DatabaseError {
 public:
  using DatabaseError::DatabaseError;
};

/// The database works, but too many requests are waiting for it. `what` is a sentence for the
/// caller.
class DatabaseBusy : public DatabaseUnavailable {
 public:
  using DatabaseUnavailable::DatabaseUnavailable;
};

/// The database failed at something that every request needs: its disk fails, its file is damaged,
/// or its rights were revoked. Other requests fail in the same way.
class StoreBroken : public DatabaseError {
 public:
  using DatabaseError::DatabaseError;
};

/// The transaction collided with another one. Nothing of it was stored, and all of it may be run
/// again. Covers PostgreSQL's serialization failures, deadlocks, and unique keys that another
/// transaction took in the meantime (a serializable transaction cannot see these before it hits
/// them).
class Conflict : public DatabaseError {
 public:
  using DatabaseError::DatabaseError;
};

/// The database speaks PostgreSQL's protocol but not all of its SQL. The query must be expressed in
/// another way.
class NotSupported : public DatabaseError {
 public:
  using DatabaseError::DatabaseError;
};

/// A commit was sent, and it is not known whether it succeeded.
class OutcomeUnknown : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The disk refused an fsync. Nothing may be written any more, because the kernel's view of the
/// file may differ from what is on disk.
class DiskFailed : public OutcomeUnknown {
 public:
  using OutcomeUnknown::OutcomeUnknown;
};

enum class Engine { sqlite, postgresql };

/// One statement, in the SQL that SQLite and PostgreSQL share. Its name appears in the log of slow
/// queries. Define it once, as a constant: connections cache prepared statements by its address.
struct Statement {
  std::string_view name;
  std::string_view sql;
};

/// A statement with its parameters, and a handler for its rows. The statement and the data behind
/// the parameters must outlive the call.
struct Question {
  const Statement* statement;
  Parameters parameters;
  std::function<void(const Row&)> on_row;
  /// PostgreSQL only: each column of these rows is sent as one array ($1, $2, …), before
  /// `parameters`. A column of only NULLs is sent as NULL, and unnest() beside other arrays turns
  /// it into NULL rows.
  std::vector<Parameters> on_arrays = {};
};

/// A connection to the database, for one thread at a time. Throws DatabaseError if a statement
/// fails. Conflict and DatabaseUnavailable may succeed when retried. If the database went away, the
/// next use connects again.
class Connection {
 public:
  using OnRow = std::function<void(const Row&)>;
  using OnEachRow = std::function<void(std::size_t index, const Row&)>;

  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  virtual ~Connection() = default;

  /// For the differences between the engines, which stay in this layer.
  [[nodiscard]] virtual Engine engine() const = 0;

  /// Runs `statement` once for each element of `batch`, in order, in as few round trips as the
  /// engine allows. Rows come with the index of their parameters. Returns the number of rows that
  /// each run wrote. If one fails, those after it are not run. Outside a transaction PostgreSQL
  /// then also undoes those before it.
  virtual std::vector<std::int64_t> run_many(const Statement& statement,
                                             std::span<const Parameters> batch,
                                             const OnEachRow& on_row) = 0;

  /// Runs independent questions in one round trip and answers them in order. Throws NotSupported
  /// for a question on arrays if the engine supports none.
  virtual void ask(std::span<const Question> questions) {
    for (const Question& question : questions) {
      if (!question.on_arrays.empty()) refuse_arrays(*question.statement);
      run(*question.statement, question.parameters, question.on_row);
    }
  }

  /// The same outside a transaction, with all answers from one snapshot. Saves PostgreSQL the BEGIN
  /// and COMMIT, a sixth of its time.
  virtual void ask_in_one_snapshot(std::span<const Question> questions);

  /// For writes within a transaction that return nothing. They may be delayed until the next round
  /// trip, at the latest the commit. Their errors then appear there.
  virtual void enqueue(const Statement& statement, std::span<const Parameters> batch) {
    run_many(statement, batch);
  }

  /// PostgreSQL only: a question on arrays that must come last in a transaction. It is sent
  /// together with the COMMIT. Its rows are delivered once the transaction is durable, before
  /// `commit` returns. The data behind `parameters` must live until then.
  virtual void ask_with_commit(Question question) { refuse_arrays(*question.statement); }

  /// Costs no round trip of its own. A writer's transactions are serializable. A reader's
  /// transactions see one snapshot.
  virtual void begin() = 0;
  /// For writes that state, in their WHERE or by a unique key, what must not have changed, and that
  /// check whether each row was written. On PostgreSQL such transactions conflict less often.
  virtual void begin_guarded() { begin(); }
  /// Returns when the transaction is durable. Throws OutcomeUnknown if it cannot tell.
  virtual void commit() = 0;
  /// Commits, and the data is visible to readers. It is certain to be on disk only after `sync`. If
  /// power fails before the sync, the latest commits are lost first.
  virtual void commit_unsynced() { commit(); }
  /// Returns when everything committed before the call is durable. Thread-safe. Throws
  /// OutcomeUnknown if the disk refuses.
  virtual void sync() {}
  virtual void rollback() noexcept = 0;

  /// Runs statements without parameters or rows. For migrations.
  virtual void run_script(const std::string& sql) = 0;

  /// Upkeep (on SQLite, moving the log into the file). Call it outside transactions, after each
  /// commit, so that the next writer waits little for it. `idle`: no writer is waiting. Returns
  /// whether there is more to do when idle.
  virtual bool checkpoint(bool idle) = 0;

  /// How long recent syncs of the disk have taken. Thread-safe.
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
    throw NotSupported(std::string(statement.name) + ": this engine does not support arrays");
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

  /// Commits. Not durable before the connection's `sync`.
  void commit_unsynced() {
    m_connection.commit_unsynced();
    m_open = false;
  }

 private:
  Connection& m_connection;
  bool m_open = true;
};

/// One snapshot of the data for several questions, with one set of locks for all of them.
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
