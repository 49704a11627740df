#include "store/writer.hpp"

namespace lotkeeper::store {

using database::Connection;
using database::Row;
using database::Statement;

constexpr Statement k_list{"writer.list",
                           "SELECT writer_id, holder, seen_at FROM writer ORDER BY writer_id"};
constexpr Statement k_take{"writer.take",
                           "INSERT INTO writer (writer_id, holder, seen_at) VALUES ($1, $2, $3) "
                           "ON CONFLICT (writer_id) DO UPDATE SET holder = $2, seen_at = $3"};

std::vector<Writer> list_writers(Connection& connection) {
  std::vector<Writer> writers;
  connection.run(k_list, {}, [&](const Row& row) {
    writers.push_back({row.integer(0), row.uuid(1), row.instant(2)});
  });
  return writers;
}

std::optional<base::Instant> last_sign_of_writers(Connection& connection) {
  std::optional<base::Instant> seen;
  for (const Writer& writer : list_writers(connection)) {
    // The lock of a SQLite file shows who has it open.
    if (writer.number == 0) continue;
    if (!seen || writer.seen > *seen) seen = writer.seen;
  }
  return seen;
}

std::vector<std::int64_t> claim_writers(Connection& connection, const base::Uuid& holder,
                                        std::size_t count, base::Instant now) {
  std::vector<std::int64_t> numbers;
  std::int64_t next = 1;
  for (const Writer& writer : list_writers(connection)) {
    if (writer.seen + k_writer_lease < now && numbers.size() < count) {
      numbers.push_back(writer.number);
    }
    next = writer.number + 1;
  }
  while (numbers.size() < count) numbers.push_back(next++);
  for (const std::int64_t number : numbers) connection.run(k_take, {number, holder, now});
  return numbers;
}

constexpr Statement k_keep{"writer.keep", "UPDATE writer SET seen_at = $2 WHERE holder = $1"};

void keep_writers(Connection& connection, const base::Uuid& holder, base::Instant now) {
  connection.run(k_keep, {holder, now});
}

constexpr Statement k_touch{"writer.touch", "UPDATE writer SET seen_at = $2 WHERE writer_id = $1"};

void touch_writer(Connection& connection, std::int64_t number, base::Instant now) {
  connection.run(k_touch, {number, now});
}

constexpr Statement k_beat{"writer.beat",
                           "INSERT INTO writer (writer_id, holder, seen_at) VALUES ($1, $2, $3) "
                           "ON CONFLICT (writer_id) DO UPDATE SET seen_at = $3"};
// These write nothing. They fail if the database's user may no longer write.
constexpr Statement k_may_insert{"writer.may_insert",
                                 "INSERT INTO permit SELECT * FROM permit WHERE client_id = -1"};
constexpr Statement k_may_update{"writer.may_update",
                                 "UPDATE permit_count SET total = total WHERE client_id = -1"};

void beat(Connection& connection, std::int64_t number, base::Instant now) {
  connection.run(k_may_insert, {});
  connection.run(k_may_update, {});
  connection.run(k_beat, {number, base::Uuid{}, now});
}

constexpr Statement k_last_beat{"writer.last_beat",
                                "SELECT MAX(seen_at) FROM writer WHERE seen_at > 0"};

std::optional<base::Instant> last_beat(Connection& connection) {
  std::optional<base::Instant> last;
  connection.run(k_last_beat, {}, [&](const Row& row) { last = row.maybe_instant(0); });
  return last;
}

constexpr Statement k_release{"writer.release", "UPDATE writer SET seen_at = 0 WHERE holder = $1"};

void release_writers(Connection& connection, const base::Uuid& holder) {
  connection.run(k_release, {holder});
}

}  // namespace lotkeeper::store
