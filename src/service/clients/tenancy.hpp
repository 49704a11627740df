#pragma once

#include <optional>
#include <string>
#include <vector>

#include "service/actor.hpp"
#include "store/clients/tenancy.hpp"

/// Changes that operators make. Each function checks first, then writes, in one transaction, and
/// takes effect at once. A refusal's detail is a message for the operator.
namespace lotkeeper::service {

using domain::Result;

struct ClientSettings {
  std::optional<std::string> name;
  std::optional<std::string> time_zone;  ///< IANA
  std::optional<std::string> currency;   ///< CAD or USD
  std::optional<std::string> ticket_prefix = {};
  std::optional<std::int64_t> days_until_due = {};
  std::optional<std::int64_t> appeal_days = {};
  std::optional<std::string> ticket_text_en = {};  ///< at most 2,000 characters; lines allowed
  std::optional<std::string> ticket_text_fr = {};
};

Result<std::string> add_client(const Actor& actor, const std::string& code,
                               const ClientSettings& settings);
Result<std::string> set_client(const Actor& actor, const std::string& code,
                               const ClientSettings& settings);

struct IntegrationSettings {
  std::optional<std::string> allow;  ///< permissions separated by commas, or `all`
  std::optional<std::string> permit_type;
};

Result<std::string> add_integration(const Actor& actor, const std::string& client,
                                    const std::string& name, const IntegrationSettings& settings);
Result<std::string> set_integration(const Actor& actor, const std::string& client,
                                    const std::string& name, const IntegrationSettings& settings);

/// Returns the token, which cannot be read again later. `expires` is a date (the last valid day, in
/// the client's time zone) or a time with `Z`. Refused if that is past. `chosen` replaces the
/// random token (demo only).
Result<std::string> issue_token(const Actor& actor, const std::string& client,
                                const std::string& integration,
                                const std::optional<std::string>& expires,
                                const std::optional<std::string>& chosen = {});
Result<std::string> revoke_token(const Actor& actor, store::TokenId id);

/// The client with this code, or a refusal that says how to list all clients.
Result<store::ClientRow> require_client(database::Connection& connection, const std::string& code);

/// The client's integration with this name, or a refusal that says how to list all of them.
Result<store::IntegrationRow> require_integration(database::Connection& connection,
                                                  const store::ClientRow& client,
                                                  const std::string& name);

}  // namespace lotkeeper::service
