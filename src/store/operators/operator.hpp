#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "database/connection.hpp"
#include "domain/clients/role.hpp"
#include "store/ids.hpp"

/// The people who use the console. An operator belongs to no client. It has a role in each of some
/// clients or, under `k_all_clients`, in all of them.
namespace lotkeeper::store {

struct Operator {
  OperatorId id = 0;
  std::string name;
  std::string password_hash;
  base::Instant created;
};

/// An operator's role, with the columns of the list.
struct OperatorRole {
  OperatorId id = 0;
  std::string name;
  ClientId client = 0;  ///< `k_all_clients`: all clients
  domain::Role role = domain::Role::viewer;
  base::Instant created;
  std::optional<base::Instant> last_seen;
};

/// The form in which operators' names are compared.
[[nodiscard]] std::string fold_operator_name(std::string_view name);

[[nodiscard]] bool has_operators(database::Connection& connection);
[[nodiscard]] std::optional<Operator> find_operator(database::Connection& connection,
                                                    OperatorId id);
[[nodiscard]] std::optional<Operator> find_operator(database::Connection& connection,
                                                    std::string_view name);
/// Stores an operator and returns its id. The name must be free.
OperatorId insert_operator(database::Connection& connection, const Operator& added);
void set_password(database::Connection& connection, OperatorId id, std::string_view hash);
/// Removes an operator with its roles and sessions. Records of what it did keep its id.
void remove_operator(database::Connection& connection, OperatorId id);

/// All roles of all operators, ordered by name.
[[nodiscard]] std::vector<OperatorRole> list_roles(database::Connection& connection);
/// All roles of one operator.
[[nodiscard]] std::vector<OperatorRole> roles_of(database::Connection& connection, OperatorId id);
/// The operator's role in `client`: the role there or the role in all clients, whichever is higher.
[[nodiscard]] std::optional<domain::Role> role_in(database::Connection& connection, OperatorId id,
                                                  ClientId client);
void set_role(database::Connection& connection, OperatorId id, ClientId client, domain::Role role);
void remove_role(database::Connection& connection, OperatorId id, ClientId client);

/// Stores the token of the link for creating the first administrator. Only one such link exists.
void keep_first_link(database::Connection& connection, std::string_view token,
                     base::Instant expires);
/// Whether `token` is the link's token and the link is still valid at `now`.
[[nodiscard]] bool is_first_link(database::Connection& connection, std::string_view token,
                                 base::Instant now);
void forget_first_link(database::Connection& connection);

}  // namespace lotkeeper::store
