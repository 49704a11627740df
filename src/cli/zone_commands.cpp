#include <fmt/format.h>

#include "cli/command_line.hpp"
#include "cli/table.hpp"
#include "service/clients/tenancy.hpp"
#include "service/clients/zones.hpp"

namespace lotkeeper::cli {
namespace {

struct ZoneArguments {
  std::string client;
  std::string name;
  std::string other;
  std::optional<std::int64_t> capacity;
};

CLI::App* add_zone_verb(CLI::App& group, const char* verb, const char* description,
                        ZoneArguments& arguments, ParsedCommand& parsed) {
  CLI::App* command = group.add_subcommand(verb, description);
  command->add_option("client", arguments.client, "the client's code")
      ->type_name("CLIENT")
      ->required();
  add_database_option(*command, parsed);
  return command;
}

domain::Result<std::string> zone_table(service::App& app, const std::string& client_code) {
  const auto connection = app.database().read();
  auto client = service::require_client(*connection, client_code);
  if (!client) return tl::unexpected(std::move(client.error()));
  std::vector<std::vector<std::string>> rows{{"ZONE", "CAPACITY", "ALIASES"}};
  for (const auto& zone : store::list_zones(*connection, client->id)) {
    rows.push_back({zone.name, zone.capacity ? std::to_string(*zone.capacity) : "-",
                    fmt::format("{}", fmt::join(zone.aliases, ", "))});
  }
  return format_table(rows);
}

}  // namespace

void add_zone_commands(CLI::App& parser, ParsedCommand& parsed) {
  CLI::App* group =
      parser.add_subcommand("zone", "A client's zones and their aliases (other names)");
  group->require_subcommand(1);
  const auto arguments = std::make_shared<ZoneArguments>();

  CLI::App* add =
      add_zone_verb(*group, "add", "Add a zone; permits pushed with its name are connected to it",
                    *arguments, parsed);
  add->add_option("name", arguments->name, "the zone's name")->type_name("NAME")->required();
  add->add_option("--capacity", arguments->capacity, "how many vehicles it holds")
      ->type_name("N")
      ->check(CLI::Range(0, 1'000'000));
  add->callback([&parsed, arguments] {
    parsed.on_app = [arguments](service::App& app) {
      return service::add_zone(app, arguments->client, arguments->name, arguments->capacity);
    };
  });

  CLI::App* rename = add_zone_verb(
      *group, "rename", "Rename a zone; the old name stays as an alias", *arguments, parsed);
  rename->add_option("name", arguments->name, "the zone's name")->type_name("NAME")->required();
  rename->add_option("new", arguments->other, "its new name")->type_name("NEW")->required();
  rename->callback([&parsed, arguments] {
    parsed.on_app = [arguments](service::App& app) {
      return service::rename_zone(app, arguments->client, arguments->name, arguments->other);
    };
  });

  CLI::App* alias = add_zone_verb(
      *group, "alias", "Add an alias for a zone; permits with that name are connected to the zone",
      *arguments, parsed);
  alias->add_option("alias", arguments->other, "the other name")->type_name("ALIAS")->required();
  alias->add_option("zone", arguments->name, "the zone's name")->type_name("ZONE")->required();
  alias->callback([&parsed, arguments] {
    parsed.on_app = [arguments](service::App& app) {
      return service::alias_zone(app, arguments->client, arguments->other, arguments->name);
    };
  });

  CLI::App* unalias =
      add_zone_verb(*group, "unalias",
                    "Remove an alias; permits with that name are disconnected from the zone. They\n"
                    "connect again when the name is added as a zone or an alias",
                    *arguments, parsed);
  unalias->add_option("alias", arguments->other, "the other name")->type_name("ALIAS")->required();
  unalias->callback([&parsed, arguments] {
    parsed.on_app = [arguments](service::App& app) {
      return service::unalias_zone(app, arguments->client, arguments->other);
    };
  });

  CLI::App* list = add_zone_verb(*group, "list", "List a client's zones", *arguments, parsed);
  list->callback([&parsed, arguments] {
    parsed.on_app = [arguments](service::App& app) { return zone_table(app, arguments->client); };
  });
}

}  // namespace lotkeeper::cli
