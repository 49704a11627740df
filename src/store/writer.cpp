#include "store/writer.hpp"

namespace lotkeeper::store {

using database::Connection;
using database::Row;
using database::Statement;

constexpr Statement k_list{"writer.list",
                           "SELECT writer_id, seen_at FROM writer ORDER BY writer_id"};
constexpr Statement k_take{"writer.take",
                           "INSERT INTO writer (writer_id, holder, seen_at) VALUES ($1, $2, $3) "
                           "ON CONFLICT (writer_id) DO UPDATE SET holder = $2, seen_at = $3"};

std::vector<std::int64_t> claim_writers(Connection& connection, const base::Uuid& holder,
                                        std::size_t count, base::Instant now) {
  std::vector<std::int64_t> numbers;
  std::int64_t next = 1;
  connection.run(k_list, {}, [&](const Row& row) {
    if (row.instant(1) + k_writer_lease < now && numbers.size() < count) {
      numbers.push_back(row.integer(0));
    }
    next = row.integer(0) + 1;
  });
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

constexpr Statement k_release{"writer.release", "UPDATE writer SET seen_at = 0 WHERE holder = $1"};

void release_writers(Connection& connection, const base::Uuid& holder) {
  connection.run(k_release, {holder});
}

}  // namespace lotkeeper::store
