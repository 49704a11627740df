#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "base/text/csv.hpp"

namespace lotkeeper::cli {

/// The rows of an import file. The first row is the header.
class RowSource {
 public:
  using Read = std::function<std::size_t(std::span<char> room)>;

  /// Detects the format from the first character, after a byte order mark and white space. JSON
  /// (`{` or `[`) is read record by record: each is a row with one cell under the header `record`.
  /// Anything else is CSV.
  [[nodiscard]] static std::unique_ptr<RowSource> open(Read read);

  RowSource() = default;
  RowSource(const RowSource&) = delete;
  RowSource& operator=(const RowSource&) = delete;
  virtual ~RowSource() = default;

  /// The next row; nullopt after the last. Throws base::CsvError or base::JsonRecordsError if the
  /// rest of the file cannot be read.
  [[nodiscard]] virtual std::optional<base::CsvRow> next() = 0;

  /// The format for the file of rejected rows, the same as that of this file.
  [[nodiscard]] virtual char separator() const { return ','; }
  [[nodiscard]] virtual bool has_byte_order_mark() const { return false; }
};

}  // namespace lotkeeper::cli
