#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "base/text/csv.hpp"

namespace lotkeeper::cli {

/// The rows of a file that is imported, the first being the header.
class RowSource {
 public:
  using Read = std::function<std::size_t(std::span<char> room)>;

  /// Looks at the beginning of the file, a byte order mark aside: JSON (`{` or `[`) is read record
  /// by record, each a row with one cell under the header `record`; anything else is CSV.
  [[nodiscard]] static std::unique_ptr<RowSource> open(Read read);

  RowSource() = default;
  RowSource(const RowSource&) = delete;
  RowSource& operator=(const RowSource&) = delete;
  virtual ~RowSource() = default;

  /// The next row; nullopt after the last. Throws base::CsvError or base::JsonRecordsError where
  /// the file cannot be read further.
  [[nodiscard]] virtual std::optional<base::CsvRow> next() = 0;

  /// How what is rejected is to be written, for whoever wrote this file.
  [[nodiscard]] virtual char separator() const { return ','; }
  [[nodiscard]] virtual bool has_byte_order_mark() const { return false; }
};

}  // namespace lotkeeper::cli
