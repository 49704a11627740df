#include <termios.h>
#include <unistd.h>

#include <iostream>

#include <fmt/format.h>

#include "cli/command_line.hpp"
#include "cli/table.hpp"
#include "service/operators/operators.hpp"
#include "store/clients/tenancy.hpp"

namespace lotkeeper::cli {
namespace {

struct OperatorArguments {
  std::string name;
  std::string role;
  std::string client;
  std::string url = "http://127.0.0.1:8080";

  [[nodiscard]] std::optional<std::string> scope() const {
    return client.empty() ? std::nullopt : std::optional(client);
  }
};

/// Turns off the terminal's echo during its lifetime.
class WithoutEcho {
 public:
  WithoutEcho() {
    m_is_terminal = ::isatty(STDIN_FILENO) == 1 && ::tcgetattr(STDIN_FILENO, &m_before) == 0;
    if (!m_is_terminal) return;
    termios silent = m_before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  WithoutEcho(const WithoutEcho&) = delete;
  WithoutEcho& operator=(const WithoutEcho&) = delete;
  ~WithoutEcho() {
    if (!m_is_terminal) return;
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &m_before);
    std::cerr << '\n';
  }
  [[nodiscard]] bool is_terminal() const { return m_is_terminal; }

 private:
  termios m_before{};
  bool m_is_terminal = false;
};

std::string read_line(const char* prompt) {
  const WithoutEcho hidden;
  if (hidden.is_terminal()) std::cerr << prompt << std::flush;
  std::string line;
  if (!std::getline(std::cin, line)) {
    throw std::runtime_error("no password was given; type it, or send it on stdin");
  }
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

/// Asks twice on a terminal. Otherwise reads one line of stdin.
std::string read_password() {
  const std::string password = read_line("Password: ");
  if (::isatty(STDIN_FILENO) == 1 && read_line("Repeat password: ") != password) {
    throw std::runtime_error("the two passwords differ; nothing was changed");
  }
  return password;
}

using WithPassword =
    std::function<domain::Result<std::string>(service::App& app, const std::string& password)>;

/// The client side asks for the password. The server side does the rest.
void run_with_password(ParsedCommand& parsed, const WithPassword& act) {
  parsed.server_side = [act](service::App& app, MessageSocket& socket) {
    const auto password = socket.receive();
    if (!password) return;
    const auto outcome = act(app, *password);
    socket.send(outcome ? "+" + *outcome : "-" + outcome.error().faults.front().detail);
  };
  parsed.client_side = [](MessageSocket& socket) {
    socket.send(read_password());
    const auto answer = socket.receive();
    if (!answer || answer->empty())
      throw std::runtime_error("the connection to the server was lost; try again");
    if (answer->front() == '+') {
      std::cout << answer->substr(1) << std::flush;
      return 0;
    }
    std::cerr << "lotkeeper: " << answer->substr(1) << '\n';
    return 1;
  };
}

domain::Result<domain::Role> require_role(const std::string& name) {
  if (const auto role = domain::parse_role(name)) return *role;
  return domain::refused(domain::ErrorCode::field_invalid, "role",
                         "the role must be viewer, officer, office or administrator");
}

/// The token follows `#`. Browsers do not send that part, so it reaches no log on the way.
domain::Result<std::string> make_link(service::App& app, std::string url) {
  const auto token = service::make_first_link(app);
  if (!token) return tl::unexpected(token.error());
  while (url.ends_with('/')) url.pop_back();
  return fmt::format("{}/console/welcome#{}\n", url, *token);
}

domain::Result<std::string> operator_table(service::App& app) {
  const auto connection = app.database().read();
  std::map<store::ClientId, std::string> codes{{store::k_all_clients, "(every client)"}};
  for (const store::ClientRow& client : store::list_clients(*connection)) {
    codes[client.id] = client.code;
  }
  std::vector<std::vector<std::string>> rows{{"OPERATOR", "ROLE", "CLIENT"}};
  for (const store::OperatorRole& role : store::list_roles(*connection)) {
    rows.push_back({role.name, std::string(domain::to_string(role.role)), codes[role.client]});
  }
  return format_table(rows);
}

CLI::App* add_operator_verb(CLI::App& group, const char* verb, const char* description,
                            OperatorArguments& arguments, ParsedCommand& parsed) {
  CLI::App* command = group.add_subcommand(verb, description);
  command->add_option("name", arguments.name, "the operator's name")->type_name("NAME")->required();
  add_database_option(*command, parsed);
  return command;
}

void add_role(CLI::App& command, OperatorArguments& arguments) {
  command.add_option("--role", arguments.role, "viewer, officer, office or administrator")
      ->type_name("ROLE")
      ->required();
}

void add_client(CLI::App& command, OperatorArguments& arguments, const char* description) {
  command.add_option("--client", arguments.client, description)->type_name("CODE");
}

}  // namespace

void add_operator_commands(CLI::App& parser, ParsedCommand& parsed) {
  CLI::App* group =
      parser.add_subcommand("operator", "Operators: the people who sign in to the console");
  group->require_subcommand(1);
  const auto arguments = std::make_shared<OperatorArguments>();

  CLI::App* add = add_operator_verb(
      *group, "add", "Add an operator; asks for the password, or reads it from stdin", *arguments,
      parsed);
  add_create_option(*add, parsed);
  add_role(*add, *arguments);
  add_client(*add, *arguments, "the client's code; without it, an administrator of every client");
  add->callback([&parsed, arguments] {
    parsed.makes_database = true;
    run_with_password(
        parsed,
        [arguments](service::App& app, const std::string& password) -> domain::Result<std::string> {
          const auto role = require_role(arguments->role);
          if (!role) return tl::unexpected(role.error());
          return service::add_operator(app, arguments->name, password, *role, arguments->scope());
        });
  });

  CLI::App* set =
      add_operator_verb(*group, "set", "Give an operator a role in a client", *arguments, parsed);
  add_role(*set, *arguments);
  add_client(*set, *arguments, "the client's code; without it, an administrator of every client");
  set->callback([&parsed, arguments] {
    parsed.on_app = [arguments](service::App& app) -> domain::Result<std::string> {
      const auto role = require_role(arguments->role);
      if (!role) return tl::unexpected(role.error());
      return service::set_operator(app, arguments->name, *role, arguments->scope());
    };
  });

  CLI::App* password =
      add_operator_verb(*group, "password", "Change an operator's password and end their sessions",
                        *arguments, parsed);
  password->callback([&parsed, arguments] {
    run_with_password(parsed, [arguments](service::App& app, const std::string& text) {
      return service::set_operator_password(app, arguments->name, text);
    });
  });

  CLI::App* remove = add_operator_verb(
      *group, "remove", "Remove an operator, or only their role in one client", *arguments, parsed);
  add_client(*remove, *arguments, "remove them from this client only");
  remove->callback([&parsed, arguments] {
    parsed.on_app = [arguments](service::App& app) {
      return service::remove_operator(app, arguments->name, arguments->scope());
    };
  });

  CLI::App* link = group->add_subcommand(
      "link", "Print the link for creating the console's first administrator");
  link->add_option("--url", arguments->url, "the address at which people reach this server")
      ->type_name("URL")
      ->capture_default_str();
  add_database_option(*link, parsed);
  link->callback([&parsed, arguments] {
    parsed.on_app = [arguments](service::App& app) { return make_link(app, arguments->url); };
  });

  CLI::App* list = group->add_subcommand("list", "List operators with their roles");
  add_database_option(*list, parsed);
  list->callback([&parsed] { parsed.on_app = operator_table; });
}

}  // namespace lotkeeper::cli
