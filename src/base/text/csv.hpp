#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// Tables as spreadsheets write them: RFC 4180, LF and CRLF, with a byte order mark or without.
/// What a cell's bytes mean (UTF-8, say) is the caller's to judge.
namespace lotkeeper::base {

/// The text is no table: one plain sentence that repeats none of its cells.
class CsvError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Before UTF-8 text, what some programs tell the encoding by.
inline constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";

struct CsvLimits {
  std::size_t row_bytes = 1024 * 1024;
};

using CsvRow = std::vector<std::string>;

/// Reads row after row, in memory that does not grow with the text.
class CsvReader {
 public:
  /// Fills `room` and says with how many bytes; 0 at the end.
  using Source = std::function<std::size_t(std::span<char> room)>;

  /// Reads the beginning, to learn how cells are separated. Throws CsvError where it is no text
  /// (UTF-16, say), and whatever `source` throws.
  explicit CsvReader(Source source, CsvLimits limits = {});
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;
  ~CsvReader();

  /// The next row; nullopt after the last. Empty lines are no rows. Spaces and tabs around a cell
  /// are dropped unless they stand between quotes. Throws CsvError where a quote is never closed or
  /// a row is longer than the limit.
  [[nodiscard]] std::optional<CsvRow> next();

  /// `,`; `;` or a tab where the first row has no comma outside quotes but one of these.
  [[nodiscard]] char separator() const { return m_separator; }
  [[nodiscard]] bool has_byte_order_mark() const { return m_has_mark; }

 private:
  struct Parser;

  void feed(std::string_view text);
  [[nodiscard]] bool read_more();

  Source m_source;
  CsvLimits m_limits;
  std::unique_ptr<Parser> m_parser;
  std::vector<char> m_room;
  std::optional<CsvError> m_error;  ///< after the rows that are finished
  char m_separator = ',';
  bool m_has_mark = false;
  bool m_ended = false;
};

enum class CsvQuotes {
  where_needed,
  around_texts,  ///< around every cell that is neither a number nor empty
};

/// Adds one row with its line feed to `text`.
void append_csv_row(std::string& text, std::span<const std::string> cells, char separator,
                    CsvQuotes quotes = CsvQuotes::where_needed);

/// `cell` so that no spreadsheet takes a part of it for a formula: an apostrophe stands before
/// whatever begins like one (`=`, `+`, `-`, `@`, their full-width forms too, also behind signs that
/// nobody sees), at the cell's begin and behind `;`, a tab and a line break, which separate cells
/// in some countries. A number stays as it is.
[[nodiscard]] std::string without_formulas(std::string_view cell);

}  // namespace lotkeeper::base
