#pragma once

#include <string>

#include <toml++/toml.h>

#include "cli/command_line.hpp"

/// The TOML file that `serve --config` names, and what commands take from it.
namespace lotkeeper::cli {

/// Throws, with a sentence that names the file, where it cannot be read.
[[nodiscard]] toml::table read_configuration(const std::string& file);

/// The database of a command, and whether anybody named it.
struct ChosenDatabase {
  std::string url;
  bool is_named = false;  ///< by an option, the environment, or a configuration that they name
};

/// The database that `parsed` names; else that of LOTKEEPER_DATABASE; else that of the
/// configuration that `--config` or LOTKEEPER_CONFIG names; else lotkeeper.db in this folder, where
/// it is; else that of the installed service (/etc/lotkeeper/lotkeeper.env, else lotkeeper.toml
/// beside it); else lotkeeper.db in this folder. Throws, with a sentence that says what to do,
/// where that cannot be told.
[[nodiscard]] ChosenDatabase choose_database(const ParsedCommand& parsed);

}  // namespace lotkeeper::cli
