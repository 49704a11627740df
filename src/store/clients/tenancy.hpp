#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "database/connection.hpp"
#include "domain/clients/client.hpp"
#include "domain/permits/permit.hpp"
#include "store/ids.hpp"

/// Clients, integrations and tokens as operators see and change them. Each change increments the
/// version that servers watch.
namespace lotkeeper::store {

struct ClientRow {
  ClientId id = 0;
  std::string code;
  std::string name;
  std::string time_zone;
  std::string currency;
  std::string ticket_prefix = "1-";  ///< the beginning of its ticket numbers
  std::int64_t days_until_due = 20;  ///< counted from the issue of a violation
  std::int64_t appeal_days = 15;     ///< counted from the decision of an appeal
  std::string ticket_text_en = {};   ///< printed on its tickets: where to pay, how to appeal
  std::string ticket_text_fr = {};
};

struct IntegrationRow {
  ClientId client = 0;
  std::string client_code;
  IntegrationId id = 0;
  std::string name;
  domain::PermitType permit_type = domain::PermitType::temp;
  domain::Permissions permissions;
};

struct TokenRow {
  TokenId id = 0;
  ClientId client = 0;
  std::string client_code;
  std::string integration;
  std::string hint;  ///< the first 4 characters
  std::optional<base::Instant> expires_at;
  std::optional<base::Instant> revoked_at;
  std::optional<base::Instant> last_used_at;
};

[[nodiscard]] std::vector<ClientRow> list_clients(database::Connection& connection);
[[nodiscard]] std::optional<ClientRow> find_client(database::Connection& connection,
                                                   std::string_view code);
[[nodiscard]] std::optional<ClientRow> find_client(database::Connection& connection, ClientId id);
void insert_client(database::Connection& connection, const ClientRow& client, base::Instant now);
void update_client(database::Connection& connection, const ClientRow& client);

[[nodiscard]] std::vector<IntegrationRow> list_integrations(database::Connection& connection);
[[nodiscard]] std::optional<IntegrationRow> find_integration(database::Connection& connection,
                                                             ClientId client,
                                                             std::string_view name);
void insert_integration(database::Connection& connection, const IntegrationRow& integration,
                        base::Instant now);
/// Writes the permit type and the permissions.
void update_integration(database::Connection& connection, const IntegrationRow& integration);

[[nodiscard]] std::vector<TokenRow> list_tokens(database::Connection& connection);
void insert_token(database::Connection& connection, ClientId client, IntegrationId integration,
                  TokenId id, std::string_view token, std::optional<base::Instant> expires_at,
                  base::Instant now);
/// Revokes a token and returns its client. nullopt if the token does not exist or is already
/// revoked.
[[nodiscard]] std::optional<ClientId> revoke_token(database::Connection& connection, TokenId id,
                                                   base::Instant now);

/// When a token was last used.
struct TokenUse {
  ClientId client = 0;
  TokenId token = 0;
  base::Instant at;
};
void note_last_uses(database::Connection& connection, std::span<const TokenUse> uses);

/// Records an operator's change in the audit log. `operator_id` is 0 for the command line.
void insert_audit(database::Connection& connection, ClientId client, std::string_view action,
                  std::string_view subject, base::Instant now, OperatorId operator_id = 0);

}  // namespace lotkeeper::store
