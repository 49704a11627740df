#include "database/postgres/connection.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "base/thread.hpp"
#include "database/postgres/columns.hpp"
#include "database/postgres/error.hpp"
#include "database/postgres/row.hpp"

namespace lotkeeper::database {
namespace {

// These state everything in full and do not rely on session settings: a pooler in transaction mode
// mixes sessions up.
constexpr const char* k_begin_writing = "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE";
// READ COMMITTED: a write that waited for another transaction's row sees the row's new state.
constexpr const char* k_begin_guarded = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
constexpr const char* k_begin_reading = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

bool is_good(const PGresult* result) {
  const ExecStatusType status = PQresultStatus(result);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/// How many rows the statement wrote. PostgreSQL reports a number for SELECT too.
std::int64_t rows_written(PGresult* result) {
  const std::string_view command = PQcmdStatus(result);
  if (command.starts_with("SELECT")) return 0;
  const std::string_view digits = PQcmdTuples(result);
  std::int64_t rows = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), rows);
  return rows;
}

ColumnsQuery columns_of(const Question& question) {
  return {question.statement, arrays_of_columns(question.on_arrays), question.parameters};
}

}  // namespace

PostgresLink& PostgresConnection::link() {
  // Nothing was in progress on a session that ended while idle, so another replaces it and nothing
  // is in doubt. A session made before the server went away is also useless.
  while (!m_link || (m_state != State::open && m_link->is_disturbed())) {
    m_link.reset();
    m_link = m_connector.take(m_role);
  }
  return *m_link;
}

void PostgresConnection::refuse_event_loop(std::string_view what) {
#ifndef NDEBUG
  if (base::is_on_event_loop()) {
    throw std::logic_error(fmt::format("{}: PostgreSQL is queried on an event loop", what));
  }
#else
  static_cast<void>(what);
#endif
}

void PostgresConnection::lose(const LinkLost& lost, std::string_view what) {
  m_link.reset();
  const std::string text = fmt::format("{}: {}", what, lost.what());
  if (m_state == State::idle && m_role == PostgresRole::writer) throw OutcomeUnknown(text);
  if (m_state != State::idle) m_state = State::lost;
  throw DatabaseUnavailable(text);
}

void PostgresConnection::fail(const PGresult* result, std::string_view what) {
  // The primary became a standby. The next session looks for the new primary.
  if (is_read_only(result) && m_role == PostgresRole::writer) {
    m_link.reset();
    if (m_state != State::idle) m_state = State::lost;
    throw DatabaseUnavailable(fmt::format("{}: {}{}", what, describe(result), k_pooler_hint));
  }
  throw_error(result, what);
}

std::vector<PostgresResult> PostgresConnection::exchange(
    std::string_view what, const std::function<void(PostgresLink&)>& queue) {
  if (m_state == State::lost) {
    throw DatabaseUnavailable("the connection was lost during the transaction");
  }
  // If nothing can have been written, losing a session that was idle (because the server restarted)
  // is not a failure.
  refuse_event_loop(what);
  bool may_try_again = m_link && (m_state == State::begun ||
                                  (m_state == State::idle && m_role == PostgresRole::reader));
  // A reader's question states its own transaction in full: a pooler in transaction mode may have
  // given the session's settings to someone else.
  const bool is_whole = m_state == State::idle && m_role == PostgresRole::reader;
  std::vector<PostgresResult> results;
  while (results.empty()) {
    try {
      PostgresLink& session = link();
      if (m_state == State::begun || is_whole) session.queue(begin_statement());
      queue(session);
      if (is_whole) session.queue("COMMIT");
      results = session.exchange();
    } catch (const LinkLost& lost) {
      if (!may_try_again) lose(lost, what);
      m_link.reset();
      may_try_again = false;
    }
  }
  m_has_queued = false;
  if (m_state == State::begun && is_good(results.front().get())) m_state = State::open;
  for (const PostgresResult& result : results) {
    if (is_good(result.get())) continue;
    if (is_whole) {
      m_state = State::open;
      rollback();
    }
    fail(result.get(), what);
  }
  if (is_whole) results.pop_back();
  return results;
}

std::vector<std::int64_t> PostgresConnection::run_many(const Statement& statement,
                                                       std::span<const Parameters> batch,
                                                       const OnEachRow& on_row) {
  if (batch.empty()) return {};
  const std::vector<PostgresResult> results =
      exchange(statement.name, [&](PostgresLink& session) { session.queue(statement, batch); });

  // Read everything before handing out any row: the row handler may throw, or use this connection
  // again.
  const auto answers = std::span(results).last(batch.size());
  std::vector<std::int64_t> written;
  written.reserve(batch.size());
  for (std::size_t index = 0; index < answers.size(); ++index) {
    PGresult* result = answers[index].get();
    written.push_back(rows_written(result));
    const int rows = PQntuples(result);
    for (int row = 0; row < rows; ++row) on_row(index, PostgresRow(result, row));
  }
  return written;
}

void PostgresConnection::ask(std::span<const Question> questions) {
  if (questions.empty()) return;
  std::vector<std::size_t> places;
  const auto queue = [&](PostgresLink& session) {
    places.clear();
    for (const Question& question : questions) {
      if (question.on_arrays.empty()) {
        session.queue(*question.statement, std::span(&question.parameters, 1));
      } else {
        session.queue(columns_of(question));
      }
      places.push_back(session.queued() - 1);  // the statement may be prepared first
    }
  };
  const std::vector<PostgresResult> results = exchange(questions.front().statement->name, queue);
  for (std::size_t i = 0; i < questions.size(); ++i) {
    PGresult* result = results[places[i]].get();
    const int rows = PQntuples(result);
    for (int row = 0; row < rows; ++row) questions[i].on_row(PostgresRow(result, row));
  }
}

