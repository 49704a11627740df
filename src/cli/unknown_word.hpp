#pragma once

#include <string>
#include <vector>

#include <CLI/App.hpp>

namespace lotkeeper::cli {

/// Describes the first of `words` (without the program name) that is neither a command nor an
/// option of `parser`. Suggests the closest known one and says where to read more: `there is no
/// command "lotkeeper serv"; did you mean "serve"?`. Empty if every word is known. Never shows a
/// value, which may be a secret.
[[nodiscard]] std::string describe_unknown_word(const CLI::App& parser,
                                                const std::vector<std::string>& words);

}  // namespace lotkeeper::cli
