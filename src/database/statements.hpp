#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lotkeeper::database {

/// Splits a script into statements, without the semicolons between them. Understands quotes, quoted
/// names, comments and PostgreSQL's $tag$. Leaves out parts that are only comments. Does not
/// support SQLite's triggers, whose bodies contain semicolons.
[[nodiscard]] std::vector<std::string> split_statements(std::string_view script);

}  // namespace lotkeeper::database
