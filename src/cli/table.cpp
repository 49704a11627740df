#include "cli/table.hpp"

#include <algorithm>

#include "base/text/text.hpp"

namespace lotkeeper::cli {

std::string format_table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()), 0);
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], base::count_code_points(row[i]));
    }
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] - base::count_code_points(row[i]) + 2, ' ');
    }
    text += line + "\n";
  }
  return text;
}

}  // namespace lotkeeper::cli
