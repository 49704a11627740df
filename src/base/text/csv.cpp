#include "base/text/csv.hpp"

#include <csv.h>
#include <utf8proc.h>

#include <algorithm>
#include <new>
#include <utility>

#include "base/text/unicode.hpp"

namespace lotkeeper::base {
namespace {

constexpr std::size_t k_read_at_once = 64 * 1024;

char find_separator(std::string_view text) {
  bool quoted = false;
  bool begun = false;
  char separator = '\0';
  for (const char c : text) {
    if (!quoted && (c == '\n' || c == '\r')) {
      if (begun) break;
      continue;
    }
    begun = true;
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == ',') return c;
    if (c == ';' || (c == '\t' && separator == '\0')) separator = c;
  }
  return separator == '\0' ? ',' : separator;
}

}  // namespace

/// libcsv's parser and the rows that it has finished.
struct CsvReader::Parser {
  Parser() {
    if (csv_init(&parser, 0) != 0) throw std::bad_alloc();
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  ~Parser() { csv_free(&parser); }

  // Called from C, which no exception may pass through: running out of memory ends the program.
  static void take_cell(void* cell, std::size_t size, void* self) noexcept {
    auto& here = *static_cast<Parser*>(self);
    here.row.emplace_back(static_cast<const char*>(cell), size);
    here.row_bytes += size;
  }
  static void take_row(int, void* self) noexcept {
    auto& here = *static_cast<Parser*>(self);
    here.rows.push_back(std::exchange(here.row, {}));
    here.row_bytes = 0;
  }

  csv_parser parser{};
  CsvRow row;
  std::size_t row_bytes = 0;
  std::deque<CsvRow> rows;
};

CsvReader::CsvReader(Source source, CsvLimits limits)
    : m_source(std::move(source)),
      m_limits(limits),
      m_parser(std::make_unique<Parser>()),
      m_room(k_read_at_once) {
  std::size_t size = 0;
  while (size < m_room.size()) {
    const std::size_t more = m_source(std::span(m_room).subspan(size));
    if (more == 0) break;
    size += more;
  }
  std::string_view text(m_room.data(), size);
  // UTF-16, or a spreadsheet workbook.
  const std::string_view first_line = text.substr(0, text.find('\n'));
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF") ||
      first_line.find('\0') != std::string_view::npos) {
    throw CsvError("This is not CSV in UTF-8; save the table in that format.");
  }
  m_has_mark = text.starts_with(k_byte_order_mark);
  if (m_has_mark) text.remove_prefix(k_byte_order_mark.size());
  m_separator = find_separator(text);
  csv_set_delim(&m_parser->parser, static_cast<unsigned char>(m_separator));
  feed(text);
}

CsvReader::~CsvReader() = default;

void CsvReader::feed(std::string_view text) {
  csv_parser& parser = m_parser->parser;
  if (csv_parse(&parser, text.data(), text.size(), Parser::take_cell, Parser::take_row,
                m_parser.get()) != text.size()) {
    m_error.emplace(csv_strerror(csv_error(&parser)));
  }
  // The parser still holds an unfinished cell.
  if (m_parser->row_bytes + parser.entry_pos > m_limits.row_bytes) {
    m_error.emplace("A row is over a mebibyte long; is a quote in it never closed?");
  }
}

bool CsvReader::read_more() {
  if (m_error) throw CsvError(*m_error);
  if (m_ended) return false;
  const std::size_t size = m_source(m_room);
  if (size > 0) {
    feed({m_room.data(), size});
    return true;
  }
  m_ended = true;
  // Only libcsv's strict mode reports a quote that is never closed. The rows themselves are parsed
  // in lenient mode.
  csv_set_opts(&m_parser->parser, CSV_STRICT | CSV_STRICT_FINI);
  if (csv_fini(&m_parser->parser, Parser::take_cell, Parser::take_row, m_parser.get()) != 0) {
    m_error.emplace("The last row has a quote that is never closed.");
  }
  return true;
}

