#include "cli/server/configuration.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>

#include "base/text/environment_file.hpp"

namespace lotkeeper::cli {
namespace {

constexpr const char* k_default_file = "lotkeeper.db";
constexpr const char* k_installed_configuration = "/etc/lotkeeper/lotkeeper.toml";
constexpr const char* k_installed_environment = "/etc/lotkeeper/lotkeeper.env";

std::string in_environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

/// Also false if this user may not look there.
bool exists(const char* path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

/// The database in the installed service's environment file, if any. It takes precedence over the
/// one in its configuration, so a user who cannot read this file must not use the other.
std::optional<std::string> database_in_installed_environment() {
  if (!exists(k_installed_environment)) return std::nullopt;
  constexpr std::string_view k_advice =
      "name the database with --database or LOTKEEPER_DATABASE, or run this as root";
  std::ifstream file(k_installed_environment);
  if (!file) {
    throw std::runtime_error(
        fmt::format("{} may name the service's database, but this user cannot read it; {}",
                    k_installed_environment, k_advice));
  }
  std::ostringstream text;
  text << file.rdbuf();
  try {
    return base::value_in_environment_file(text.str(), "LOTKEEPER_DATABASE");
  } catch (const std::invalid_argument& error) {
    throw std::runtime_error(fmt::format("{} cannot be parsed: {}; {}", k_installed_environment,
                                         error.what(), k_advice));
  }
}

std::optional<std::string> database_in(const std::string& file) {
  const toml::table table = read_configuration(file);
  const auto url = table["database"].value<std::string>();
  return url && !url->empty() ? url : std::nullopt;
}

}  // namespace

toml::table read_configuration(const std::string& file) {
  try {
    return toml::parse_file(file);
  } catch (const toml::parse_error& error) {
    throw std::runtime_error(fmt::format("the configuration {} cannot be read: {} (line {})", file,
                                         error.description(), error.source().begin.line));
  }
}

ChosenDatabase choose_database(const ParsedCommand& parsed) {
  if (!parsed.database_url.empty()) return {parsed.database_url, true};
  if (std::string url = in_environment("LOTKEEPER_DATABASE"); !url.empty()) {
    return {std::move(url), true};
  }
  std::string file = parsed.configuration;
  if (file.empty()) file = in_environment("LOTKEEPER_CONFIG");
  if (!file.empty()) {
    std::error_code error;
    if (std::filesystem::equivalent(file, k_installed_configuration, error)) {
      if (auto url = database_in_installed_environment()) return {std::move(*url), true};
    }
    if (auto url = database_in(file)) return {std::move(*url), true};
  } else if (!exists(k_default_file) && exists(k_installed_configuration)) {
    if (auto url = database_in_installed_environment()) return {std::move(*url), true};
    if (auto url = database_in(k_installed_configuration)) return {std::move(*url), false};
  }
  return {fmt::format("sqlite:{}", k_default_file), false};
}

}  // namespace lotkeeper::cli
