#include "cli/command_line.hpp"

#include <filesystem>
#include <iostream>
#include <sstream>
#include <thread>

#include <fmt/format.h>

#include "base/log.hpp"
#include "cli/channel/command_socket.hpp"
#include "cli/server/configuration.hpp"
#include "cli/unknown_word.hpp"

namespace lotkeeper::cli {
namespace {

void build(CLI::App& parser, ParsedCommand& parsed) {
  parser.description(
      "Lotkeeper: a parking-operations server that speaks the OPS-COM third-party API.\n\n"
      "  lotkeeper demo                     try it: a server with sample data on this machine\n"
      "  lotkeeper serve                    run a server\n"
      "  lotkeeper COMMAND --help           more about a command");
  parser.require_subcommand(1);
  parser.set_version_flag("--version", std::string("lotkeeper ") + LOTKEEPER_VERSION);
  parser.failure_message([](const CLI::App* failed, const CLI::Error& error) {
    return fmt::format(
        "lotkeeper: {}\n"
        "Run {} --help for usage.\n",
        error.what(), failed->get_display_name());
  });
  for (const AddCommands add :
       {add_demo_command, add_serve_command, add_client_commands, add_integration_commands,
        add_token_commands, add_zone_commands, add_list_commands, add_operator_commands,
        add_import_command, add_copy_command}) {
    add(parser, parsed);
  }
}

/// Parses `words` (without the program name). Returns an Output if the command ends here, with help
/// or an error.
std::optional<Output> parse(CLI::App& parser, const std::vector<std::string>& words) {
  try {
    parser.parse(
        std::vector<std::string>(words.rbegin(), words.rend()));  // CLI11 expects them in reverse
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream err;
    const int code = parser.exit(error, out, err);
    if (code == 0) return Output{0, out.str(), err.str()};
    const std::string unknown = describe_unknown_word(parser, words);
    if (unknown.empty()) return Output{2, out.str(), err.str()};
    return Output{2, {}, fmt::format("lotkeeper: {}\n", unknown)};
  }
}

Output perform(const AppAction& action, service::App& app) {
  auto result = action(app);
  if (result) return {0, std::move(*result), {}};
  return {1, {}, fmt::format("lotkeeper: {}\n", result.error().faults.front().detail)};
}

/// Refuses a missing SQLite file, so that a mistyped path does not create a database. A command
/// that may create one does so only if the user named the file or gave `--create`. PostgreSQL
/// reports a missing database itself. Returns the path of the file about to be created, if any.
std::string require_database(const ParsedCommand& parsed, bool is_named) {
  const std::string path = database::sqlite_path(parsed.database_url);
  if (path.empty()) return {};
  // A file that this user may not see fails later, when it is opened. A lock file means that a
  // server is just starting.
  const auto is_missing = [](const std::string& file) {
    std::error_code error;
    return std::filesystem::status(file, error).type() == std::filesystem::file_type::not_found;
  };
  if (!is_missing(path) || !is_missing(path + ".lock")) return {};
  const std::string whole = std::filesystem::absolute(path).string();
  if (parsed.makes_database && (is_named || parsed.creates)) return whole;
  if (parsed.makes_database) {
    throw std::runtime_error(
        fmt::format("the database {} does not exist yet; add --create to create it, or name yours "
                    "with --database sqlite:PATH, LOTKEEPER_DATABASE or --config FILE",
                    whole));
  }
  throw std::runtime_error(fmt::format(
      "the database {} does not exist; name yours with --database sqlite:PATH, LOTKEEPER_DATABASE "
      "or --config FILE, or create this one with: lotkeeper client add CODE --database {}",
      whole, parsed.database_url));
}

/// Calls `here(app)` in this process. If another process has the database open, calls `there(path)`
/// instead, which returns nullopt if that process takes no commands. It may be just starting or
/// stopping, so both are tried for a while.
template <class Here, class There>
auto run_on_database(const std::string& url, Here here, There there) {
  constexpr int k_tries = 100;
  constexpr std::chrono::milliseconds k_pause{50};
  const base::SystemClock clock;
  for (int i = 0; i < k_tries; ++i) {
    try {
      service::App app({url, std::chrono::milliseconds(0), {}, {}}, clock);
      return here(app);
    } catch (const database::DatabaseInUse&) {
      if (auto result = there(database::sqlite_path(url))) return std::move(*result);
    }
    std::this_thread::sleep_for(k_pause);
  }
  throw std::runtime_error(
      fmt::format("{} is in use by another process that takes no commands; run this command as the "
                  "same user as the server, or stop that process",
                  database::sqlite_path(url)));
}

int show(const Output& output) {
  std::cout << output.out << std::flush;
  std::cerr << output.err << std::flush;
  return output.exit_code;
}

int run_action(const ParsedCommand& parsed, const std::vector<std::string>& words) {
  return show(run_on_database(
      parsed.database_url, [&](service::App& app) { return perform(parsed.on_app, app); },
      [&](const std::string& path) { return ask_server(path, words); }));
}

int run_two_sided(const ParsedCommand& parsed, const std::vector<std::string>& words) {
  return run_on_database(
      parsed.database_url,
      [&](service::App& app) {
        // This may take long, so other commands are accepted meanwhile.
        std::optional<CommandSocket> socket;
        const std::string path = database::sqlite_path(parsed.database_url);
        if (!path.empty()) socket.emplace(path, app);
        return run_both_sides(parsed.server_side, parsed.client_side, app);
      },
      [&](const std::string& path) -> std::optional<int> {
        auto reached = talk_to_server(path, words);
        if (!reached) return std::nullopt;
        if (const auto* output = std::get_if<Output>(&*reached)) return show(*output);
        return parsed.client_side(std::get<MessageSocket>(*reached));
      });
}

}  // namespace

void add_database_option(CLI::App& command, ParsedCommand& parsed) {
  command
      .add_option(
          "--database", parsed.database_url,
          "sqlite:PATH or postgresql://USER@HOST:PORT/DATABASE; a server may be running on it.\n"
          "Default: LOTKEEPER_DATABASE, else the file of --config, else lotkeeper.db in this\n"
          "folder, else the installed service's database (/etc/lotkeeper). Set a URL with a\n"
          "password in the environment: other users of this machine can see a command line")
      ->type_name("URL");
  command
      .add_option("--config", parsed.configuration,
                  "read the database from this TOML file of the server (default: LOTKEEPER_CONFIG)")
      ->type_name("FILE");
}

void add_create_option(CLI::App& command, ParsedCommand& parsed) {
  command.add_flag("--create", parsed.creates,
                   "create the default database if it does not exist and you name no other");
}

std::variant<Output, ServerSide> run_in_server(const std::vector<std::string>& words,
                                               service::App& app) {
  CLI::App parser("lotkeeper", "lotkeeper");
  ParsedCommand parsed;
  build(parser, parsed);
  if (auto ended = parse(parser, words)) return std::move(*ended);
  if (parsed.server_side) return std::move(parsed.server_side);
  if (!parsed.on_app) return Output{2, {}, "lotkeeper: this command does not use a database\n"};
  try {
    return perform(parsed.on_app, app);
  } catch (const std::exception& error) {
    return Output{1, {}, fmt::format("lotkeeper: {}\n", error.what())};
  }
}

int run(int argc, char** argv) {
  base::start_command_log();  // serve starts its own log later
  const std::vector<std::string> words(argv + 1, argv + argc);
  CLI::App parser("lotkeeper", "lotkeeper");
  ParsedCommand parsed;
  build(parser, parsed);
  if (const auto ended = parse(parser, words)) return show(*ended);
  try {
    if (parsed.on_own) return parsed.on_own();
    ChosenDatabase chosen = choose_database(parsed);
    parsed.database_url = std::move(chosen.url);
    const std::string made = require_database(parsed, chosen.is_named);
    const int code = parsed.client_side ? run_two_sided(parsed, words) : run_action(parsed, words);
    if (!made.empty()) std::cerr << "created the database " << made << '\n';
    return code;
  } catch (const std::exception& error) {
    std::cerr << "lotkeeper: " << error.what() << '\n';
    return 1;
  }
}

}  // namespace lotkeeper::cli
