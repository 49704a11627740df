#include "cli/command_line.hpp"
#include "cli/table.hpp"
#include "service/clients/tenancy.hpp"

namespace lotkeeper::cli {
namespace {

struct ClientArguments {
  std::string code;
  service::ClientSettings settings;
};

void add_settings(CLI::App& command, ClientArguments& arguments) {
  command.add_option("--name", arguments.settings.name, "the name that people see")
      ->type_name("NAME");
  command
      .add_option("--time-zone", arguments.settings.time_zone,
                  "IANA time zone, such as America/Toronto; default UTC")
      ->type_name("TZ");
  command
      .add_option("--currency", arguments.settings.currency,
                  "CAD or USD, for amounts sent without a currency; default CAD")
      ->type_name("CODE");
  command
      .add_option("--ticket-prefix", arguments.settings.ticket_prefix,
                  "prefix of its ticket numbers; default 1-, as in 1-100001")
      ->type_name("TEXT");
  command
      .add_option("--days-until-due", arguments.settings.days_until_due,
                  "days until a violation is due; default 20")
      ->type_name("N")
      ->check(CLI::Range(0, 3650));
  command
      .add_option("--appeal-days", arguments.settings.appeal_days,
                  "days from an appeal's decision to the new due date, if that is later than the "
                  "old one; default 15")
      ->type_name("N")
      ->check(CLI::Range(0, 3650));
  command
      .add_option("--ticket-text-en", arguments.settings.ticket_text_en,
                  "text printed on its tickets: where to pay, how to appeal; \"\" for none")
      ->type_name("TEXT");
  command.add_option("--ticket-text-fr", arguments.settings.ticket_text_fr, "the same in French")
      ->type_name("TEXT");
}

std::string client_table(service::App& app) {
  std::vector<std::vector<std::string>> rows{{"CODE", "NAME", "TIME ZONE", "CURRENCY"}};
  for (const auto& client : store::list_clients(*app.database().read())) {
    rows.push_back({client.code, client.name, client.time_zone, client.currency});
  }
  return format_table(rows);
}

}  // namespace

void add_client_commands(CLI::App& parser, ParsedCommand& parsed) {
  CLI::App* group =
      parser.add_subcommand("client", "Clients: the cities, universities … whose lots you manage");
  group->require_subcommand(1);
  const auto arguments = std::make_shared<ClientArguments>();

  CLI::App* add = group->add_subcommand("add", "Add a client; its code is part of the API's URLs");
  add->add_option("code", arguments->code,
                  "letters, digits, dashes and underscores, such as OC_TOMA")
      ->type_name("CODE")
      ->required();
  add_settings(*add, *arguments);
  add_database_option(*add, parsed);
  add_create_option(*add, parsed);
  add->callback([&parsed, arguments] {
    parsed.makes_database = true;
    parsed.on_app = [arguments](service::App& app) {
      return service::add_client(app, arguments->code, arguments->settings);
    };
  });

  CLI::App* set = group->add_subcommand("set", "Change a client's settings");
  set->add_option("code", arguments->code, "the client's code")->type_name("CODE")->required();
  add_settings(*set, *arguments);
  add_database_option(*set, parsed);
  set->callback([&parsed, arguments] {
    parsed.on_app = [arguments](service::App& app) {
      return service::set_client(app, arguments->code, arguments->settings);
    };
  });

  CLI::App* list = group->add_subcommand("list", "List all clients");
  add_database_option(*list, parsed);
  list->callback([&parsed] {
    parsed.on_app = [](service::App& app) -> domain::Result<std::string> {
      return client_table(app);
    };
  });
}

}  // namespace lotkeeper::cli
