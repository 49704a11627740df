#include <fmt/format.h>

#include "api/v1/imports/import_kinds.hpp"
#include "cli/command_line.hpp"
#include "cli/import/import_client.hpp"
#include "cli/import/import_server.hpp"

namespace lotkeeper::cli {
namespace {

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  for (const auto& kind : api::v1::import_kinds()) names.emplace_back(kind.name);
  return names;
}

}  // namespace

void add_import_command(CLI::App& parser, ParsedCommand& parsed) {
  struct Arguments {
    ImportOrder order;
    std::string file;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = parser.add_subcommand(
      "import",
      "Import data from another system.\n"
      "FILE is a CSV file with a header row, in UTF-8. Its columns are the attributes of the API\n"
      "under any of their names. Cells are separated by commas, semicolons or tabs.\n"
      "  permits     as in permits/push, plus reference_id, so that references stay valid\n"
      "  vehicles    as in vehicles/push\n"
      "  profiles    as in profiles/push\n"
      "  violations  JSON, as returned by violations/send_overdue_to_collections; ids are kept\n"
      "  payments    ticket, amount, time, method\n"
      "Each row is checked as the API checks it. Rows that fail are written to FILE.rejected.csv,\n"
      "each with its error code and reason, so that you can fix them and import that file. The\n"
      "other rows are imported. You can run it again: rows already stored are not stored twice.\n"
      "Exit status: 0 if nothing was rejected, else 1.");
  command->add_option("kind", arguments->order.kind, "the kind of rows")
      ->type_name("KIND")
      ->check(CLI::IsMember(kind_names()))
      ->required();
  command->add_option("file", arguments->file, "a CSV file, or JSON for violations")
      ->type_name("FILE")
      ->required();
  command->add_option("--client", arguments->order.client, "the client's code")
      ->type_name("CODE")
      ->required();
  command
      ->add_option("--integration", arguments->order.integration,
                   "the integration that the rows belong to; required for permits")
      ->type_name("NAME");
  add_database_option(*command, parsed);
  command->callback([&parsed, arguments] {
    parsed.server_side = [arguments](service::App& app, MessageSocket& socket) {
      import_in_server(app, arguments->order, socket);
    };
    parsed.client_side = [arguments](MessageSocket& socket) {
      return import_client(arguments->file, socket);
    };
  });
}

}  // namespace lotkeeper::cli
