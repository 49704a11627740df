#include "store/profiles/profile_history.hpp"

namespace lotkeeper::store {

using database::Connection;
using database::Parameters;
using database::Row;
using database::Statement;

constexpr Statement k_insert{
    "profile_history.insert",
    "INSERT INTO profile_history (client_id, profile_id, version, was, replaced_at, token_id) "
    "VALUES ($1, $2, $3, $4, $5, $6)"};

void insert_replaced_profiles(Connection& connection, std::span<const ReplacedProfile> replaced,
                              base::Instant now) {
  std::vector<Parameters> rows;
  rows.reserve(replaced.size());
  for (const ReplacedProfile& one : replaced) {
    rows.push_back({one.client, one.id, one.version, one.was, now, one.token});
  }
  connection.run_many(k_insert, rows);
}

constexpr Statement k_list{
    "profile_history.list",
    "SELECT h.version, h.was, h.replaced_at, h.token_id, i.name FROM profile_history h "
    "LEFT JOIN token t ON t.client_id = h.client_id AND t.token_id = h.token_id "
    "LEFT JOIN integration i ON i.client_id = t.client_id AND i.integration_id = t.integration_id "
    "WHERE h.client_id = $1 AND h.profile_id = $2 ORDER BY h.version"};

std::vector<ReplacedProfile> list_replaced_profiles(Connection& connection, ClientId client,
                                                    ProfileId id) {
  std::vector<ReplacedProfile> replaced;
  connection.run(k_list, {client, id}, [&](const Row& row) {
    replaced.push_back({client, id, row.integer(0), std::string(row.text(1)), row.integer(3),
                        row.instant(2), std::string(row.text(4))});
  });
  return replaced;
}

}  // namespace lotkeeper::store
