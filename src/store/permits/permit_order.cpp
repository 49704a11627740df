#include "store/permits/permit_order.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

namespace lotkeeper::store {

using database::Connection;
using database::Parameters;
using database::Row;
using database::Statement;

namespace {

constexpr int k_moment_bytes = 6;

}  // namespace

base::Uuid first_reference_at(base::Instant moment) {
  base::Uuid id;
  auto milliseconds =
      static_cast<std::uint64_t>(std::max<std::int64_t>(0, base::to_epoch_ms(moment)));
  for (int i = k_moment_bytes - 1; i >= 0; --i) {
    id.bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(milliseconds & 0xff);
    milliseconds >>= 8;
  }
  return id;
}

base::Instant moment_of(const base::Uuid& reference) {
  std::int64_t milliseconds = 0;
  for (std::size_t i = 0; i < k_moment_bytes; ++i) {
    milliseconds = milliseconds << 8 | reference.bytes[i];
  }
  return base::from_epoch_ms(milliseconds);
}

bool is_dated(const base::Uuid& reference, base::Instant now) {
  const bool is_version_7 = reference.bytes[6] >> 4 == 7 && reference.bytes[8] >> 6 == 2;
  const base::Instant moment = moment_of(reference);
  return is_version_7 && moment >= k_first_dated && moment <= now + k_dated_ahead;
}

constexpr Statement k_note{"undated_permit.insert",
                           "INSERT INTO undated_permit (client_id, imported_at, permit_id) "
                           "VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"};

void note_undated(Connection& connection, std::span<const Permit* const> permits,
                  base::Instant now) {
  std::vector<Parameters> rows;
  for (const Permit* permit : permits) {
    if (!is_dated(permit->id, now)) rows.push_back({permit->client, now, permit->id});
  }
  if (!rows.empty()) connection.run_many(k_note, rows);
}

constexpr Statement k_page{"permit.page",
                           "SELECT client_id, permit_id, created_at FROM permit "
                           "WHERE (client_id, permit_id) > ($1, $2) "
                           "ORDER BY client_id, permit_id LIMIT $3"};

void fill_undated(Connection& connection) {
  constexpr std::int64_t k_rows = 5'000;
  ClientId client = 0;
  base::Uuid id;
  for (std::int64_t read = k_rows; read == k_rows;) {
    read = 0;
    std::vector<Parameters> undated;
    connection.run(k_page, {client, id, k_rows}, [&](const Row& row) {
      ++read;
      client = row.integer(0);
      id = row.uuid(1);
      const base::Instant created = row.instant(2);
      if (!is_dated(id, created)) undated.push_back({client, created, id});
    });
    if (!undated.empty()) connection.run_many(k_note, undated);
  }
}

bool is_later(const TimePlace& one, const TimePlace& other) {
  const auto place = [](const TimePlace& of) { return std::tuple(of.at, !of.is_undated, of.id); };
  return place(one) > place(other);
}

}  // namespace lotkeeper::store
