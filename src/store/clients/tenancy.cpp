#include "store/clients/tenancy.hpp"

#include "base/text/text.hpp"

namespace lotkeeper::store {

using database::Connection;
using database::Parameters;
using database::Row;
using database::Statement;

namespace {

constexpr Statement k_bump{"directory.bump",
                           "UPDATE directory_version SET version = version + 1 WHERE id = 1"};

void bump_directory(Connection& connection) { connection.run(k_bump, {}); }

}  // namespace

namespace {

ClientRow to_client(const Row& row) {
  return {row.integer(0),           std::string(row.text(1)), std::string(row.text(2)),
          std::string(row.text(3)), std::string(row.text(4)), std::string(row.text(5)),
          row.integer(6),           row.integer(7),           std::string(row.text(8)),
          std::string(row.text(9))};
}

#define LOTKEEPER_CLIENT_COLUMNS                                                             \
  "client_id, code, name, time_zone, currency, ticket_prefix, days_until_due, appeal_days, " \
  "ticket_text_en, ticket_text_fr"

}  // namespace

constexpr Statement k_list_clients{"client.list",
                                   "SELECT " LOTKEEPER_CLIENT_COLUMNS " FROM client ORDER BY code"};

std::vector<ClientRow> list_clients(Connection& connection) {
  std::vector<ClientRow> clients;
  connection.run(k_list_clients, {}, [&](const Row& row) { clients.push_back(to_client(row)); });
  return clients;
}

constexpr Statement k_find_client{
    "client.find", "SELECT " LOTKEEPER_CLIENT_COLUMNS " FROM client WHERE code_norm = $1"};

std::optional<ClientRow> find_client(Connection& connection, std::string_view code) {
  std::optional<ClientRow> found;
  connection.run(k_find_client, {domain::normalise_client_code(code)},
                 [&](const Row& row) { found = to_client(row); });
  return found;
}

constexpr Statement k_find_client_by_id{
    "client.by_id", "SELECT " LOTKEEPER_CLIENT_COLUMNS " FROM client WHERE client_id = $1"};

std::optional<ClientRow> find_client(Connection& connection, ClientId id) {
  std::optional<ClientRow> found;
  connection.run(k_find_client_by_id, {id}, [&](const Row& row) { found = to_client(row); });
  return found;
}

constexpr Statement k_insert_client{
    "client.insert",
    "INSERT INTO client (client_id, code, code_norm, name, time_zone, currency, ticket_prefix, "
    "days_until_due, created_at, appeal_days, ticket_text_en, ticket_text_fr) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"};

void insert_client(Connection& connection, const ClientRow& client, base::Instant now) {
  connection.run(k_insert_client,
                 {client.id, client.code, domain::normalise_client_code(client.code), client.name,
                  client.time_zone, client.currency, client.ticket_prefix, client.days_until_due,
                  now, client.appeal_days, client.ticket_text_en, client.ticket_text_fr});
  bump_directory(connection);
}

constexpr Statement k_update_client{
    "client.update",
    "UPDATE client SET name = $2, time_zone = $3, currency = $4, ticket_prefix = $5, "
    "days_until_due = $6, appeal_days = $7, ticket_text_en = $8, ticket_text_fr = $9 "
    "WHERE client_id = $1"};

void update_client(Connection& connection, const ClientRow& client) {
  connection.run(k_update_client, {client.id, client.name, client.time_zone, client.currency,
                                   client.ticket_prefix, client.days_until_due, client.appeal_days,
                                   client.ticket_text_en, client.ticket_text_fr});
  bump_directory(connection);
}

#undef LOTKEEPER_CLIENT_COLUMNS

constexpr Statement k_list_integrations{
    "integration.list",
    "SELECT i.client_id, c.code, i.integration_id, i.name, i.permit_type FROM integration i "
    "JOIN client c ON c.client_id = i.client_id ORDER BY c.code, i.name"};
constexpr Statement k_list_permissions{
    "integration.permissions",
    "SELECT permission FROM integration_permission WHERE client_id = $1 AND integration_id = $2"};

std::vector<IntegrationRow> list_integrations(Connection& connection) {
  std::vector<IntegrationRow> integrations;
  connection.run(k_list_integrations, {}, [&](const Row& row) {
    integrations.push_back({row.integer(0),
                            std::string(row.text(1)),
                            row.integer(2),
                            std::string(row.text(3)),
                            static_cast<domain::PermitType>(row.integer(4)),
                            {}});
  });
  std::vector<Parameters> wanted;
  wanted.reserve(integrations.size());
  for (const IntegrationRow& integration : integrations) {
    wanted.push_back({integration.client, integration.id});
  }
  connection.run_many(k_list_permissions, wanted, [&](std::size_t index, const Row& row) {
    if (const auto permission = domain::parse_permission(row.text(0))) {
      integrations[index].permissions.set(static_cast<std::size_t>(*permission));
    }
  });
  return integrations;
}

constexpr Statement k_find_integration{"integration.find",
                                       "SELECT integration_id, name, permit_type FROM integration "
                                       "WHERE client_id = $1 AND name_norm = $2"};

std::optional<IntegrationRow> find_integration(Connection& connection, ClientId client,
                                               std::string_view name) {
  std::optional<IntegrationRow> found;
  connection.run(k_find_integration, {client, base::fold_name(name)}, [&](const Row& row) {
    found = IntegrationRow{client,
                           {},
                           row.integer(0),
                           std::string(row.text(1)),
                           static_cast<domain::PermitType>(row.integer(2)),
                           {}};
  });
  if (!found) return found;
  connection.run(k_list_permissions, {client, found->id}, [&](const Row& row) {
    if (const auto permission = domain::parse_permission(row.text(0))) {
      found->permissions.set(static_cast<std::size_t>(*permission));
    }
  });
  return found;
}

constexpr Statement k_insert_integration{
    "integration.insert",
    "INSERT INTO integration (client_id, integration_id, name, name_norm, permit_type, created_at) "
    "VALUES ($1, $2, $3, $4, $5, $6)"};
constexpr Statement k_clear_permissions{
    "integration.clear",
    "DELETE FROM integration_permission WHERE client_id = $1 AND integration_id = $2"};
constexpr Statement k_insert_permission{
    "integration.permit",
    "INSERT INTO integration_permission (client_id, integration_id, permission) "
    "VALUES ($1, $2, $3)"};

namespace {

void write_permissions(Connection& connection, const IntegrationRow& integration) {
  connection.run(k_clear_permissions, {integration.client, integration.id});
  std::vector<Parameters> rows;
  for (std::size_t i = 0; i < domain::k_permission_names.size(); ++i) {
    if (!integration.permissions.test(i)) continue;
    rows.push_back({integration.client, integration.id, domain::k_permission_names[i]});
  }
  connection.run_many(k_insert_permission, rows);
  bump_directory(connection);
}

}  // namespace

void insert_integration(Connection& connection, const IntegrationRow& integration,
                        base::Instant now) {
  connection.run(k_insert_integration, {integration.client, integration.id, integration.name,
                                        base::fold_name(integration.name),
                                        static_cast<int>(integration.permit_type), now});
  write_permissions(connection, integration);
}

constexpr Statement k_update_integration{
    "integration.update",
    "UPDATE integration SET permit_type = $3 WHERE client_id = $1 AND integration_id = $2"};

void update_integration(Connection& connection, const IntegrationRow& integration) {
  connection.run(k_update_integration,
                 {integration.client, integration.id, static_cast<int>(integration.permit_type)});
  write_permissions(connection, integration);
}

constexpr Statement k_list_tokens{
    "token.list",
    "SELECT t.token_id, t.client_id, c.code, i.name, t.hint, t.expires_at, t.revoked_at, "
    "t.last_used_at FROM token t JOIN client c ON c.client_id = t.client_id "
    "JOIN integration i ON i.client_id = t.client_id AND i.integration_id = t.integration_id "
    "ORDER BY t.token_id"};

std::vector<TokenRow> list_tokens(Connection& connection) {
  std::vector<TokenRow> tokens;
  connection.run(k_list_tokens, {}, [&](const Row& row) {
    tokens.push_back({row.integer(0), row.integer(1), std::string(row.text(2)),
                      std::string(row.text(3)), std::string(row.text(4)), row.maybe_instant(5),
                      row.maybe_instant(6), row.maybe_instant(7)});
  });
  return tokens;
}

constexpr Statement k_insert_token{
    "token.insert",
    "INSERT INTO token (client_id, token_id, integration_id, hash, hint, created_at, expires_at) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7)"};

void insert_token(Connection& connection, ClientId client, IntegrationId integration, TokenId id,
                  std::string_view token, std::optional<base::Instant> expires_at,
                  base::Instant now) {
  const base::Digest hash = base::sha256(token);
  connection.run(k_insert_token, {client, id, integration, database::Bytes(hash),
                                  token.substr(0, 4), now, expires_at});
  bump_directory(connection);
}

constexpr Statement k_token_client{"token.client",
                                   "SELECT client_id FROM token WHERE token_id = $1"};
constexpr Statement k_revoke_token{"token.revoke",
                                   "UPDATE token SET revoked_at = $3 "
                                   "WHERE client_id = $1 AND token_id = $2 AND revoked_at IS NULL"};

std::optional<ClientId> revoke_token(Connection& connection, TokenId id, base::Instant now) {
  std::optional<ClientId> client;
  connection.run(k_token_client, {id}, [&](const Row& row) { client = row.integer(0); });
  if (!client || connection.run(k_revoke_token, {*client, id, now}) == 0) return std::nullopt;
  bump_directory(connection);
  return client;
}

constexpr Statement k_note_last_use{
    "token.used", "UPDATE token SET last_used_at = $3 WHERE client_id = $1 AND token_id = $2"};

void note_last_uses(Connection& connection, std::span<const TokenUse> uses) {
  std::vector<Parameters> rows;
  rows.reserve(uses.size());
  for (const TokenUse& use : uses) rows.push_back({use.client, use.token, use.at});
  connection.run_many(k_note_last_use, rows);
}

constexpr Statement k_insert_audit{
    "audit.insert",
    "INSERT INTO audit (client_id, audit_id, at, action, subject, operator_id) "
    "VALUES ($1, $2, $3, $4, $5, $6)"};

void insert_audit(Connection& connection, ClientId client, std::string_view action,
                  std::string_view subject, base::Instant now, OperatorId operator_id) {
  const std::int64_t id = take_ids(connection, client, "audit");
  const auto who = operator_id == 0 ? std::nullopt : std::optional(operator_id);
  connection.run(k_insert_audit, {client, id, now, action, subject, who});
}

}  // namespace lotkeeper::store
