#include "store/permits/new_permits.hpp"

#include <utility>
#include <vector>

namespace lotkeeper::store {

using database::Parameters;
using database::Row;
using database::Statement;

// One statement for any number of rows costs PostgreSQL a third less than as many statements, and
// counting what was stored in the same breath leaves nothing to wait for before the COMMIT.
// Each array in a SELECT of its own: an array that PostgreSQL sees the length of has the statement
// planned anew each time, at several times its cost, while arrays are short.
constexpr Statement k_insert_and_count{
    "permit.insert_and_count",
    "WITH sent AS ("
    "SELECT "
    "unnest((SELECT $1::BIGINT[])) AS client_id, unnest((SELECT $2::UUID[])) AS permit_id, "
    "unnest((SELECT $3::BIGINT[])) AS integration_id, "
    "unnest((SELECT $4::BIGINT[])) AS token_id, unnest((SELECT $5::BIGINT[])) AS permit_type, "
    "unnest((SELECT $6::TEXT[])) AS plate, unnest((SELECT $7::TEXT[])) AS plate_norm, "
    "unnest((SELECT $8::TEXT[])) AS plate_shape, "
    "unnest((SELECT $9::BIGINT[])) AS zone_name_id, "
    "unnest((SELECT $10::TEXT[])) AS permit_no, unnest((SELECT $11::BIGINT[])) AS start_at, "
    "unnest((SELECT $12::BIGINT[])) AS end_at, "
    "unnest((SELECT $13::BIGINT[])) AS amount_cents, "
    "unnest((SELECT $14::TEXT[])) AS currency, unnest((SELECT $15::TEXT[])) AS day), "
    "stored AS ("
    "INSERT INTO permit (client_id, permit_id, integration_id, token_id, permit_type, plate, "
    "plate_norm, plate_shape, zone_name_id, permit_no, start_at, end_at, amount_cents, currency, "
    "version, created_at) "
    "SELECT client_id, permit_id, integration_id, token_id, permit_type, plate, plate_norm, "
    "plate_shape, zone_name_id, permit_no, start_at, end_at, amount_cents, currency, 1, $16 "
    "FROM sent ON CONFLICT DO NOTHING RETURNING client_id, permit_id), "
    "tally AS MATERIALIZED ("
    "SELECT client_id, day, integration_id, zone_name_id, permit_type, "
    "COALESCE(currency, '') AS currency, count(*) AS permits, count(amount_cents) AS paid, "
    "CAST(sum(amount_cents) AS BIGINT) AS cents "
    "FROM stored JOIN sent USING (client_id, permit_id) GROUP BY 1, 2, 3, 4, 5, 6), "
    "counted AS ("
    "INSERT INTO permit_count (client_id, zone_name_id, permit_type, replica, total) "
    "SELECT client_id, zone_name_id, permit_type, $17, CAST(sum(permits) AS BIGINT) FROM tally "
    "GROUP BY client_id, zone_name_id, permit_type "
    "ON CONFLICT (client_id, zone_name_id, permit_type, replica) "
    "DO UPDATE SET total = permit_count.total + excluded.total), "
    "earned AS ("
    "INSERT INTO permit_income (client_id, day, integration_id, zone_name_id, permit_type, "
    "currency, replica, permits, cents) "
    "SELECT client_id, day, integration_id, zone_name_id, permit_type, currency, $17, paid, cents "
    "FROM tally WHERE paid > 0 "
    "ON CONFLICT (client_id, day, integration_id, zone_name_id, permit_type, currency, replica) "
    "DO UPDATE SET permits = permit_income.permits + excluded.permits, "
    "cents = permit_income.cents + excluded.cents) "
    "SELECT permit_id FROM stored"};

void insert_permits_with_commit(database::Connection& connection,
                                std::span<const NewPermit> permits, base::Instant now,
                                std::int64_t replica,
                                std::function<void(const base::Uuid& id)> on_stored) {
  std::vector<Parameters> rows;
  rows.reserve(permits.size());
  for (const auto& [permit, day] : permits) {
    rows.push_back({permit->client, permit->id, permit->integration, permit->token,
                    static_cast<int>(permit->type), permit->plate, permit->plate_norm,
                    permit->plate_shape, permit->zone_name, permit->permit_no, permit->start,
                    permit->end, permit->amount_cents, permit->currency, day});
  }
  connection.ask_with_commit(
      {&k_insert_and_count,
       {now, replica},
       [on_stored = std::move(on_stored)](const Row& row) { on_stored(row.uuid(0)); },
       std::move(rows)});
}

}  // namespace lotkeeper::store
