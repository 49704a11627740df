#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cli/command_line.hpp"

/// How `lotkeeper zone add …` works while a server has the SQLite file open. Only one process may
/// own the file, so the words go to the server through a local socket next to it (`PATH.sock`,
/// accessible to its owner only).
namespace lotkeeper::cli {

/// Accepts commands for `app` until destroyed.
class CommandSocket {
 public:
  CommandSocket(const std::string& database_path, service::App& app);
  CommandSocket(const CommandSocket&) = delete;
  CommandSocket& operator=(const CommandSocket&) = delete;
  ~CommandSocket();

 private:
  class Body;
  std::unique_ptr<Body> m_body;
};

/// Asks the server on `database_path` to run `words`; nullopt if no server accepts commands there.
[[nodiscard]] std::optional<Output> ask_server(const std::string& database_path,
                                               const std::vector<std::string>& words);

/// The same for a two-sided command. Returns the socket to the server side, or the command's output
/// if it ended at once.
[[nodiscard]] std::optional<std::variant<Output, MessageSocket>> talk_to_server(
    const std::string& database_path, const std::vector<std::string>& words);

}  // namespace lotkeeper::cli
