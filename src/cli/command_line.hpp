#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/channel/two_sided.hpp"
#include "cli/run.hpp"
#include "domain/fault.hpp"
#include "service/app.hpp"

/// The command line: `lotkeeper serve`, `lotkeeper client add` …
namespace lotkeeper::cli {

/// What a command printed and how it ended.
struct Output {
  int exit_code = 0;
  std::string out;
  std::string err;
};

/// A command on a database: runs in this process where nothing else serves that database, and in
/// the server where one does.
using AppAction = std::function<domain::Result<std::string>(service::App& app)>;

/// What the words on the command line ask for, once they are parsed.
struct ParsedCommand {
  std::string database_url;
  std::string configuration;    ///< a file that names the database where nothing else does
  bool makes_database = false;  ///< a SQLite file that is not there yet is made
  bool creates = false;         ///< also where nobody named it
  AppAction on_app;             ///< set by commands on a database
  ServerSide server_side;       ///< set, with user_half, by commands on a database and a file
  ClientSide client_side;
  std::function<int()> on_own;  ///< set by serve and demo
};

/// Adds commands to `parser`; when one is given, its callback fills in `parsed`.
using AddCommands = void (*)(CLI::App& parser, ParsedCommand& parsed);

void add_client_commands(CLI::App& parser, ParsedCommand& parsed);
void add_integration_commands(CLI::App& parser, ParsedCommand& parsed);
void add_token_commands(CLI::App& parser, ParsedCommand& parsed);
void add_zone_commands(CLI::App& parser, ParsedCommand& parsed);
void add_list_commands(CLI::App& parser, ParsedCommand& parsed);
void add_operator_commands(CLI::App& parser, ParsedCommand& parsed);
void add_import_command(CLI::App& parser, ParsedCommand& parsed);
void add_copy_command(CLI::App& parser, ParsedCommand& parsed);
void add_serve_command(CLI::App& parser, ParsedCommand& parsed);
void add_demo_command(CLI::App& parser, ParsedCommand& parsed);

/// Adds `--database` and `--config` to a command on a database.
void add_database_option(CLI::App& command, ParsedCommand& parsed);
/// And `--create`, to one that makes a SQLite file that is not there.
void add_create_option(CLI::App& command, ParsedCommand& parsed);

/// Runs a command on a database inside a server that has it open. Only such commands are taken. Of
/// one that talks with its other half, the half that is to run here is returned.
[[nodiscard]] std::variant<Output, ServerSide> run_in_server(const std::vector<std::string>& words,
                                                             service::App& app);

}  // namespace lotkeeper::cli
