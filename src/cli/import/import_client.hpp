#pragma once

#include <string>

#include "cli/channel/message_socket.hpp"

namespace lotkeeper::cli {

/// The half of `lotkeeper import` that runs beside the file: sends its rows through `socket` to the
/// other (import_office.hpp), shows progress, keeps what is rejected in FILE.rejected.csv, prints
/// the count. Returns the exit code: 0 where nothing was rejected. Throws std::runtime_error with a
/// sentence where the import cannot go on.
int import_client(const std::string& file, MessageSocket& socket);

}  // namespace lotkeeper::cli
