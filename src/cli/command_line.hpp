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

#include "cli/channel/dialogue.hpp"
#include "cli/run.hpp"
#include "domain/fault.hpp"
#include "service/office.hpp"

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
using OfficeAction = std::function<domain::Result<std::string>(service::Office& office)>;

/// What the words on the command line ask for, once they are parsed.
struct Wish {
  std::string database_url;
  std::string configuration;    ///< a file that names the database where nothing else does
  bool makes_database = false;  ///< a SQLite file that is not there yet is made
  bool creates = false;         ///< also where nobody named it
  OfficeAction on_office;       ///< set by commands on a database
  OfficeHalf office_half;       ///< set, with user_half, by commands on a database and a file
  UserHalf user_half;
  std::function<int()> on_own;  ///< set by serve and demo
};

/// Adds commands to `app`; when one is given, its callback fills in `wish`.
using AddCommands = void (*)(CLI::App& app, Wish& wish);

void add_client_commands(CLI::App& app, Wish& wish);
void add_integration_commands(CLI::App& app, Wish& wish);
void add_token_commands(CLI::App& app, Wish& wish);
void add_zone_commands(CLI::App& app, Wish& wish);
void add_list_commands(CLI::App& app, Wish& wish);
void add_operator_commands(CLI::App& app, Wish& wish);
void add_import_command(CLI::App& app, Wish& wish);
void add_copy_command(CLI::App& app, Wish& wish);
void add_serve_command(CLI::App& app, Wish& wish);
void add_demo_command(CLI::App& app, Wish& wish);

/// Adds `--database` and `--config` to a command on a database.
void add_database_option(CLI::App& command, Wish& wish);
/// And `--create`, to one that makes a SQLite file that is not there.
void add_create_option(CLI::App& command, Wish& wish);

/// Runs a command on a database inside a server that has it open. Only such commands are taken. Of
/// one that talks with its other half, the half that is to run here is returned.
[[nodiscard]] std::variant<Output, OfficeHalf> run_in_office(const std::vector<std::string>& words,
                                                             service::Office& office);

}  // namespace lotkeeper::cli
