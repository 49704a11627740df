#include "store/ids.hpp"

namespace lotkeeper::store {

namespace {
constexpr database::Statement k_take{
    "ids.take",
    "INSERT INTO id_counter (client_id, kind, last_id) VALUES ($1, $2, $3) "
    "ON CONFLICT (client_id, kind) DO UPDATE SET last_id = id_counter.last_id + $3 "
    "RETURNING last_id"};
constexpr database::Statement k_raise{
    "ids.raise",
    "INSERT INTO id_counter (client_id, kind, last_id) VALUES ($1, $2, $3) "
    "ON CONFLICT (client_id, kind) DO UPDATE SET last_id = $3 WHERE id_counter.last_id < $3"};
}  // namespace

std::int64_t take_ids(database::Connection& connection, ClientId client, std::string_view kind,
                      std::int64_t count) {
  std::int64_t last = 0;
  connection.run(k_take, {client, kind, count},
                 [&](const database::Row& row) { last = row.integer(0); });
  return last - count + 1;
}

void raise_ids(database::Connection& connection, ClientId client, std::string_view kind,
               std::int64_t highest) {
  connection.run(k_raise, {client, kind, highest});
}

}  // namespace lotkeeper::store
