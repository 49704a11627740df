#include <cstdlib>
#include <map>

#include <fmt/format.h>
#include <boost/asio/ip/address.hpp>

#include "base/text/text.hpp"
#include "cli/command_line.hpp"
#include "cli/server/configuration.hpp"
#include "cli/server/server_program.hpp"
#include "http/address.hpp"

namespace lotkeeper::cli {
namespace {

constexpr const char* k_config_option = "config";

std::string environment_name(std::string name) {
  for (char& c : name) c = c == '-' ? '_' : static_cast<char>(std::toupper(c));
  return "LOTKEEPER_" + name;
}

std::vector<std::string> to_words(const toml::node& node, std::string_view key) {
  std::vector<std::string> words;
  const auto add = [&](const toml::node& value) {
    if (const auto text = value.value_exact<std::string>()) {
      words.push_back(*text);
    } else if (const auto number = value.value_exact<std::int64_t>()) {
      words.push_back(std::to_string(*number));
    } else if (const auto flag = value.value_exact<bool>()) {
      words.emplace_back(*flag ? "true" : "false");
    } else {
      throw std::runtime_error(fmt::format(
          "the configuration's {} must be a string, a whole number, true or false", key));
    }
  };
  if (const toml::array* array = node.as_array()) {
    for (const toml::node& value : *array) add(value);
  } else {
    add(node);
  }
  return words;
}

/// Sets options from the file, unless the command line or the environment has set them.
void apply_config(CLI::App& command, const std::string& file) {
  const toml::table table = read_configuration(file);
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    CLI::Option* option = name == k_config_option || name == "help"
                              ? nullptr
                              : command.get_option_no_throw("--" + name);
    if (option == nullptr) {
      throw std::runtime_error(
          fmt::format("the configuration {} has \"{}\", which is not an option of serve; see "
                      "lotkeeper serve --help",
                      file, name));
    }
    if (option->count() > 0) continue;
    option->add_result(to_words(node, name));
    option->run_callback();
  }
}

std::string trim(std::string& text) {
  text = std::string(base::trim_white_space(text));
  return {};
}

/// Rewrites an address in the form that connections report. Returns what is wrong with it, or
/// nothing.
std::string read_address(std::string& text) {
  boost::system::error_code error;
  const auto address =
      boost::asio::ip::make_address(std::string(base::trim_white_space(text)), error);
  if (error)
    return fmt::format("\"{}\" is not an IP address such as 10.0.0.5 or 2001:db8::5", text);
  text = http::text_of(address);
  return {};
}

void add_options(CLI::App& command, ServerSettings& settings) {
  command.add_option("--listen", settings.listen, "address to listen on; port 0: any free port")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  command
      .add_option(
          "--database", settings.database_url,
          "sqlite:PATH or postgresql://USER@HOST:PORT/DATABASE. Set a URL with a password in the\n"
          "environment or the file: other users of this machine can see a command line")
      ->type_name("URL")
      ->default_str("sqlite:lotkeeper.db");
  command.add_option("--io-threads", settings.io_threads, "number of event loops; 0: one per core")
      ->type_name("N")
      ->check(CLI::Range(0U, 256U))
      ->capture_default_str();
  command
      .add_option("--group-size", settings.committer.group_size,
                  "most writes in one transaction; 1 turns grouping off")
      ->type_name("N")
      ->check(CLI::Range(1U, 10'000U))
      ->capture_default_str();
  command
      .add_option(
          "--queue-limit", settings.committer.queue_limit,
          "most writes that may wait; beyond that, a write of the integration with the most\n"
          "waiting writes is refused")
      ->type_name("N")
      ->check(CLI::Range(1U, 1'000'000U))
      ->capture_default_str();
  command.add_option("--body-limit", settings.body_limit, "largest request body")
      ->type_name("BYTES")
      ->check(CLI::Range(1024U, 64U * 1024 * 1024))
      ->capture_default_str();
  command.add_flag(
      "--always-200", settings.dispatch.always_200,
      "send errors with HTTP status 200, for clients that drop the body of other replies");
  command
      .add_option(
          "--cors-origin", settings.dispatch.cors_origins,
          "an origin whose pages may call the API; may be repeated or separated by commas;\n"
          "default: * (any)")
      ->type_name("ORIGIN")
      ->delimiter(',')
      ->transform(CLI::Validator(trim, ""));
  command
      .add_option("--tls-certificate", settings.tls_certificate,
                  "PEM file; the server then speaks only TLS")
      ->type_name("FILE");
  command.add_option("--tls-key", settings.tls_key, "PEM file")->type_name("FILE");
  command
      .add_option("--metrics-listen", settings.metrics_listen,
                  "serve /metrics on its own address, open to anyone who can reach it")
      ->type_name("HOST:PORT");
  command
      .add_option(
          "--metrics-token", settings.dispatch.metrics_token,
          "serve /metrics on the main address to callers with this bearer token; set it in\n"
          "the environment or the file, where other users of this machine cannot see it")
      ->type_name("TOKEN");
  command
      .add_option("--rate-limit", settings.dispatch.rate_limit,
                  "most requests per second for each integration; 0: no limit")
      ->type_name("N")
      ->capture_default_str();
  command
      .add_option(
          "--trusted-proxy", settings.trusted_proxies,
          "address of a proxy whose X-Forwarded-For is believed when people sign in; may be\n"
          "repeated or separated by commas; loopback is always trusted")
      ->type_name("ADDRESS")
      ->delimiter(',')
      ->transform(CLI::Validator(read_address, ""));
  command
      .add_option("--request-log-days", settings.request_log_days,
                  "how many days the console keeps integrations' requests; 0: none")
      ->type_name("N")
      ->check(CLI::Range(0U, 3'650U))
      ->capture_default_str();
  command
      .add_option_function<std::uint64_t>(
          "--min-free-disk",
          [&settings](std::uint64_t mebibytes) {
            settings.watch.min_free_bytes = mebibytes * 1024 * 1024;
          },
          "/readyz replies 503 if the SQLite file's disk has less free space; 0: never")
      ->type_name("MIB")
      ->check(CLI::Range(0U, 1'000'000U))
      ->default_str("64");
  command.add_option("--log-level", settings.log_level, "debug, info, warn, error or off")
      ->type_name("LEVEL")
      ->capture_default_str();
  for (CLI::Option* option : command.get_options()) {
    if (!option->get_lnames().empty() && option->get_lnames().front() != "help") {
      option->envname(environment_name(option->get_lnames().front()));
    }
  }
}

}  // namespace

void add_serve_command(CLI::App& parser, ParsedCommand& parsed) {
  CLI::App* command = parser.add_subcommand(
      "serve",
      "Run a server until SIGTERM. SIGHUP reloads the TLS certificate and key.\n"
      "Every option can also be set in the environment (by the name in brackets) and, without its\n"
      "dashes, in the TOML file of --config. The command line wins, then the environment.");
  const auto settings = std::make_shared<ServerSettings>();
  const auto config = std::make_shared<std::string>();
  command
      ->add_option("--config", *config, "a TOML file with lines such as listen = \"0.0.0.0:8080\"")
      ->type_name("FILE")
      ->check(CLI::ExistingFile);
  add_options(*command, *settings);
  command->callback([&parsed, command, settings, config] {
    parsed.on_own = [command, settings, config] {
      if (!config->empty()) apply_config(*command, *config);
      if (settings->database_url.empty()) settings->database_url = "sqlite:lotkeeper.db";
      return run_server(*settings);
    };
  });
}

}  // namespace lotkeeper::cli
