#include "service/clients/tenancy.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text/text.hpp"
#include "domain/name.hpp"
#include "domain/time.hpp"
#include "store/clients/list.hpp"

namespace lotkeeper::service {
namespace {

using database::Connection;
using domain::ErrorCode;
using domain::invalid;
using domain::refused;

constexpr std::size_t k_longest_prefix = 20;
constexpr std::size_t k_longest_ticket_text = 2'000;

/// Reads the text for the printed ticket. It may have several lines.
Result<std::string> read_ticket_text(const std::string& text) {
  const auto is_refused = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n' && c != '\r' && c != '\t') || byte == 0x7F;
  };
  if (base::count_code_points(text) > k_longest_ticket_text ||
      std::ranges::any_of(text, is_refused) || !base::is_valid_utf8(text)) {
    return invalid(
        fmt::format("a ticket's text can have at most {} characters and no control characters "
                    "except line breaks and tabs",
                    k_longest_ticket_text));
  }
  return std::string(base::trim_white_space(text));
}

Result<void> apply_settings(store::ClientRow& client, const ClientSettings& settings) {
  if (settings.name) {
    auto name = domain::checked_name("a client's name", *settings.name);
    if (!name) return tl::unexpected(std::move(name.error()));
    client.name = std::move(*name);
  }
  if (settings.time_zone) {
    if (!domain::TimeZone::find(*settings.time_zone)) {
      return invalid(
          fmt::format("\"{}\" is not a time zone that this system knows; write an IANA name such "
                      "as America/Toronto",
                      *settings.time_zone));
    }
    client.time_zone = *settings.time_zone;
  }
  if (settings.currency) {
    const auto currency = domain::parse_currency(*settings.currency);
    if (!currency) return invalid("the currency must be CAD or USD");
    client.currency = *currency;
  }
  if (settings.ticket_prefix) {
    const bool is_short = base::count_code_points(*settings.ticket_prefix) <= k_longest_prefix;
    if (!is_short || base::has_control_character(*settings.ticket_prefix)) {
      return invalid(
          fmt::format("a ticket prefix can have at most {} characters and no control characters",
                      k_longest_prefix));
    }
    client.ticket_prefix = *settings.ticket_prefix;
  }
  if (settings.days_until_due) client.days_until_due = *settings.days_until_due;
  if (settings.appeal_days) client.appeal_days = *settings.appeal_days;
  for (const auto& [sent, kept] : {std::pair(&settings.ticket_text_en, &client.ticket_text_en),
                                   std::pair(&settings.ticket_text_fr, &client.ticket_text_fr)}) {
    if (!*sent) continue;
    auto text = read_ticket_text(**sent);
    if (!text) return tl::unexpected(std::move(text.error()));
    *kept = std::move(*text);
  }
  return {};
}

Result<void> apply_settings(store::IntegrationRow& integration,
                            const IntegrationSettings& settings) {
  if (settings.permit_type) {
    const auto type = domain::parse_permit_type(*settings.permit_type);
    if (!type) return invalid("the permit type must be standard, temp or validator");
    integration.permit_type = *type;
  }
  if (!settings.allow) return {};
  integration.permissions.reset();
  std::string_view rest = *settings.allow;
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    const std::string_view name = base::trim_white_space(rest.substr(0, comma));
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    if (name.empty()) continue;
    if (name == "all") {
      integration.permissions.set();
      continue;
    }
    const auto permission = domain::parse_permission(name);
    if (!permission) {
      return invalid(fmt::format("\"{}\" is not a permission; the permissions are: all, {}", name,
                                 fmt::join(domain::k_permission_names, ", ")));
    }
    integration.permissions.set(static_cast<std::size_t>(*permission));
  }
  return {};
}

Result<std::optional<base::Instant>> read_expiry(const std::optional<std::string>& expires,
                                                 const store::ClientRow& client,
                                                 base::Instant now) {
  if (!expires) return std::nullopt;
  const bool is_date = expires->size() == 10;
  auto time = domain::parse_wall_time(is_date ? *expires + "T23:59:59" : *expires);
  if (!time || (!is_date && !time->utc)) {
    return invalid("write the expiry as a date (2027-12-31) or a UTC time (2027-12-31T18:00:00Z)");
  }
  const auto zone = domain::TimeZone::find(client.time_zone);
  if (!zone)
    return invalid(fmt::format("this system does not know the time zone {}", client.time_zone));
  const auto readings = zone->resolve(*time);
  if (!readings) return invalid("write an expiry within the years 1 to 9999 in UTC");
  base::Instant moment = readings->last;
  if (is_date) moment = std::min(moment + std::chrono::seconds(1), domain::k_last_instant);
  if (moment <= now) {
    return invalid(
        fmt::format("the token would already be expired: {} is past (it is {} now). Give a later "
                    "day or time, or none for a token that never expires",
                    *expires, domain::format_utc(now)));
  }
  return moment;
}

}  // namespace

Result<store::ClientRow> require_client(Connection& connection, const std::string& code) {
  auto found = store::find_client(connection, code);
  if (found) return std::move(*found);
  return invalid(
      fmt::format("there is no client \"{}\"; see them with: lotkeeper client list", code));
}

Result<store::IntegrationRow> require_integration(Connection& connection,
                                                  const store::ClientRow& client,
                                                  const std::string& name) {
  auto found = store::find_integration(connection, client.id, name);
  if (found) return std::move(*found);
  return invalid(
      fmt::format("{} has no integration \"{}\"; see them with: lotkeeper integration list {}",
                  client.code, name, client.code));
}

