#include "store/copy/copy_mark.hpp"

namespace lotkeeper::store {

using database::Connection;
using database::Row;
using database::Statement;

constexpr Statement k_find{"copy_mark.find",
                           "SELECT source_made_at, begun_at, finished_at FROM copy_mark"};

std::optional<CopyMark> find_copy_mark(Connection& connection) {
  std::optional<CopyMark> mark;
  connection.run(k_find, {}, [&](const Row& row) {
    mark = CopyMark{row.instant(0), row.instant(1), row.maybe_instant(2)};
  });
  return mark;
}

constexpr Statement k_begin{
    "copy_mark.begin", "INSERT INTO copy_mark (id, source_made_at, begun_at) VALUES (1, $1, $2)"};

void begin_copy_mark(Connection& connection, base::Instant source_made_at, base::Instant now) {
  connection.run(k_begin, {source_made_at, now});
}

constexpr Statement k_finish{"copy_mark.finish", "UPDATE copy_mark SET finished_at = $1"};

void finish_copy_mark(Connection& connection, base::Instant now) {
  connection.run(k_finish, {now});
}

constexpr Statement k_made_at{"migration.made_at",
                              "SELECT applied_at FROM migration WHERE number = 1"};

base::Instant made_at(Connection& connection) {
  base::Instant made;
  connection.run(k_made_at, {}, [&](const Row& row) { made = row.instant(0); });
  return made;
}

void require_whole(Connection& connection) {
  const auto mark = find_copy_mark(connection);
  if (!mark || mark->finished_at) return;
  throw database::DatabaseError(
      "this database is an unfinished copy: some of the data is missing; run the same "
      "lotkeeper copy again until it says that both sides are equal, or use the database that it "
      "was copied from");
}

}  // namespace lotkeeper::store
