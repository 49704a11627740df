#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lotkeeper::base {

/// The value of the variable `name` in `text`, a file such as systemd's EnvironmentFile. Takes the
/// last line of the form NAME=VALUE or NAME="VALUE". nullopt if there is none, or if the value is
/// empty. Throws std::invalid_argument if systemd might read the value differently: it contains a
/// backslash, or a quote that does not enclose the whole value.
[[nodiscard]] std::optional<std::string> value_in_environment_file(std::string_view text,
                                                                   std::string_view name);

}  // namespace lotkeeper::base