Result<std::string> add_client(const Actor& actor, const std::string& code,
                               const ClientSettings& settings) {
  return actor.change([&](WriteBatch& batch) -> Result<std::string> {
    if (!domain::is_client_code(code)) {
      return invalid("a client's code must have 1 to 50 letters, digits, dashes and underscores");
    }
    if (const auto existing = store::find_client(batch.connection, code)) {
      return invalid(fmt::format(
          "there is already a client {} (case does not matter, and - equals _)", existing->code));
    }
    store::ClientRow client{0, code, code, "UTC", "CAD", "1-", 20};
    if (auto applied = apply_settings(client, settings); !applied) {
      return tl::unexpected(std::move(applied.error()));
    }
    client.id = store::take_ids(batch.connection, store::k_all_clients, "client");
    store::insert_client(batch.connection, client, batch.now);
    store::fill_reference_lists(batch.connection, client.id, batch.now);
    store::insert_audit(batch.connection, client.id, "client add", code, batch.now,
                        batch.operator_id);
    return fmt::format("client {} added, time zone {}, currency {}\n", client.code,
                       client.time_zone, client.currency);
  });
}

Result<std::string> set_client(const Actor& actor, const std::string& code,
                               const ClientSettings& settings) {
  return actor.change([&](WriteBatch& batch) -> Result<std::string> {
    auto client = require_client(batch.connection, code);
    if (!client) return tl::unexpected(std::move(client.error()));
    if (auto applied = apply_settings(*client, settings); !applied) {
      return tl::unexpected(std::move(applied.error()));
    }
    store::update_client(batch.connection, *client);
    store::insert_audit(batch.connection, client->id, "client set", client->code, batch.now,
                        batch.operator_id);
    return fmt::format("client {}: time zone {}, currency {}\n", client->code, client->time_zone,
                       client->currency);
  });
}

Result<std::string> add_integration(const Actor& actor, const std::string& client_code,
                                    const std::string& name, const IntegrationSettings& settings) {
  return actor.change([&](WriteBatch& batch) -> Result<std::string> {
    auto client = require_client(batch.connection, client_code);
    if (!client) return tl::unexpected(std::move(client.error()));
    auto checked = domain::checked_name("an integration's name", name);
    if (!checked) return checked;
    if (store::find_integration(batch.connection, client->id, name)) {
      return invalid(
          fmt::format("{0} already has an integration \"{1}\"; change it with: lotkeeper "
                      "integration set {0} \"{1}\"",
                      client->code, name));
    }
    store::IntegrationRow integration;
    integration.client = client->id;
    integration.name = std::move(*checked);
    if (auto applied = apply_settings(integration, settings); !applied) {
      return tl::unexpected(std::move(applied.error()));
    }
    integration.id = store::take_ids(batch.connection, client->id, "integration");
    store::insert_integration(batch.connection, integration, batch.now);
    store::insert_audit(batch.connection, client->id, "integration add", integration.name,
                        batch.now, batch.operator_id);
    return fmt::format("integration \"{}\" added to {}, {} permissions\n", integration.name,
                       client->code, integration.permissions.count());
  });
}

Result<std::string> set_integration(const Actor& actor, const std::string& client_code,
                                    const std::string& name, const IntegrationSettings& settings) {
  return actor.change([&](WriteBatch& batch) -> Result<std::string> {
    auto client = require_client(batch.connection, client_code);
    if (!client) return tl::unexpected(std::move(client.error()));
    auto integration = require_integration(batch.connection, *client, name);
    if (!integration) return tl::unexpected(std::move(integration.error()));
    if (auto applied = apply_settings(*integration, settings); !applied) {
      return tl::unexpected(std::move(applied.error()));
    }
    store::update_integration(batch.connection, *integration);
    store::insert_audit(batch.connection, client->id, "integration set", integration->name,
                        batch.now, batch.operator_id);
    return fmt::format("integration \"{}\" of {}: permit type {}, {} permissions\n",
                       integration->name, client->code, domain::to_string(integration->permit_type),
                       integration->permissions.count());
  });
}

Result<std::string> issue_token(const Actor& actor, const std::string& client_code,
                                const std::string& integration_name,
                                const std::optional<std::string>& expires,
                                const std::optional<std::string>& chosen) {
  return actor.change([&](WriteBatch& batch) -> Result<std::string> {
    auto client = require_client(batch.connection, client_code);
    if (!client) return tl::unexpected(std::move(client.error()));
    auto integration = require_integration(batch.connection, *client, integration_name);
    if (!integration) return tl::unexpected(std::move(integration.error()));
    auto expiry = read_expiry(expires, *client, batch.now);
    if (!expiry) return tl::unexpected(std::move(expiry.error()));

    const std::string token = chosen ? *chosen : base::make_token();
    const store::TokenId id = store::take_ids(batch.connection, store::k_all_clients, "token");
    store::insert_token(batch.connection, client->id, integration->id, id, token, *expiry,
                        batch.now);
    store::insert_audit(batch.connection, client->id, "token issue", std::to_string(id), batch.now,
                        batch.operator_id);
    return token + "\n";
  });
}

Result<std::string> revoke_token(const Actor& actor, store::TokenId id) {
  return actor.change([&](WriteBatch& batch) -> Result<std::string> {
    const auto client = store::revoke_token(batch.connection, id, batch.now);
    if (!client) {
      return invalid(fmt::format(
          "there is no active token with the id {}; see tokens with: lotkeeper token list", id));
    }
    store::insert_audit(batch.connection, *client, "token revoke", std::to_string(id), batch.now,
                        batch.operator_id);
    return fmt::format("token {} revoked\n", id);
  });
}

}  // namespace lotkeeper::service