std::optional<CsvRow> CsvReader::next() {
  while (m_parser->rows.empty()) {
    if (!read_more()) return std::nullopt;
  }
  CsvRow row = std::move(m_parser->rows.front());
  m_parser->rows.pop_front();
  return row;
}

namespace {

bool is_number(std::string_view cell) {
  return cell.find_first_of("0123456789") != std::string_view::npos &&
         cell.find_first_not_of("0123456789.", cell.front() == '-' ? 1 : 0) ==
             std::string_view::npos;
}

/// Whether the character is invisible at the start of a cell, to a spreadsheet or to a person.
bool is_invisible(utf8proc_int32_t code_point) {
  const utf8proc_property_t* property = utf8proc_get_property(code_point);
  switch (utf8proc_category(code_point)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_ME:
      return true;
    default:
      return property->ignorable != 0;
  }
}

/// Whether a text begins like a formula, and the position of the character that decides it. All
/// characters before that one are invisible, so a text that begins at any of them has the same
/// answer.
struct Beginning {
  std::size_t decided_at = 0;
  bool is_formula = false;
};

/// The beginning of `cell` from `at` on.
Beginning beginning_of(std::string_view cell, std::size_t at) {
  constexpr char32_t k_minus_sign = 0x2212;
  constexpr std::u32string_view k_signs = U"=+-@";
  while (at < cell.size()) {
    const std::string_view text = cell.substr(at);
    utf8proc_int32_t code_point = 0;
    const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                         static_cast<utf8proc_ssize_t>(text.size()), &code_point);
    if (length <= 0) return {at, false};
    if (code_point == '\t' || code_point == '\r') return {at, true};
    const std::string_view sign = text.substr(0, static_cast<std::size_t>(length));
    if (!is_invisible(code_point)) {
      const char32_t plain = compose(sign, Composition::compatibility).front();
      return {at, k_signs.find(plain) != std::u32string_view::npos || plain == k_minus_sign};
    }
    at += sign.size();
  }
  return {at, false};
}

}  // namespace

std::string without_formulas(std::string_view cell) {
  if (cell.empty() || is_number(cell)) return std::string(cell);
  constexpr std::string_view k_separators = ";\t\r\n";
  std::string safe;
  safe.reserve(cell.size() + 1);
  Beginning beginning = beginning_of(cell, 0);
  for (std::size_t at = 0; at <= cell.size();) {
    // Look through a run of line feeds once, not once for each of them.
    if (at > beginning.decided_at) beginning = beginning_of(cell, at);
    const std::string_view rest = cell.substr(at);
    const std::size_t end = std::min(rest.find_first_of(k_separators), rest.size());
    if (beginning.is_formula) safe += '\'';
    safe += rest.substr(0, std::min(end + 1, rest.size()));
    at += end + 1;
  }
  return safe;
}

void append_csv_row(std::string& text, std::span<const std::string> cells, char separator,
                    CsvQuotes quotes) {
  const char special[] = {separator, '"', '\r', '\n', '\0'};
  const auto needs_quotes = [&](const std::string& cell) {
    if (quotes == CsvQuotes::around_texts) return !cell.empty() && !is_number(cell);
    constexpr std::string_view k_blank = " \t";
    return cell.find_first_of(special) != std::string::npos ||
           (!cell.empty() && (k_blank.find(cell.front()) != std::string_view::npos ||
                              k_blank.find(cell.back()) != std::string_view::npos));
  };
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) text += separator;
    const std::string& cell = cells[i];
    if (!needs_quotes(cell)) {
      text += cell;
      continue;
    }
    const std::size_t begin = text.size();
    text.resize(begin + csv_write(nullptr, 0, cell.data(), cell.size()));
    csv_write(text.data() + begin, text.size() - begin, cell.data(), cell.size());
  }
  text += '\n';
}

}  // namespace lotkeeper::base
