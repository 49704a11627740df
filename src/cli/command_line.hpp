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

/// A command on a database. Runs in this process, or inside the server if one has the database
/// open.
using AppAction = std::function<domain::Result<std::string>(service::App& app)>;

/// The parsed command line.
struct ParsedCommand {
  std::string database_url;
  std::string configuration;    ///< the TOML file that names the database if nothing else does
  bool makes_database = false;  ///< the command may create a missing SQLite file
  bool creates = false;         ///< --create: even if the user did not name it
  AppAction on_app;             ///< set by commands on a database
  ServerSide server_side;       ///< set, with client_side, by commands on a database and a file
  ClientSide client_side;
  std::function<int()> on_own;  ///< set by serve and demo
};

/// Adds commands to `parser`. The callback of the command that was given fills in `parsed`.
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
/// Adds `--create` to a command that can create a SQLite file.
void add_create_option(CLI::App& command, ParsedCommand& parsed);

/// Runs a command inside the server that has its database open. Refuses commands that do not use a
/// database. For a two-sided command, returns the half that must run in the server.
[[nodiscard]] std::variant<Output, ServerSide> run_in_server(const std::vector<std::string>& words,
                                                             service::App& app);

}  // namespace lotkeeper::cli
