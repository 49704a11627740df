#include "database/migrate.hpp"

#include <fmt/format.h>

namespace lotkeeper::database {
namespace {

constexpr Statement k_newest{"migration.newest", "SELECT COALESCE(MAX(number), 0) FROM migration"};
constexpr Statement k_note{"migration.note",
                           "INSERT INTO migration (number, name, applied_at) VALUES ($1, $2, $3)"};

/// What SQLite alone understands stands in the migrations as `/* sqlite: … */`.
std::string for_sqlite(std::string_view sql) {
  constexpr std::string_view k_open = "/* sqlite: ";
  constexpr std::string_view k_close = " */";
  std::string text;
  for (std::size_t at = 0; at < sql.size();) {
    const std::size_t open = sql.find(k_open, at);
    if (open == std::string_view::npos) return text.append(sql.substr(at));
    const std::size_t close = sql.find(k_close, open);
    if (close == std::string_view::npos)
      throw DatabaseError("a migration lacks the end of a comment");
    text.append(sql.substr(at, open - at));
    text.append(sql.substr(open + k_open.size(), close - open - k_open.size()));
    at = close + k_close.size();
  }
  return text;
}

}  // namespace

void migrate(Connection& connection, base::Instant now) {
  connection.run_script(
      "CREATE TABLE IF NOT EXISTS migration (number BIGINT PRIMARY KEY, name TEXT NOT NULL, "
      "applied_at BIGINT NOT NULL)");
  std::int64_t newest = 0;
  connection.run(k_newest, {}, [&](const Row& row) { newest = row.integer(0); });

  const std::span<const base::EmbeddedFile> known = embedded_migrations();
  // The number is the file's place in the list and stands in its name.
  const auto newest_known = static_cast<std::int64_t>(known.size());
  if (newest > newest_known) {
    throw DatabaseError(fmt::format(
        "this database was made by a newer Lotkeeper (its schema is number {}, this program knows "
        "up to {}); install that version or a later one",
        newest, newest_known));
  }
  for (std::int64_t number = newest + 1; number <= newest_known; ++number) {
    const base::EmbeddedFile& file = known[static_cast<std::size_t>(number - 1)];
    Transaction transaction(connection);
    connection.run_script(for_sqlite(file.content));
    connection.run(k_note, {number, file.path, now});
    transaction.commit();
  }
}

}  // namespace lotkeeper::database
