#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "database/connection.hpp"
#include "domain/clients/role.hpp"
#include "store/ids.hpp"

/// The people who use the console. An operator belongs to no client and has a role in each of some,
/// or, under `k_all_clients`, in every one.
namespace lotkeeper::store {

struct Operator {
  OperatorId id = 0;
  std::string name;
  std::string password_hash;
  base::Instant created;
};

/// A role of an operator, with what a list shows.
struct OperatorRole {
  OperatorId id = 0;
  std::string name;
  ClientId client = 0;  ///< `k_all_clients`: every one
  domain::Role role = domain::Role::viewer;
  base::Instant created;
  std::optional<base::Instant> last_seen;
};

/// How operators' names are compared.
[[nodiscard]] std::string fold_operator_name(std::string_view name);

[[nodiscard]] bool has_operators(database::Connection& connection);
[[nodiscard]] std::optional<Operator> find_operator(database::Connection& connection,
                                                    OperatorId id);
[[nodiscard]] std::optional<Operator> find_operator(database::Connection& connection,
                                                    std::string_view name);
/// Stores an operator whose name is free. Returns its id.
OperatorId insert_operator(database::Connection& connection, const Operator& added);
void set_password(database::Connection& connection, OperatorId id, std::string_view hash);
/// Removes an operator with all its roles and sessions; what it did keeps its id.
void remove_operator(database::Connection& connection, OperatorId id);

/// All roles of all operators, by name.
[[nodiscard]] std::vector<OperatorRole> list_roles(database::Connection& connection);
/// Every role of one operator.
[[nodiscard]] std::vector<OperatorRole> roles_of(database::Connection& connection, OperatorId id);
/// What the operator may do in `client`: its role there or in every client, the higher of both.
[[nodiscard]] std::optional<domain::Role> role_in(database::Connection& connection, OperatorId id,
                                                  ClientId client);
void set_role(database::Connection& connection, OperatorId id, ClientId client, domain::Role role);
void remove_role(database::Connection& connection, OperatorId id, ClientId client);

/// The token of the link under which the first administrator is made; one at a time.
void keep_first_link(database::Connection& connection, std::string_view token,
                     base::Instant expires);
/// Whether `token` is that of the link, and the link still stands at `now`.
[[nodiscard]] bool is_first_link(database::Connection& connection, std::string_view token,
                                 base::Instant now);
void forget_first_link(database::Connection& connection);

}  // namespace lotkeeper::store
