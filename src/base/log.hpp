#pragma once

#include <spdlog/spdlog.h>

#include <string>
#include <string_view>

namespace lotkeeper::base {

/// Sends spdlog's default log to stderr, one line per event, from its own thread. A slow reader of
/// the log never delays a request: lines are dropped and counted instead. `level` is one of trace,
/// debug, info, warn, error, critical, off. Throws std::invalid_argument for any other.
void start_log(const std::string& level);

/// For commands: writes only critical lines, immediately, to stderr. Other lines would mix with the
/// command's output and its error messages.
void start_command_log();

/// Writes what is still in memory. Gives up after two seconds if nothing reads it. Later lines are
/// written immediately, or dropped if stderr does not accept them.
void stop_log();

/// Logs `text` at most once a second. Repeats within that second are counted, and the count is
/// logged when the second is over. `about` holds the details that vary, such as a request's id. It
/// is logged with the first line only.
void log_seldom(spdlog::level::level_enum level, const std::string& text,
                std::string_view about = {});

/// Whether one more line about `what` may be logged, at most `most` a second. Further lines are
/// counted, and the count is logged when the second is over.
[[nodiscard]] bool may_log(std::string_view what, unsigned most);

/// Logs the counts of finished seconds, so that those kinds may be logged again. The log's own
/// thread calls this ten times a second.
void log_held_back();

}  // namespace lotkeeper::base
