#pragma once

#include <string>
#include <vector>

#include <CLI/App.hpp>

namespace lotkeeper::cli {

/// A sentence on the first of `words` (without the program's name) that is no command and no option
/// of `parser`'s, with the nearest that there is: `there is no command "lotkeeper serv"; did you
/// mean "serve"?`, and where to read on. Empty where each is known. Never shows a value, which may
/// be a secret.
[[nodiscard]] std::string describe_unknown_word(const CLI::App& parser,
                                                const std::vector<std::string>& words);

}  // namespace lotkeeper::cli
