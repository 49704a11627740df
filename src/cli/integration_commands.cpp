#include <fmt/format.h>

#include "cli/command_line.hpp"
#include "cli/table.hpp"
#include "service/clients/tenancy.hpp"

namespace lotkeeper::cli {
namespace {

struct IntegrationArguments {
  std::string client;
  std::string name;
  service::IntegrationSettings settings;
};

void add_arguments(CLI::App& command, IntegrationArguments& arguments) {
  command.add_option("client", arguments.client, "the client's code")
      ->type_name("CLIENT")
      ->required();
  command.add_option("name", arguments.name, "the name of the outside system, such as HotSpot")
      ->type_name("NAME")
      ->required();
  command
      .add_option("--allow", arguments.settings.allow,
                  fmt::format("permissions, separated by commas, or all:\n"
                              "{}",
                              fmt::join(domain::k_permission_names, ", ")))
      ->type_name("P1,P2");
  command
      .add_option("--permit-type", arguments.settings.permit_type,
                  "type of permits pushed without one: standard, temp (default) or validator")
      ->type_name("TYPE");
}

std::string allowed(const domain::Permissions& permissions) {
  if (permissions.all()) return "all";
  std::string text;
  for (std::size_t i = 0; i < domain::k_permission_names.size(); ++i) {
    if (!permissions.test(i)) continue;
    if (!text.empty()) text += ",";
    text += domain::k_permission_names[i];
  }
  return text.empty() ? "nothing" : text;
}

domain::Result<std::string> integration_table(service::App& app, const std::string& client_code) {
  const auto connection = app.database().read();
  std::optional<store::ClientId> only;
  if (!client_code.empty()) {
    auto client = service::require_client(*connection, client_code);
    if (!client) return tl::unexpected(std::move(client.error()));
    only = client->id;
  }
  std::vector<std::vector<std::string>> rows{{"CLIENT", "NAME", "PERMIT TYPE", "MAY"}};
  for (const auto& integration : store::list_integrations(*connection)) {
    if (only && integration.client != *only) continue;
    rows.push_back({integration.client_code, integration.name,
                    std::string(domain::to_string(integration.permit_type)),
                    allowed(integration.permissions)});
  }
  return format_table(rows);
}

}  // namespace

void add_integration_commands(CLI::App& parser, ParsedCommand& parsed) {
  CLI::App* group = parser.add_subcommand(
      "integration", "Integrations: the outside systems that may call the API for a client");
  group->require_subcommand(1);
  const auto arguments = std::make_shared<IntegrationArguments>();

  CLI::App* add = group->add_subcommand("add", "Add an integration; it may do what --allow lists");
  add_arguments(*add, *arguments);
  add_database_option(*add, parsed);
  add->callback([&parsed, arguments] {
    parsed.on_app = [arguments](service::App& app) {
      return service::add_integration(app, arguments->client, arguments->name, arguments->settings);
    };
  });

  CLI::App* set = group->add_subcommand("set", "Change what an integration may do");
  add_arguments(*set, *arguments);
  add_database_option(*set, parsed);
  set->callback([&parsed, arguments] {
    parsed.on_app = [arguments](service::App& app) {
      return service::set_integration(app, arguments->client, arguments->name, arguments->settings);
    };
  });

  CLI::App* list = group->add_subcommand("list", "List the integrations of one client or of all");
  list->add_option("client", arguments->client, "the client's code")->type_name("CLIENT");
  add_database_option(*list, parsed);
  list->callback([&parsed, arguments] {
    parsed.on_app = [arguments](service::App& app) {
      return integration_table(app, arguments->client);
    };
  });
}

}  // namespace lotkeeper::cli
