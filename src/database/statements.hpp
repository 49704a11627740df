#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lotkeeper::database {

/// The statements of a script, without the semicolons between them. Knows quotes, quoted names,
/// PostgreSQL's $tag$ and comments; leaves out what holds comments alone. Not SQLite's triggers,
/// whose bodies hold semicolons.
[[nodiscard]] std::vector<std::string> split_statements(std::string_view script);

}  // namespace lotkeeper::database
