#pragma once

#include <string>

#include "cli/channel/message_socket.hpp"

namespace lotkeeper::cli {

/// The half of `lotkeeper import` that has the file. Sends its rows through `socket` to the other
/// half (import_server.hpp), shows progress, writes rejected rows to FILE.rejected.csv and prints
/// the totals. Returns the exit code: 0 if nothing was rejected. Throws std::runtime_error, with a
/// message for the user, if the import cannot continue.
int import_client(const std::string& file, MessageSocket& socket);

}  // namespace lotkeeper::cli
