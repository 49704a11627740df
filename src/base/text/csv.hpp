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

/// Tables as spreadsheets write them: RFC 4180, with LF or CRLF, with or without a byte order mark.
/// The caller decides what the bytes of a cell mean (UTF-8, for example).
namespace lotkeeper::base {

/// The text is not a table. The message is one plain sentence that repeats none of the cells.
class CsvError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Some programs put this before UTF-8 text to mark the encoding.
inline constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";

struct CsvLimits {
  std::size_t row_bytes = 1024 * 1024;
};

using CsvRow = std::vector<std::string>;

/// Reads row after row. Its memory does not grow with the text.
class CsvReader {
 public:
  /// Fills `room` and returns the number of bytes written. 0 at the end.
  using Source = std::function<std::size_t(std::span<char> room)>;

  /// Reads the beginning to learn which separator is used. Throws CsvError if it is not text
  /// (UTF-16, for example), and anything that `source` throws.
  explicit CsvReader(Source source, CsvLimits limits = {});
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;
  ~CsvReader();

  /// The next row, or nullopt after the last. Empty lines are skipped. Spaces and tabs around a
  /// cell are dropped unless they are inside quotes. Throws CsvError if a quote is never closed or
  /// a row is longer than the limit.
  [[nodiscard]] std::optional<CsvRow> next();

  /// `,`, unless the first row has no comma outside quotes but has a `;` or a tab.
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
  std::optional<CsvError> m_error;  ///< to report after the finished rows
  char m_separator = ',';
  bool m_has_mark = false;
  bool m_ended = false;
};

enum class CsvQuotes {
  where_needed,
  around_texts,  ///< around every cell that is neither a number nor empty
};

/// Appends one row and its line feed to `text`.
void append_csv_row(std::string& text, std::span<const std::string> cells, char separator,
                    CsvQuotes quotes = CsvQuotes::where_needed);

/// Escapes `cell` so that no spreadsheet reads part of it as a formula. Puts an apostrophe before
/// anything that begins like a formula: `=`, `+`, `-`, `@` and their full-width forms, also after
/// invisible characters. Checks the start of the cell and the text after each `;`, tab and line
/// break, because these separate cells in some countries. A number is not changed.
[[nodiscard]] std::string without_formulas(std::string_view cell);

}  // namespace lotkeeper::base
