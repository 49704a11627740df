#pragma once

#include <spdlog/spdlog.h>

#include <string>
#include <string_view>

namespace lotkeeper::base {

/// Sends spdlog's default log to stderr, one line an event, from a thread of its own: a slow reader
/// of the log never holds up a request (lines are dropped and counted instead). `level` is one of
/// trace, debug, info, warn, error, critical, off; throws std::invalid_argument for another.
void start_log(const std::string& level);

/// For commands: writes only critical lines, at once, to stderr. Other lines would mix with what
/// the command prints and with the sentence that refuses it.
void start_command_log();

/// Writes what is still in memory, and gives up after two seconds where nobody reads it. Lines that
/// come later are written at once, or dropped where stderr does not take them.
void stop_log();

/// Logs `text` at most once a second. What comes again meanwhile is counted, and the count logged
/// when the second is over. `about` tells what differs from one time to the next, a request's id
/// say: it is logged with the first.
void log_seldom(spdlog::level::level_enum level, const std::string& text,
                std::string_view about = {});

/// Whether one more line about `what` may be logged: `most` a second. Those beyond are counted, and
/// the count logged when the second is over.
[[nodiscard]] bool may_log(std::string_view what, unsigned most);

/// Logs the counts of the seconds that are over, so that their kinds may be logged again. The log's
/// own thread does so ten times a second.
void log_held_back();

}  // namespace lotkeeper::base
