#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cli/command_line.hpp"

/// How `lotkeeper zone add …` works while a server has the SQLite file: one process owns the file,
/// so the words go to the server through a local socket beside it (`PATH.sock`, for the owner
/// only).
namespace lotkeeper::cli {

/// Takes commands for `app` until it is destroyed.
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

/// Has the server on `database_path` run `words`; nullopt where none takes commands there.
[[nodiscard]] std::optional<Output> ask_server(const std::string& database_path,
                                               const std::vector<std::string>& words);

/// The same for a command in two halves: the socket to the half that the server runs, or what it
/// said instead.
[[nodiscard]] std::optional<std::variant<Output, MessageSocket>> talk_to_server(
    const std::string& database_path, const std::vector<std::string>& words);

}  // namespace lotkeeper::cli
