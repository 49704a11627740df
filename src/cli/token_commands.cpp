#include "cli/command_line.hpp"
#include "cli/table.hpp"
#include "domain/time.hpp"
#include "service/clients/tenancy.hpp"

namespace lotkeeper::cli {
namespace {

struct TokenArguments {
  std::string client;
  std::string integration;
  std::optional<std::string> expires;
  store::TokenId id = 0;
};

std::string time_or(const std::optional<base::Instant>& time, const char* otherwise) {
  return time ? domain::format_utc(*time) : otherwise;
}

domain::Result<std::string> token_table(service::App& app, const std::string& client_code) {
  const auto connection = app.database().read();
  std::optional<store::ClientId> only;
  if (!client_code.empty()) {
    auto client = service::require_client(*connection, client_code);
    if (!client) return tl::unexpected(std::move(client.error()));
    only = client->id;
  }
  std::vector<std::vector<std::string>> rows{
      {"ID", "CLIENT", "INTEGRATION", "STARTS WITH", "EXPIRES", "LAST USE", "REVOKED"}};
  for (const auto& token : store::list_tokens(*connection)) {
    if (only && token.client != *only) continue;
    rows.push_back({std::to_string(token.id), token.client_code, token.integration, token.hint,
                    time_or(token.expires_at, "never"), time_or(token.last_used_at, "never"),
                    time_or(token.revoked_at, "no")});
  }
  return format_table(rows);
}

}  // namespace

void add_token_commands(CLI::App& parser, ParsedCommand& parsed) {
  CLI::App* group =
      parser.add_subcommand("token", "Tokens: the keys with which integrations call the API");
  group->require_subcommand(1);
  const auto arguments = std::make_shared<TokenArguments>();

  CLI::App* issue = group->add_subcommand(
      "issue",
      "Issue a token and print only the token. It is not stored and cannot be shown again.\n"
      "An integration can have several: issue a new one, switch to it, revoke the old one.");
  issue->add_option("client", arguments->client, "the client's code")
      ->type_name("CLIENT")
      ->required();
  issue->add_option("integration", arguments->integration, "the integration's name")
      ->type_name("INTEGRATION")
      ->required();
  issue
      ->add_option("--expires", arguments->expires,
                   "the last day it is valid (2027-12-31, in the client's time zone),\n"
                   "or a UTC time (2027-12-31T18:00:00Z); without it the token never expires")
      ->type_name("DATE");
  add_database_option(*issue, parsed);
  issue->callback([&parsed, arguments] {
    parsed.on_app = [arguments](service::App& app) {
      return service::issue_token(app, arguments->client, arguments->integration,
                                  arguments->expires);
    };
  });

  CLI::App* list = group->add_subcommand("list", "List the tokens of one client or of all");
  list->add_option("client", arguments->client, "the client's code")->type_name("CLIENT");
  add_database_option(*list, parsed);
  list->callback([&parsed, arguments] {
    parsed.on_app = [arguments](service::App& app) { return token_table(app, arguments->client); };
  });

  CLI::App* revoke = group->add_subcommand("revoke", "Revoke a token; it stops working at once");
  revoke->add_option("id", arguments->id, "its id, from lotkeeper token list")
      ->type_name("ID")
      ->required();
  add_database_option(*revoke, parsed);
  revoke->callback([&parsed, arguments] {
    parsed.on_app = [arguments](service::App& app) {
      return service::revoke_token(app, arguments->id);
    };
  });
}

}  // namespace lotkeeper::cli
