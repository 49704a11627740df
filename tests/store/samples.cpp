#include "store/samples.hpp"

#include "database/migrate.hpp"
#include "domain/permits/plate.hpp"

namespace lotkeeper::tests {

TestStore::TestStore() : database(database::Database::open(place.url(), {})) {
  database::migrate(database->writer(), k_noon, {});
}

std::int64_t TestStore::number(std::string_view sql) {
  const std::string found = text(sql);
  return found.empty() ? 0 : std::stoll(found);
}

store::Permit permit_of(std::string_view plate, store::ZoneNameId zone_name) {
  store::Permit permit;
  permit.client = k_client;
  permit.id = base::make_uuid_v7(k_noon);
  permit.integration = k_integration;
  permit.token = 1;
  permit.plate = plate;
  permit.plate_norm = domain::normalise_plate(plate);
  permit.plate_shape = domain::plate_shape(permit.plate_norm);
  permit.zone_name = zone_name;
  permit.start = k_noon;
  permit.end = k_noon + std::chrono::hours(1);
  return permit;
}

std::vector<bool> insert(database::Connection& connection, std::vector<store::Permit> permits) {
  std::vector<const store::Permit*> pointers;
  for (const store::Permit& permit : permits) pointers.push_back(&permit);
  return store::insert_permits(connection, pointers, k_noon);
}

std::unique_ptr<service::PushPermit> push_of(store::Permit permit) {
  auto push = std::make_unique<service::PushPermit>();
  push->party = {permit.client, permit.integration};
  push->permit = std::move(permit);
  return push;
}

store::PermitKey key_of(const store::Permit& permit) {
  return {permit.client, permit.integration, permit.id};
}

std::int64_t rows_read(database::Connection& connection, std::string_view table) {
  constexpr database::Statement k_rows_read{
      "test.rows_read",
      "SELECT CAST(COALESCE(idx_tup_fetch, 0) + seq_tup_read AS BIGINT) "
      "FROM pg_stat_xact_user_tables WHERE relname = $1"};
  std::int64_t rows = 0;
  connection.run(k_rows_read, {table}, [&](const database::Row& row) { rows = row.integer(0); });
  return rows;
}

std::int64_t rows_read_so_far(database::Connection& connection, std::string_view table) {
  constexpr database::Statement k_flush{"test.flush_figures",
                                        "SELECT 1 FROM pg_stat_force_next_flush()"};
  constexpr database::Statement k_rows_read{
      "test.rows_read_so_far",
      "SELECT CAST(COALESCE(idx_tup_fetch, 0) + seq_tup_read AS BIGINT) "
      "FROM pg_stat_user_tables WHERE relname = $1"};
  connection.run(k_flush, {});
  std::int64_t rows = 0;
  connection.run(k_rows_read, {table}, [&](const database::Row& row) { rows = row.integer(0); });
  return rows;
}

}  // namespace lotkeeper::tests
