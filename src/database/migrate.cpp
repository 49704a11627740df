#include "database/migrate.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <set>

#include <fmt/format.h>
#include <boost/algorithm/string/replace.hpp>

#include "database/retry.hpp"
#include "database/statements.hpp"

namespace lotkeeper::database {
namespace {

// Every migration updates this row first. On PostgreSQL other servers wait for it, and check again
// what is left to do once it is released.
constexpr const char* k_begin =
    "CREATE TABLE IF NOT EXISTS migration (number BIGINT PRIMARY KEY, name TEXT NOT NULL, "
    "applied_at BIGINT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS migration_lock (id BIGINT PRIMARY KEY, taken BIGINT NOT NULL);"
    "INSERT INTO migration_lock (id, taken) VALUES (1, 0) ON CONFLICT DO NOTHING;"
    // Created here and not in a migration, because it is not data. It says whether the rest is
    // complete and may be used.
    "CREATE TABLE IF NOT EXISTS copy_mark (id BIGINT PRIMARY KEY, source_made_at BIGINT NOT NULL, "
    "begun_at BIGINT NOT NULL, finished_at BIGINT)";
constexpr Statement k_lock{"migration.lock",
                           "UPDATE migration_lock SET taken = taken + 1 WHERE id = 1"};
constexpr Statement k_taken{"migration.taken", "SELECT number FROM migration"};
constexpr Statement k_note{"migration.note",
                           "INSERT INTO migration (number, name, applied_at) VALUES ($1, $2, $3)"};

constexpr std::chrono::minutes k_longest_wait{15};

/// SQL that only SQLite understands is written in migrations as `/* sqlite: … */`.
std::string for_sqlite(std::string_view sql) {
  constexpr std::string_view k_open = "/* sqlite: ";
  constexpr std::string_view k_close = " */";
  std::string text;
  for (std::size_t at = 0; at < sql.size();) {
    const std::size_t open = sql.find(k_open, at);
    if (open == std::string_view::npos) return text.append(sql.substr(at));
    const std::size_t close = sql.find(k_close, open);
    if (close == std::string_view::npos)
      throw DatabaseError("a comment in a migration is not closed");
    text.append(sql.substr(at, open - at));
    text.append(sql.substr(open + k_open.size(), close - open - k_open.size()));
    at = close + k_close.size();
  }
  return text;
}

/// Compares text by code point, as SQLite does, whatever the database's own collation. Names then
/// have the same order everywhere, an index compares bytes, and a new version of the system's
/// locales cannot corrupt the index.
std::string for_postgres(std::string_view sql) {
  return boost::replace_all_copy(std::string(sql), " TEXT", " TEXT COLLATE \"C\"");
}

std::string for_engine(Engine engine, std::string_view sql) {
  switch (engine) {
    case Engine::sqlite:
      return for_sqlite(sql);
    case Engine::postgresql:
      return for_postgres(sql);
  }
  return {};
}

/// Runs the statements one by one. A distributed database (Citus) forwards them and does not accept
/// several in one string.
void run_each(Connection& connection, std::string_view script) {
  for (const std::string& statement : split_statements(script)) connection.run_script(statement);
}

/// The number that a step's name begins with. Numbers may be skipped.
std::int64_t number_of(const base::EmbeddedFile& file) {
  std::int64_t number = 0;
  std::from_chars(file.path.data(), file.path.data() + file.path.size(), number);
  return number;
}

/// The first step that the database lacks, or null if none. Throws if the database has a step that
/// this binary does not know.
const base::EmbeddedFile* next_step(Connection& connection,
                                    std::span<const base::EmbeddedFile> known) {
  std::set<std::int64_t> taken;
  connection.run(k_taken, {}, [&](const Row& row) { taken.insert(row.integer(0)); });
  std::set<std::int64_t> unknown = taken;
  for (const base::EmbeddedFile& file : known) unknown.erase(number_of(file));
  if (!unknown.empty()) {
    throw DatabaseError(fmt::format(
        "this database was made by a newer Lotkeeper (its schema has step {}, which this program "
        "does not know; it knows steps up to {}); install that version or a later one",
        *unknown.rbegin(), known.empty() ? 0 : number_of(known.back())));
  }
  const auto next = std::ranges::find_if(
      known, [&](const base::EmbeddedFile& file) { return !taken.contains(number_of(file)); });
  return next == known.end() ? nullptr : &*next;
}

/// Applies the next step that the database lacks. False if there is none.
bool take_next_step(Connection& connection, std::span<const base::EmbeddedFile> known,
                    base::Instant now, const AfterStep& after_step) {
  Transaction transaction(connection);
  connection.run(k_lock, {});
  const base::EmbeddedFile* const file = next_step(connection, known);
  if (file == nullptr) return false;
  run_each(connection, for_engine(connection.engine(), file->content));
  if (after_step) after_step(connection, file->path);
  connection.run(k_note, {number_of(*file), file->path, now});
  transaction.commit();
  return true;
}

}  // namespace

std::string whole_schema(Engine engine) {
  std::string script = for_engine(engine, k_begin);
  for (const base::EmbeddedFile& file : embedded_migrations()) {
    script += ";\n" + for_engine(engine, file.content);
  }
  return script;
}

void migrate(Connection& connection, base::Instant now, const AfterStep& after_step) {
  // When several servers start at once, each needs as many tries as there are others.
  constexpr int k_tries = 100;
  run_despite_conflicts(
      [&] {
        Transaction transaction(connection);
        run_each(connection, for_engine(connection.engine(), k_begin));
        transaction.commit();
      },
      k_tries);
  const std::span<const base::EmbeddedFile> known = embedded_migrations();
  // An up-to-date database is only read.
  if (next_step(connection, known) == nullptr) return;
  const auto until = std::chrono::steady_clock::now() + k_longest_wait;
  for (bool more = true; more;) {
    try {
      run_despite_conflicts([&] { more = take_next_step(connection, known, now, after_step); },
                            k_tries);
    } catch (const DatabaseUnavailable&) {
      // Another server's step, such as an index over many permits, may outlast a connection's
      // timeout.
      if (std::chrono::steady_clock::now() > until) throw;
      (void)next_step(connection, known);  // throws if the database is unreachable
    }
  }
}

}  // namespace lotkeeper::database
