#include "store/zone_alias.hpp"

namespace lotkeeper::store {

using database::Connection;
using database::Row;
using database::Statement;

constexpr Statement k_disconnect{
    "zone_name.disconnect",
    "UPDATE zone_name SET zone_id = NULL WHERE client_id = $1 AND zone_name_id = $2"};

void disconnect_zone_name(Connection& connection, ClientId client, ZoneNameId name) {
  connection.run(k_disconnect, {client, name});
}

constexpr Statement k_count{"permit_count.of_name",
                            "SELECT CAST(COALESCE(SUM(total), 0) AS BIGINT) FROM permit_count "
                            "WHERE client_id = $1 AND zone_name_id = $2"};

std::int64_t count_permits_of_name(Connection& connection, ClientId client, ZoneNameId name) {
  std::int64_t count = 0;
  connection.run(k_count, {client, name}, [&](const Row& row) { count = row.integer(0); });
  return count;
}

}  // namespace lotkeeper::store
