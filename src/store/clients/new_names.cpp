#include "store/clients/new_names.hpp"

#include <chrono>

namespace lotkeeper::store {

using database::Connection;
using database::Row;
using database::Statement;

namespace {

constexpr std::int64_t k_days_kept = 31;

std::int64_t utc_day_of(base::Instant moment) {
  return std::chrono::floor<std::chrono::days>(moment).time_since_epoch().count();
}

}  // namespace

constexpr Statement k_find_new_names{
    "new_name.find",
    "SELECT zones, items FROM new_name WHERE client_id = $1 AND integration_id = $2 AND day = $3"};

NewNames find_new_names(Connection& connection, ClientId client, IntegrationId integration,
                        base::Instant now) {
  NewNames names;
  connection.run(k_find_new_names, {client, integration, utc_day_of(now)},
                 [&](const Row& row) { names = {row.integer(0), row.integer(1)}; });
  return names;
}

constexpr Statement k_add_new_names{
    "new_name.add",
    "INSERT INTO new_name (client_id, integration_id, day, zones, items) "
    "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (client_id, integration_id, day) "
    "DO UPDATE SET zones = new_name.zones + $4, items = new_name.items + $5 "
    "RETURNING zones, items"};

constexpr Statement k_forget_new_names{
    "new_name.forget",
    "DELETE FROM new_name WHERE client_id = $1 AND integration_id = $2 AND day < $3"};

NewNames add_new_names(Connection& connection, ClientId client, IntegrationId integration,
                       base::Instant now, const NewNames& added) {
  const std::int64_t day = utc_day_of(now);
  NewNames sums;
  connection.run(k_add_new_names, {client, integration, day, added.zones, added.items},
                 [&](const Row& row) { sums = {row.integer(0), row.integer(1)}; });
  const bool is_first_of_day = sums.zones == added.zones && sums.items == added.items;
  if (is_first_of_day) connection.run(k_forget_new_names, {client, integration, day - k_days_kept});
  return sums;
}

constexpr Statement k_list_new_names{
    "new_name.list",
    "SELECT integration_id, zones, items FROM new_name WHERE client_id = $1 AND day = $2"};

std::vector<NewNamesRow> list_new_names(Connection& connection, ClientId client,
                                        base::Instant now) {
  std::vector<NewNamesRow> rows;
  connection.run(k_list_new_names, {client, utc_day_of(now)}, [&](const Row& row) {
    rows.push_back({row.integer(0), {row.integer(1), row.integer(2)}});
  });
  return rows;
}

}  // namespace lotkeeper::store
