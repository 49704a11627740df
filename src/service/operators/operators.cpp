#include "service/operators/operators.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/password.hpp"
#include "base/text/text.hpp"
#include "service/clients/tenancy.hpp"

namespace lotkeeper::service {
namespace {

using database::Connection;
using domain::ErrorCode;
using domain::refused;

constexpr std::size_t k_longest_name = 50;
constexpr std::chrono::hours k_first_link_life{24};

Result<std::string> check_name(const std::string& name) {
  const std::string_view trimmed = base::trim_white_space(name);
  if (trimmed.empty() || !base::is_valid_utf8(trimmed) || base::has_control_character(trimmed) ||
      base::count_code_points(trimmed) > k_longest_name) {
    return refused(ErrorCode::field_invalid, "name",
                   "An operator's name must have 1 to 50 characters and no control characters.");
  }
  return std::string(trimmed);
}

Result<void> check_password(const std::string& password) {
  if (!base::is_valid_utf8(password)) {
    return refused(ErrorCode::field_invalid, "password", "The password must be valid UTF-8.");
  }
  const std::size_t length = base::count_code_points(password);
  if (length < k_shortest_password || length > k_longest_password) {
    return refused(
        length < k_shortest_password ? ErrorCode::field_too_short : ErrorCode::field_too_long,
        "password",
        "A password must have 10 to 200 characters. A few unrelated words make a good one.");
  }
  return {};
}

Result<store::Operator> require_operator(Connection& connection, const std::string& name) {
  if (auto found = store::find_operator(connection, name)) return std::move(*found);
  return refused(
      ErrorCode::record_not_found, "name",
      fmt::format("there is no operator \"{}\"; see them with: lotkeeper operator list", name));
}

/// The client with this code; `k_all_clients` if none is named.
Result<store::ClientId> find_scope(Connection& connection,
                                   const std::optional<std::string>& client) {
  if (!client) return store::k_all_clients;
  auto found = require_client(connection, *client);
  if (!found) return tl::unexpected(std::move(found.error()));
  return found->id;
}

Result<void> check_role(Role role, store::ClientId client) {
  if (client != store::k_all_clients || role == Role::administrator) return {};
  return refused(
      ErrorCode::field_invalid, "role",
      "An operator of every client must be an administrator. Name a client for another role.");
}

/// Refuses if `client` has no administrator other than `but`.
Result<void> keep_administrator(Connection& connection, store::ClientId client,
                                store::OperatorId but) {
  for (const store::OperatorRole& role : store::list_roles(connection)) {
    const bool counts = role.client == client || role.client == store::k_all_clients;
    if (counts && role.role == Role::administrator && role.id != but) return {};
  }
  return refused(ErrorCode::record_exists, "role",
                 "This is the last administrator. Add another one first.");
}

bool is_administrator(Connection& connection, store::OperatorId id, store::ClientId client) {
  return std::ranges::any_of(store::roles_of(connection, id), [&](const auto& role) {
    return role.client == client && role.role == Role::administrator;
  });
}

/// If another client's operator has this name, the refusal says only that the name is taken.
Result<store::OperatorId> insert(WriteBatch& batch, const std::string& name,
                                 const std::string& hash, Role role, store::ClientId client) {
  if (store::find_operator(batch.connection, name)) {
    return refused(ErrorCode::record_exists, "name",
                   "There is already an operator with this name. Case does not matter in names.");
  }
  const store::OperatorId id = store::insert_operator(batch.connection, {0, name, hash, batch.now});
  store::set_role(batch.connection, id, client, role);
  store::insert_audit(batch.connection, client, "operator add", std::to_string(id), batch.now,
                      batch.operator_id);
  return id;
}

}  // namespace

Result<std::string> add_operator(const Actor& actor, const std::string& name,
                                 const std::string& password, Role role,
                                 const std::optional<std::string>& client, bool any_password) {
  auto checked = check_name(name);
  if (!checked) return checked;
  if (auto good = check_password(password); !good && !any_password) {
    return tl::unexpected(std::move(good.error()));
  }
  const std::string hash = base::hash_password(password);
  return actor.change([&](WriteBatch& batch) -> Result<std::string> {
    const auto scope = find_scope(batch.connection, client);
    if (!scope) return tl::unexpected(scope.error());
    if (auto may = check_role(role, *scope); !may) return tl::unexpected(std::move(may.error()));
    const auto id = insert(batch, *checked, hash, role, *scope);
    if (!id) return tl::unexpected(id.error());
    return fmt::format("operator \"{}\" added, {} of {}\n", *checked, domain::to_string(role),
                       client.value_or("every client"));
  });
}

Result<std::string> set_operator(const Actor& actor, const std::string& name, Role role,
                                 const std::optional<std::string>& client) {
  return actor.change([&](WriteBatch& batch) -> Result<std::string> {
    Connection& connection = batch.connection;
    const auto found = require_operator(connection, name);
    if (!found) return tl::unexpected(found.error());
    const auto scope = find_scope(connection, client);
    if (!scope) return tl::unexpected(scope.error());
    if (auto may = check_role(role, *scope); !may) return tl::unexpected(std::move(may.error()));
    if (role != Role::administrator && is_administrator(connection, found->id, *scope)) {
      if (auto kept = keep_administrator(connection, *scope, found->id); !kept) {
        return tl::unexpected(std::move(kept.error()));
      }
    }
    store::set_role(connection, found->id, *scope, role);
    store::insert_audit(connection, *scope, "operator set",
                        fmt::format("{} {}", found->id, domain::to_string(role)), batch.now,
                        batch.operator_id);
    return fmt::format("operator \"{}\" is {} of {}\n", found->name, domain::to_string(role),
                       client.value_or("every client"));
  });
}

Result<std::string> set_operator_password(const Actor& actor, const std::string& name,
                                          const std::string& password, store::SessionId kept) {
  if (auto good = check_password(password); !good) return tl::unexpected(std::move(good.error()));
  const std::string hash = base::hash_password(password);
  return actor.change([&](WriteBatch& batch) -> Result<std::string> {
    const auto found = require_operator(batch.connection, name);
    if (!found) return tl::unexpected(found.error());
    store::set_password(batch.connection, found->id, hash);
    store::end_sessions(batch.connection, found->id, kept);
    store::insert_audit(batch.connection, store::k_all_clients, "operator password",
                        std::to_string(found->id), batch.now, batch.operator_id);
    return fmt::format("operator \"{}\" has a new password\n", found->name);
  });
}

Result<std::string> remove_operator(const Actor& actor, const std::string& name,
                                    const std::optional<std::string>& client) {
  return actor.change([&](WriteBatch& batch) -> Result<std::string> {
    Connection& connection = batch.connection;
    const auto found = require_operator(connection, name);
    if (!found) return tl::unexpected(found.error());
    const auto scope = find_scope(connection, client);
    if (!scope) return tl::unexpected(scope.error());
    const auto roles = store::roles_of(connection, found->id);
    if (client && std::ranges::none_of(roles, [&](const auto& r) { return r.client == *scope; })) {
      return refused(ErrorCode::record_not_found, "client",
                     fmt::format("operator \"{}\" has no role in {}; see roles with: lotkeeper "
                                 "operator list",
                                 found->name, *client));
    }
    for (const store::OperatorRole& role : roles) {
      if (client && role.client != *scope) continue;
      if (role.role != Role::administrator) continue;
      if (auto kept = keep_administrator(connection, role.client, found->id); !kept) {
        return tl::unexpected(std::move(kept.error()));
      }
    }
    const bool is_last =
        !client || std::ranges::all_of(roles, [&](const auto& r) { return r.client == *scope; });
    if (is_last) {
      store::remove_operator(connection, found->id);
    } else {
      store::remove_role(connection, found->id, *scope);
      store::end_sessions(connection, found->id, 0);
    }
    store::insert_audit(connection, *scope, "operator remove", std::to_string(found->id), batch.now,
                        batch.operator_id);
    return fmt::format("operator \"{}\" removed{}\n", found->name,
                       client ? " from " + *client : std::string());
  });
}

Result<std::string> make_first_link(const Actor& actor) {
  const std::string token = base::make_token();
  return actor.change([&](WriteBatch& batch) -> Result<std::string> {
    if (store::has_operators(batch.connection)) {
      return refused(ErrorCode::record_exists, {},
                     "there are operators already; an administrator can add others in the console, "
                     "or use: lotkeeper operator add");
    }
    store::keep_first_link(batch.connection, token, batch.now + k_first_link_life);
    return token;
  });
}

Result<std::string> make_first_administrator(const Actor& actor, const std::string& token,
                                             const std::string& name, const std::string& password) {
  const auto is_good = [&token](Connection& connection, base::Instant now) {
    return !store::has_operators(connection) && store::is_first_link(connection, token, now);
  };
  const auto refusal = [] {
    return refused(ErrorCode::not_permitted, "token",
                   "The link is not valid, or no longer valid. Make another with lotkeeper "
                   "operator link, or use lotkeeper operator add.");
  };
  // Check before the costly hash, so that nobody without the link can cause it.
  if (!is_good(*actor.app().database().read(), actor.app().clock().now())) return refusal();
  auto checked = check_name(name);
  if (!checked) return checked;
  if (auto good = check_password(password); !good) return tl::unexpected(std::move(good.error()));
  const std::string hash = base::hash_password(password);
  return actor.change([&](WriteBatch& batch) -> Result<std::string> {
    if (!is_good(batch.connection, batch.now)) return refusal();
    const auto id = insert(batch, *checked, hash, Role::administrator, store::k_all_clients);
    if (!id) return tl::unexpected(id.error());
    store::forget_first_link(batch.connection);
    return *checked;
  });
}

}  // namespace lotkeeper::service
