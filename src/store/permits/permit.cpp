#include "store/permits/permit.hpp"

#include <algorithm>
#include <tuple>

namespace lotkeeper::store {

using database::Connection;
using database::Parameters;
using database::Row;
using database::Statement;

namespace {

std::vector<bool> were_written(const std::vector<std::int64_t>& rows_written) {
  std::vector<bool> written;
  written.reserve(rows_written.size());
  for (const std::int64_t rows : rows_written) written.push_back(rows > 0);
  return written;
}

}  // namespace

constexpr Statement k_insert{
    "permit.insert",
    "INSERT INTO permit (client_id, permit_id, integration_id, token_id, permit_type, plate, "
    "plate_norm, plate_shape, zone_name_id, permit_no, start_at, end_at, amount_cents, currency, "
    "version, created_at) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1, $15) "
    "ON CONFLICT DO NOTHING"};

namespace {

Parameters row_of(const Permit& permit, base::Instant created) {
  return {permit.client,
          permit.id,
          permit.integration,
          permit.token,
          static_cast<int>(permit.type),
          permit.plate,
          permit.plate_norm,
          permit.plate_shape,
          permit.zone_name,
          permit.permit_no,
          permit.start,
          permit.end,
          permit.amount_cents,
          permit.currency,
          created};
}

}  // namespace

std::vector<bool> insert_permits(Connection& connection, std::span<const Permit* const> permits,
                                 base::Instant now) {
  std::vector<Parameters> rows;
  rows.reserve(permits.size());
  for (const Permit* permit : permits) rows.push_back(row_of(*permit, now));
  return were_written(connection.run_many(k_insert, rows));
}

std::vector<bool> insert_past_permits(Connection& connection, std::span<const PastPermit> permits) {
  std::vector<Parameters> rows;
  rows.reserve(permits.size());
  for (const auto& [permit, created] : permits) rows.push_back(row_of(permit, created));
  return were_written(connection.run_many(k_insert, rows));
}

constexpr Statement k_find_standing{
    "permit.standing",
    "SELECT permit_id FROM permit WHERE client_id = $1 AND plate_shape = $2 AND end_at = $3 "
    "AND start_at = $4 AND plate_norm = $5 AND integration_id = $6 AND zone_name_id = $7 "
    "AND permit_no = $8 AND deleted_at IS NULL"};

std::vector<std::optional<base::Uuid>> find_standing(Connection& connection,
                                                     std::span<const Permit* const> permits) {
  std::vector<std::optional<base::Uuid>> standing(permits.size());
  std::vector<Parameters> wanted;
  wanted.reserve(permits.size());
  for (const Permit* permit : permits) {
    wanted.push_back({permit->client, permit->plate_shape, permit->end, permit->start,
                      permit->plate_norm, permit->integration, permit->zone_name,
                      permit->permit_no});
  }
  connection.run_many(k_find_standing, wanted,
                      [&](std::size_t index, const Row& row) { standing[index] = row.uuid(0); });
  return standing;
}

Permit to_permit(const Row& row, const PermitKey& key) {
  Permit permit;
  permit.client = key.client;
  permit.id = key.id;
  permit.integration = key.integration;
  permit.token = row.integer(0);
  permit.type = static_cast<domain::PermitType>(row.integer(1));
  permit.plate = row.text(2);
  permit.plate_norm = row.text(3);
  permit.plate_shape = row.text(4);
  permit.zone_name = row.integer(5);
  permit.permit_no = row.text(6);
  permit.start = row.instant(7);
  permit.end = row.instant(8);
  permit.amount_cents = row.maybe_integer(9);
  if (!row.is_null(10)) permit.currency = row.text(10);
  permit.version = row.integer(11);
  return permit;
}

// Not "deleted_at IS NULL" here and in k_delete. With it PostgreSQL could choose the index
// permit_live and, before it has statistics about the table, read all of an integration's permits
// in it.
constexpr Statement k_find{
    "permit.find",
    "SELECT token_id, permit_type, plate, plate_norm, plate_shape, zone_name_id, permit_no, "
    "start_at, end_at, amount_cents, currency, version "
    "FROM permit WHERE client_id = $1 AND permit_id = $2 AND integration_id = $3 "
    "AND COALESCE(deleted_at, 0) = 0"};

std::vector<std::optional<Permit>> find_permits(Connection& connection,
                                                std::span<const PermitKey> keys) {
  std::vector<std::optional<Permit>> found(keys.size());
  std::vector<Parameters> wanted;
  wanted.reserve(keys.size());
  for (const PermitKey& key : keys) wanted.push_back({key.client, key.id, key.integration});
  connection.run_many(k_find, wanted, [&](std::size_t index, const Row& row) {
    found[index] = to_permit(row, keys[index]);
  });
  return found;
}

constexpr Statement k_update{
    "permit.update",
    "UPDATE permit SET plate = $3, plate_norm = $4, plate_shape = $5, end_at = $6, "
    "amount_cents = $7, currency = $8, version = version + 1 "
    "WHERE client_id = $1 AND permit_id = $2 AND version = $9 AND deleted_at IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM permit other WHERE other.client_id = $1 "
    "AND other.plate_shape = $5 AND other.end_at = $6 AND other.start_at = $10 "
    "AND other.plate_norm = $4 AND other.integration_id = $11 AND other.zone_name_id = $12 "
    "AND other.permit_no = $13 AND other.permit_id <> $2 AND other.deleted_at IS NULL)"};

std::vector<bool> update_permits(Connection& connection, std::span<const Permit* const> permits) {
  std::vector<Parameters> rows;
  rows.reserve(permits.size());
  for (const Permit* permit : permits) {
    rows.push_back({permit->client, permit->id, permit->plate, permit->plate_norm,
                    permit->plate_shape, permit->end, permit->amount_cents, permit->currency,
                    permit->version, permit->start, permit->integration, permit->zone_name,
                    permit->permit_no});
  }
  return were_written(connection.run_many(k_update, rows));
}

constexpr Statement k_delete{"permit.delete",
                             "UPDATE permit SET deleted_at = $4, version = version + 1 "
                             "WHERE client_id = $1 AND permit_id = $2 AND integration_id = $3 "
                             "AND COALESCE(deleted_at, 0) = 0"};

bool delete_permits(Connection& connection, std::span<const PermitKey> keys, base::Instant now) {
  std::vector<Parameters> rows;
  rows.reserve(keys.size());
  for (const PermitKey& key : keys) rows.push_back({key.client, key.id, key.integration, now});
  return std::ranges::all_of(connection.run_many(k_delete, rows),
                             [](std::int64_t written) { return written > 0; });
}

constexpr Statement k_insert_history{
    "permit_history.insert",
    "INSERT INTO permit_history (client_id, permit_id, version, plate, end_at, amount_cents, "
    "currency, replaced_at, replaced_by, token_id) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"};

void insert_history(Connection& connection, std::span<const Permit* const> replaced,
                    std::string_view replaced_by, base::Instant now) {
  std::vector<Parameters> rows;
  rows.reserve(replaced.size());
  for (const Permit* permit : replaced) {
    rows.push_back({permit->client, permit->id, permit->version, permit->plate, permit->end,
                    permit->amount_cents, permit->currency, now, replaced_by, permit->token});
  }
  connection.enqueue(k_insert_history, rows);
}

constexpr Statement k_change_count{
    "permit_count.change",
    "INSERT INTO permit_count (client_id, zone_name_id, permit_type, replica, total) "
    "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (client_id, zone_name_id, permit_type, replica) "
    "DO UPDATE SET total = permit_count.total + $5"};

void change_counts(Connection& connection, std::span<const CountChange> changes,
                   std::int64_t replica) {
  std::vector<Parameters> rows;
  rows.reserve(changes.size());
  for (const CountChange& change : changes) {
    rows.push_back(
        {change.client, change.zone_name, static_cast<int>(change.type), replica, change.by});
  }
  connection.enqueue(k_change_count, rows);
}

constexpr Statement k_find_valid{
    "permit.valid",
    "SELECT p.permit_id, p.permit_type, p.plate, p.plate_norm, p.permit_no, p.start_at, p.end_at, "
    "n.name, n.name_norm, n.zone_id, z.name "
    "FROM permit p "
    "LEFT JOIN zone_name n ON n.client_id = p.client_id AND n.zone_name_id = p.zone_name_id "
    "LEFT JOIN zone z ON z.client_id = n.client_id AND z.zone_id = n.zone_id "
    "WHERE p.client_id = $1 AND p.plate_shape = $2 AND p.end_at > $3 AND p.start_at <= $4 "
    "AND p.deleted_at IS NULL"};

ValidPermit to_valid_permit(const Row& row) {
  ValidPermit permit;
  permit.id = row.uuid(0);
  permit.type = static_cast<domain::PermitType>(row.integer(1));
  permit.plate = row.text(2);
  permit.plate_norm = row.text(3);
  permit.permit_no = row.text(4);
  permit.start = row.instant(5);
  permit.end = row.instant(6);
  if (!row.is_null(7)) permit.sent_zone = row.text(7);
  permit.sent_zone_norm = row.text(8);
  permit.zone = row.maybe_integer(9);
  permit.zone_title = row.text(10);
  return permit;
}

database::Question ask_valid(ClientId client, std::string_view shape, base::Instant first,
                             base::Instant last, std::vector<ValidPermit>& found) {
  return {&k_find_valid, {client, shape, first, last}, [&found](const Row& row) {
            found.push_back(to_valid_permit(row));
          }};
}

void sort_by_end(std::vector<ValidPermit>& permits) {
  std::ranges::sort(permits, {}, [](const ValidPermit& permit) {
    return std::tuple(permit.end, permit.start, permit.id);
  });
}

std::vector<ValidPermit> find_valid(Connection& connection, ClientId client, std::string_view shape,
                                    base::Instant first, base::Instant last) {
  std::vector<ValidPermit> permits;
  const database::Question question = ask_valid(client, shape, first, last, permits);
  connection.ask(std::span(&question, 1));
  sort_by_end(permits);
  return permits;
}

}  // namespace lotkeeper::store