void PostgresConnection::ask_in_one_snapshot(std::span<const Question> questions) {
  // `exchange` sends them as one transaction, which sees one snapshot.
  if (m_state != State::idle) throw DatabaseError("a snapshot query within a transaction");
  ask(questions);
}

void PostgresConnection::enqueue(const Statement& statement, std::span<const Parameters> batch) {
  // A statement that opens a transaction may have to be sent again, so do not queue it.
  if (m_state != State::open) {
    run_many(statement, batch);
    return;
  }
  if (batch.empty()) return;
  try {
    m_link->queue(statement, batch);
    m_has_queued = true;
  } catch (const LinkLost& lost) {
    lose(lost, statement.name);
  }
}

void PostgresConnection::ask_with_commit(Question question) {
  if (m_state == State::idle || m_with_commit) {
    throw DatabaseError(
        fmt::format("{}: not the last statement of a transaction", question.statement->name));
  }
  m_with_commit = {columns_of(question), std::move(question.on_row)};
}

void PostgresConnection::begin() {
  if (m_state != State::idle) throw DatabaseError("BEGIN within a transaction");
  m_state = State::begun;
  m_is_guarded = false;
}

void PostgresConnection::begin_guarded() {
  begin();
  m_is_guarded = true;
}

const char* PostgresConnection::begin_statement() const {
  if (m_role == PostgresRole::reader) return k_begin_reading;
  return m_is_guarded ? k_begin_guarded : k_begin_writing;
}

void PostgresConnection::queue_commit() {
  if (m_state == State::begun) {
    link().queue(begin_statement());
  }
  if (m_with_commit) m_link->queue(m_with_commit->query);
  m_link->forget_warnings();
  m_link->queue("COMMIT");
}

void PostgresConnection::commit() {
  if (m_state == State::begun && !m_with_commit) {
    m_state = State::idle;
    return;
  }
  if (m_state == State::idle) throw DatabaseError("COMMIT without a transaction");
  if (m_state == State::lost) {
    m_state = State::idle;
    throw DatabaseUnavailable("the connection was lost during the transaction");
  }
  refuse_event_loop("COMMIT");
  std::vector<PostgresResult> results;
  try {
    queue_commit();
    results = m_link->exchange();
  } catch (const LinkLost& lost) {
    m_link.reset();
    m_state = State::idle;
    throw OutcomeUnknown(fmt::format("COMMIT: {}", lost.what()));
  }
  m_state = State::idle;
  m_has_queued = false;
  // The first failed result among those queued before tells the cause. The rest was not run.
  for (const PostgresResult& result : results) {
    if (is_good(result.get())) continue;
    // The transaction is still open on the server. The next transaction's BEGIN ends it.
    m_state = State::open;
    if (result == results.back()) require_no_warning();
    fail(result.get(), "COMMIT");
  }
  // PostgreSQL answers with ROLLBACK, and no error, if an earlier statement of the transaction
  // failed.
  if (std::strcmp(PQcmdStatus(results.back().get()), "COMMIT") != 0) {
    throw DatabaseError("COMMIT: the transaction had failed and was rolled back");
  }
  // PostgreSQL warns here in one case: it did not wait for the standby. The transaction is then
  // durable on this server only, and lost if the standby takes over.
  require_no_warning();
  if (!m_with_commit) return;
  const WithCommit done = *std::exchange(m_with_commit, std::nullopt);
  PGresult* rows = results[results.size() - 2].get();
  for (int row = 0; row < PQntuples(rows); ++row) done.on_row(PostgresRow(rows, row));
}

void PostgresConnection::require_no_warning() {
  // On a distributed database (Citus), one node may have refused the transaction, or committed it
  // and gone away before it answered. Its error arrives as a warning, and the error that follows
  // does not tell which of the two happened.
  const auto& warnings = m_link->warnings();
  if (warnings.empty()) return;
  std::string text = "COMMIT: PostgreSQL warned:";
  for (const PostgresWarning& warning : warnings) text += " " + warning.text + ";";
  text.pop_back();
  if (m_state == State::open && std::ranges::any_of(warnings, &PostgresWarning::is_of_conflict)) {
    throw Conflict(text);
  }
  throw OutcomeUnknown(text);
}

void PostgresConnection::rollback() noexcept {
  const State before = std::exchange(m_state, State::idle);
  m_with_commit.reset();
  if (before != State::open || !m_link) return;
  try {
    // After a failure the server skips the rest of a pipeline, including a ROLLBACK.
    if (std::exchange(m_has_queued, false)) m_link->send_and_forget();
    m_link->queue("ROLLBACK");
    m_link->send_and_forget();
  } catch (const std::exception&) {
    m_link.reset();
  }
}

void PostgresConnection::run_script(const std::string& sql) {
  if (m_state == State::lost) {
    throw DatabaseUnavailable("the connection was lost during the transaction");
  }
  refuse_event_loop("script");
  try {
    PostgresLink& session = link();
    if (m_state == State::begun) {
      const char* begin = begin_statement();
      const PostgresResult begun = session.run_script(begin);
      if (!is_good(begun.get())) fail(begun.get(), begin);
      m_state = State::open;
    }
    const PostgresResult result = session.run_script(sql);
    if (!is_good(result.get())) fail(result.get(), "script");
  } catch (const LinkLost& lost) {
    lose(lost, "script");
  }
}

}  // namespace lotkeeper::database
