#pragma once

#include <string>

#include <toml++/toml.h>

#include "cli/command_line.hpp"

/// Reads the TOML file of `serve --config`, and finds the database of a command.
namespace lotkeeper::cli {

/// Throws, with a message that names the file, if it cannot be read.
[[nodiscard]] toml::table read_configuration(const std::string& file);

/// The database of a command, and whether the user named it.
struct ChosenDatabase {
  std::string url;
  bool is_named = false;  ///< by an option, the environment, or a file named there
};

/// Chooses the first of: `--database`; LOTKEEPER_DATABASE; the configuration named by `--config` or
/// LOTKEEPER_CONFIG; lotkeeper.db in this folder, if it exists; the database of the installed
/// service (/etc/lotkeeper/lotkeeper.env, else lotkeeper.toml next to it); lotkeeper.db in this
/// folder. Throws, with a message that says what to do, if that cannot be decided.
[[nodiscard]] ChosenDatabase choose_database(const ParsedCommand& parsed);

}  // namespace lotkeeper::cli
