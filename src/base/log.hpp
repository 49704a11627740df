#pragma once

#include <string>

namespace lotkeeper::base {

/// Sends spdlog's default log to stderr, one line an event, from a thread of its own: a slow reader
/// of the log never holds up a request (lines are dropped and counted instead). `level` is one of
/// trace, debug, info, warn, error, critical, off; throws std::invalid_argument for another.
void start_log(const std::string& level);

/// Writes what is still in memory.
void stop_log();

}  // namespace lotkeeper::base
