#include "store/operators/operator.hpp"

#include <algorithm>

#include "base/secret.hpp"
#include "base/text/text.hpp"

namespace lotkeeper::store {

using database::Connection;
using database::Row;
using database::Statement;

std::string fold_operator_name(std::string_view name) { return base::fold_name(name); }

constexpr Statement k_any{"operator.any", "SELECT 1 FROM operator LIMIT 1"};

bool has_operators(Connection& connection) {
  bool any = false;
  connection.run(k_any, {}, [&](const Row&) { any = true; });
  return any;
}

namespace {

Operator to_operator(const Row& row) {
  return {row.integer(0), std::string(row.text(1)), std::string(row.text(2)), row.instant(3)};
}

}  // namespace

constexpr Statement k_find{"operator.find",
                           "SELECT operator_id, name, password_hash, created_at FROM operator "
                           "WHERE operator_id = $1"};

std::optional<Operator> find_operator(Connection& connection, OperatorId id) {
  std::optional<Operator> found;
  connection.run(k_find, {id}, [&](const Row& row) { found = to_operator(row); });
  return found;
}

constexpr Statement k_find_by_name{
    "operator.by_name",
    "SELECT operator_id, name, password_hash, created_at FROM operator WHERE name_norm = $1"};

std::optional<Operator> find_operator(Connection& connection, std::string_view name) {
  std::optional<Operator> found;
  const std::string folded = fold_operator_name(name);
  connection.run(k_find_by_name, {folded}, [&](const Row& row) { found = to_operator(row); });
  return found;
}

constexpr Statement k_insert{
    "operator.insert",
    "INSERT INTO operator (operator_id, name, name_norm, password_hash, created_at) "
    "VALUES ($1, $2, $3, $4, $5)"};

OperatorId insert_operator(Connection& connection, const Operator& added) {
  const OperatorId id = take_ids(connection, k_all_clients, "operator");
  const std::string folded = fold_operator_name(added.name);
  connection.run(k_insert, {id, added.name, folded, added.password_hash, added.created});
  return id;
}

constexpr Statement k_set_password{"operator.password",
                                   "UPDATE operator SET password_hash = $2 WHERE operator_id = $1"};

void set_password(Connection& connection, OperatorId id, std::string_view hash) {
  connection.run(k_set_password, {id, hash});
}

constexpr Statement k_remove{"operator.remove", "DELETE FROM operator WHERE operator_id = $1"};
constexpr Statement k_remove_roles{"operator.remove_roles",
                                   "DELETE FROM operator_role WHERE operator_id = $1"};
constexpr Statement k_remove_sessions{"operator.remove_sessions",
                                      "DELETE FROM operator_session WHERE operator_id = $1"};

void remove_operator(Connection& connection, OperatorId id) {
  for (const Statement* statement : {&k_remove, &k_remove_roles, &k_remove_sessions}) {
    connection.run(*statement, {id});
  }
}

namespace {

OperatorRole to_role(const Row& row) {
  return {row.integer(0), std::string(row.text(1)),
          row.integer(2), static_cast<domain::Role>(row.integer(3)),
          row.instant(4), row.maybe_instant(5)};
}

}  // namespace

constexpr Statement k_list_roles{
    "operator.roles",
    "SELECT o.operator_id, o.name, r.client_id, r.role, o.created_at, s.seen FROM operator o "
    "JOIN operator_role r ON r.operator_id = o.operator_id "
    "LEFT JOIN (SELECT operator_id, MAX(last_seen_at) AS seen FROM operator_session "
    "GROUP BY operator_id) s ON s.operator_id = o.operator_id ORDER BY o.name_norm, r.client_id"};

std::vector<OperatorRole> list_roles(Connection& connection) {
  std::vector<OperatorRole> roles;
  connection.run(k_list_roles, {}, [&](const Row& row) { roles.push_back(to_role(row)); });
  return roles;
}

constexpr Statement k_roles_of{
    "operator.roles_of",
    "SELECT o.operator_id, o.name, r.client_id, r.role, o.created_at, CAST(NULL AS BIGINT) FROM "
    "operator o "
    "JOIN operator_role r ON r.operator_id = o.operator_id WHERE o.operator_id = $1 "
    "ORDER BY r.client_id"};

std::vector<OperatorRole> roles_of(Connection& connection, OperatorId id) {
  std::vector<OperatorRole> roles;
  connection.run(k_roles_of, {id}, [&](const Row& row) { roles.push_back(to_role(row)); });
  return roles;
}

constexpr Statement k_role_in{
    "operator.role_in",
    "SELECT role FROM operator_role WHERE client_id IN (0, $1) AND operator_id = $2"};

std::optional<domain::Role> role_in(Connection& connection, OperatorId id, ClientId client) {
  std::optional<domain::Role> highest;
  connection.run(k_role_in, {client, id}, [&](const Row& row) {
    const auto role = static_cast<domain::Role>(row.integer(0));
    highest = highest ? std::max(*highest, role) : role;
  });
  return highest;
}

constexpr Statement k_set_role{
    "operator.set_role",
    "INSERT INTO operator_role (client_id, operator_id, role) VALUES ($1, $2, $3) "
    "ON CONFLICT (client_id, operator_id) DO UPDATE SET role = $3"};

void set_role(Connection& connection, OperatorId id, ClientId client, domain::Role role) {
  connection.run(k_set_role, {client, id, static_cast<int>(role)});
}

constexpr Statement k_remove_role{
    "operator.remove_role", "DELETE FROM operator_role WHERE client_id = $1 AND operator_id = $2"};

void remove_role(Connection& connection, OperatorId id, ClientId client) {
  connection.run(k_remove_role, {client, id});
}

constexpr Statement k_keep_link{"first_link.keep",
                                "INSERT INTO first_link (id, hash, expires_at) VALUES (1, $1, $2) "
                                "ON CONFLICT (id) DO UPDATE SET hash = $1, expires_at = $2"};

void keep_first_link(Connection& connection, std::string_view token, base::Instant expires) {
  const base::Digest hash = base::sha256(token);
  connection.run(k_keep_link, {database::Bytes(hash), expires});
}

constexpr Statement k_find_link{
    "first_link.find", "SELECT 1 FROM first_link WHERE id = 1 AND hash = $1 AND expires_at > $2"};

bool is_first_link(Connection& connection, std::string_view token, base::Instant now) {
  const base::Digest hash = base::sha256(token);
  bool is = false;
  connection.run(k_find_link, {database::Bytes(hash), now}, [&](const Row&) { is = true; });
  return is;
}

constexpr Statement k_forget_link{"first_link.forget", "DELETE FROM first_link WHERE id = 1"};

void forget_first_link(Connection& connection) { connection.run(k_forget_link, {}); }

}  // namespace lotkeeper::store
