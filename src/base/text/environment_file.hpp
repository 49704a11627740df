#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lotkeeper::base {

/// The value that `text`, a file such as systemd's EnvironmentFile, gives the variable `name`: that
/// of its last line NAME=VALUE or NAME="VALUE". nullopt where there is none, or an empty one.
/// Throws std::invalid_argument where systemd may read the value differently: it has a backslash,
/// or a quote that is not around the whole of it.
[[nodiscard]] std::optional<std::string> value_in_environment_file(std::string_view text,
                                                                   std::string_view name);

}  // namespace lotkeeper::base
