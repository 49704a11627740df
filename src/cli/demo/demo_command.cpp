#include <filesystem>

#include <fmt/format.h>
#include <boost/asio/ip/address.hpp>

#include "cli/command_line.hpp"
#include "cli/demo/build_town.hpp"
#include "cli/demo/demo_data.hpp"
#include "cli/server/server_program.hpp"

namespace lotkeeper::cli {
namespace {

/// Folder for demo data that need not be kept.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "lotkeeper-demo-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
      throw std::runtime_error("cannot create a temporary folder; name a folder with --data DIR");
    }
    m_path = pattern;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return m_path; }

 private:
  std::filesystem::path m_path;
};

bool is_loopback(const std::string& host) {
  boost::system::error_code no_address;
  const auto address = boost::asio::ip::make_address(host, no_address);
  return host == "localhost" || (!no_address && address.is_loopback());
}

int run_demo(const std::string& listen, const std::string& data, const std::string& database,
             bool is_small) {
  if (!is_loopback(parse_listen(listen).host)) {
    throw std::runtime_error(
        "the demo's token is public, so it listens on loopback only (127.0.0.1:PORT); for other "
        "machines to reach it, run a real server with lotkeeper serve");
  }
  std::optional<TemporaryFolder> temporary;
  std::filesystem::path folder = data;
  if (data.empty() && database.empty()) {
    folder = temporary.emplace().path();
  } else if (!data.empty()) {
    std::filesystem::create_directories(folder);
  }

  ServerSettings settings;
  settings.listen = listen;
  settings.database_url =
      database.empty() ? "sqlite:" + (folder / "lotkeeper.db").string() : database;
  settings.dispatch.metrics_token = k_demo_token;
  const std::string place = database.empty() ? folder.string() : "the given database";
  const auto announce = [&](const std::string& address) {
    return fmt::format(
        "demo client {}, token {}\ndata in {}{}\nopen /docs to try the API; Ctrl-C stops the "
        "server\nthe console is at {}/console; sign in as {} with the password {}\n{}",
        k_demo_client, k_demo_token, place, temporary ? ", deleted when it stops" : "", address,
        k_demo_operator, k_demo_password,
        is_small ? "" : "choose Maple Landing at the top of the console to see a fictional town\n");
  };
  if (!is_small) demo::build_town(settings.database_url);
  return run_server(settings, fill_demo, announce);
}

}  // namespace

void add_demo_command(CLI::App& parser, ParsedCommand& parsed) {
  struct Arguments {
    std::string listen = "127.0.0.1:8080";
    std::string data;
    std::string database;
    bool is_small = false;
  };
  CLI::App* command = parser.add_subcommand(
      "demo",
      "Run a server with sample data, for this machine only. The token of its client OC_TOMA is\n"
      "literally YOUR-API-TOKEN, so the samples of the API document run as printed (update and\n"
      "delete need the reference that a push returned). A second client, TOWN, is a fictional\n"
      "town with thirty days of permits and violations; choose it at the top of the console.");
  const auto arguments = std::make_shared<Arguments>();
  command->add_option("--listen", arguments->listen, "a loopback address; port 0: any free port")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  CLI::Option* data =
      command
          ->add_option(
              "--data", arguments->data,
              "keep the data in DIR/lotkeeper.db between runs; default: new data for each run")
          ->type_name("DIR");
  command
      ->add_option("--database", arguments->database,
                   "keep the data in postgresql://USER@HOST:PORT/DATABASE or sqlite:PATH")
      ->type_name("URL")
      ->excludes(data);
  command->add_flag("--small", arguments->is_small,
                    "leave out the town: only OC_TOMA, with a few rows");
  command->callback([&parsed, arguments] {
    parsed.on_own = [arguments] {
      return run_demo(arguments->listen, arguments->data, arguments->database, arguments->is_small);
    };
  });
}

}  // namespace lotkeeper::cli
