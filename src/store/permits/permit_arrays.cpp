#include "store/permits/permit_arrays.hpp"

#include <map>
#include <utility>
#include <vector>

namespace lotkeeper::store {

using database::Connection;
using database::Question;
using database::Row;
using database::Statement;

// Does what `permit.find` does, for each element. The last column is the element's position. OFFSET
// 0 keeps PostgreSQL from merging the inner query into the outer one. Otherwise it would read the
// whole table until it has statistics.
constexpr Statement k_find_each{
    "permit.find_each",
    "SELECT p.*, asked.place FROM (SELECT "
    "unnest((SELECT $1::BIGINT[])) AS client_id, unnest((SELECT $2::UUID[])) AS permit_id, "
    "unnest((SELECT $3::BIGINT[])) AS integration_id, unnest((SELECT $4::BIGINT[])) AS place) AS "
    "asked "
    "CROSS JOIN LATERAL (SELECT token_id, permit_type, plate, plate_norm, plate_shape, "
    "zone_name_id, permit_no, start_at, end_at, amount_cents, currency, version "
    "FROM permit WHERE client_id = asked.client_id AND permit_id = asked.permit_id "
    "AND integration_id = asked.integration_id AND COALESCE(deleted_at, 0) = 0 OFFSET 0) p"};

std::vector<std::optional<Permit>> find_permits_on_arrays(Connection& connection,
                                                          std::span<const PermitKey> keys) {
  std::vector<std::optional<Permit>> found(keys.size());
  Question question{&k_find_each, {}, [&](const Row& row) {
                      const auto place = static_cast<std::size_t>(row.integer(12));
                      found.at(place).emplace(to_permit(row, keys[place]));
                    }};
  question.on_arrays.reserve(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    question.on_arrays.push_back(
        {keys[i].client, keys[i].id, keys[i].integration, static_cast<std::int64_t>(i)});
  }
  connection.ask(std::span(&question, 1));
  return found;
}

// Permits are never removed, so each row exists and nothing is inserted (the version shows whether
// a row was updated). With ON CONFLICT PostgreSQL knows which row it needs. An UPDATE that joins
// the arrays might be planned to read the whole table.
constexpr Statement k_update_each{
    "permit.update_each",
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
    "unnest((SELECT $14::TEXT[])) AS currency, unnest((SELECT $15::BIGINT[])) AS version, "
    "unnest((SELECT $16::TEXT[])) AS old_plate, unnest((SELECT $17::BIGINT[])) AS old_end_at, "
    "unnest((SELECT $18::BIGINT[])) AS old_amount_cents, "
    "unnest((SELECT $19::TEXT[])) AS old_currency, "
    "unnest((SELECT $20::BIGINT[])) AS by_token_id), "
    "written AS ("
    "INSERT INTO permit AS standing (client_id, permit_id, integration_id, token_id, permit_type, "
    "plate, plate_norm, plate_shape, zone_name_id, permit_no, start_at, end_at, amount_cents, "
    "currency, version, created_at) "
    "SELECT client_id, permit_id, integration_id, token_id, permit_type, plate, plate_norm, "
    "plate_shape, zone_name_id, permit_no, start_at, end_at, amount_cents, currency, version, $21 "
    "FROM sent ON CONFLICT (client_id, permit_id) DO UPDATE SET plate = excluded.plate, "
    "plate_norm = excluded.plate_norm, plate_shape = excluded.plate_shape, "
    "end_at = excluded.end_at, amount_cents = excluded.amount_cents, "
    "currency = excluded.currency, version = standing.version + 1 "
    "WHERE standing.version = excluded.version AND standing.deleted_at IS NULL "
    "RETURNING client_id, permit_id, standing.version AS new_version), "
    "kept AS ("
    "INSERT INTO permit_history (client_id, permit_id, version, plate, end_at, amount_cents, "
    "currency, replaced_at, replaced_by, token_id) "
    "SELECT client_id, permit_id, version, old_plate, old_end_at, old_amount_cents, old_currency, "
    "$21, 'update', by_token_id FROM written JOIN sent USING (client_id, permit_id)) "
    "SELECT permit_id, new_version FROM written"};

std::vector<bool> update_permits_on_arrays(Connection& connection,
                                           std::span<const PermitChange> changes,
                                           base::Instant now) {
  std::map<base::Uuid, std::size_t> places;
  std::vector<bool> written(changes.size());
  const auto on_row = [&](const Row& row) {
    const std::size_t place = places.at(row.uuid(0));
    if (row.integer(1) == changes[place].next.version) {
      throw database::Conflict("a permit was removed meanwhile");
    }
    written[place] = true;
  };
  Question question{&k_update_each, {now}, on_row};
  question.on_arrays.reserve(changes.size());
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto& [replaced, next] = changes[i];
    places.emplace(next.id, i);
    question.on_arrays.push_back({next.client,
                                  next.id,
                                  next.integration,
                                  next.token,
                                  static_cast<int>(next.type),
                                  next.plate,
                                  next.plate_norm,
                                  next.plate_shape,
                                  next.zone_name,
                                  next.permit_no,
                                  next.start,
                                  next.end,
                                  next.amount_cents,
                                  next.currency,
                                  next.version,
                                  replaced.plate,
                                  replaced.end,
                                  replaced.amount_cents,
                                  replaced.currency,
                                  replaced.token});
  }
  connection.ask(std::span(&question, 1));
  return written;
}

using database::Parameters;

// One statement for any number of rows costs PostgreSQL a third less than one statement per row. It
// also updates the counters, so there is nothing to wait for before the COMMIT. Each array is in a
// SELECT of its own. If PostgreSQL can see an array's length, it plans the statement anew each
// time, which costs several times more while arrays are short.
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
