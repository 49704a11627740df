#pragma once

#include <string>
#include <vector>

namespace lotkeeper::cli {

/// Formats rows in columns, each as wide as its widest cell (in code points). The first row is the
/// heading.
[[nodiscard]] std::string format_table(const std::vector<std::vector<std::string>>& rows);

}  // namespace lotkeeper::cli
