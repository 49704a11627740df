#pragma once

#include <string>
#include <vector>

namespace lotkeeper::cli {

/// Rows in columns as wide as their widest cell (counted in code points), the first row being the
/// heading.
[[nodiscard]] std::string format_table(const std::vector<std::vector<std::string>>& rows);

}  // namespace lotkeeper::cli
