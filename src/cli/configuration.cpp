#include "cli/configuration.hpp"

#include <cstdlib>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

namespace lotkeeper::cli {
namespace {

constexpr const char* k_default_file = "lotkeeper.db";
constexpr const char* k_installed_configuration = "/etc/lotkeeper/lotkeeper.toml";

std::string in_environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

bool exists(const char* path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
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

ChosenDatabase choose_database(const Wish& wish) {
  if (!wish.database_url.empty()) return {wish.database_url, true};
  if (std::string url = in_environment("LOTKEEPER_DATABASE"); !url.empty()) {
    return {std::move(url), true};
  }
  std::string file = wish.configuration;
  if (file.empty()) file = in_environment("LOTKEEPER_CONFIG");
  if (!file.empty()) {
    if (auto url = database_in(file)) return {std::move(*url), true};
  } else if (!exists(k_default_file) && exists(k_installed_configuration)) {
    if (auto url = database_in(k_installed_configuration)) return {std::move(*url), false};
  }
  return {fmt::format("sqlite:{}", k_default_file), false};
}

}  // namespace lotkeeper::cli
