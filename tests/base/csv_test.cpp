#include "base/text/csv.hpp"

#include <chrono>

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace lotkeeper::base {
namespace {

using std::string_literals::operator""s;

using Table = std::vector<CsvRow>;

/// Hands a text out, `step` bytes at a time.
CsvReader::Source source_of(std::string text, std::size_t step = 1'000'000) {
  return [text = std::move(text), step, at = std::size_t{0}](std::span<char> room) mutable {
    const std::size_t size = std::min({step, room.size(), text.size() - at});
    std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(at), size, room.begin());
    at += size;
    return size;
  };
}

Table read_all(CsvReader& reader) {
  Table rows;
  while (auto row = reader.next()) rows.push_back(std::move(*row));
  return rows;
}

Table read_all(const std::string& text, std::size_t step = 1'000'000) {
  CsvReader reader(source_of(text, step));
  return read_all(reader);
}

TEST(Csv, reads_every_form_that_spreadsheets_write) {
  const struct {
    std::string text;
    Table rows;
  } cases[] = {
      {"", {}},
      {"\n\r\n\n", {}},
      {"a,b\n1,2\n", {{"a", "b"}, {"1", "2"}}},
      {"a,b\r\n1,2\r\n", {{"a", "b"}, {"1", "2"}}},
      {"a,b\r1,2\r", {{"a", "b"}, {"1", "2"}}},
      {"a,b\n1,2", {{"a", "b"}, {"1", "2"}}},
      {"a\n\n\n1\n", {{"a"}, {"1"}}},
      {"\xEF\xBB\xBF"
       "a,b\n1,2\n",
       {{"a", "b"}, {"1", "2"}}},
      {"\xEF\xBB\xBF\"a\",b\n", {{"a", "b"}}},
      {"a\n\"x,y\"\n\"x\ny\"\n\"say \"\"a\"\"\"\n\"\"\n",
       {{"a"}, {"x,y"}, {"x\ny"}, {"say \"a\""}, {""}}},
      {"a,b\n,\n1,\n,2\n", {{"a", "b"}, {"", ""}, {"1", ""}, {"", "2"}}},
      {"a,b\n1\n1,2,3\n", {{"a", "b"}, {"1"}, {"1", "2", "3"}}},
      {"a,b\n 1 ,\t2\n\" 1 \",2\n", {{"a", "b"}, {"1", "2"}, {" 1 ", "2"}}},
      {"a,b\n5\" wide,x\n", {{"a", "b"}, {"5\" wide", "x"}}},
      {"a\n\xFF\xC0\n", {{"a"}, {"\xFF\xC0"}}},
  };
  for (const auto& [text, rows] : cases) {
    EXPECT_EQ(read_all(text), rows) << text;
    EXPECT_EQ(read_all(text, 1), rows) << "byte by byte: " << text;
  }
}

TEST(Csv, learns_the_separator_from_the_first_row) {
  const struct {
    std::string text;
    char separator;
    Table rows;
  } cases[] = {
      {"a;b\n1,5;2\n", ';', {{"a", "b"}, {"1,5", "2"}}},
      {"a\tb\n1\t2;3\n", '\t', {{"a", "b"}, {"1", "2;3"}}},
      {"a\tb\n\t2\n", '\t', {{"a", "b"}, {"", "2"}}},
      {"a\tb;c\n1;2\n", ';', {{"a\tb", "c"}, {"1", "2"}}},
      {"a;b,c\n1,2\n", ',', {{"a;b", "c"}, {"1", "2"}}},
      {"\"a,x\";b\n1;2\n", ';', {{"a,x", "b"}, {"1", "2"}}},
      {"\"a;\nx\",b\n1,2\n", ',', {{"a;\nx", "b"}, {"1", "2"}}},
      {"\n\r\na;b\n1,2\n", ';', {{"a", "b"}, {"1,2"}}},
      {"a\n1;2\n", ',', {{"a"}, {"1;2"}}},
      {"", ',', {}},
  };
  for (const auto& [text, separator, rows] : cases) {
    CsvReader reader(source_of(text));
    EXPECT_EQ(reader.separator(), separator) << text;
    EXPECT_EQ(read_all(reader), rows) << text;
  }
}

TEST(Csv, says_whether_a_byte_order_mark_was_there) {
  EXPECT_TRUE(CsvReader(source_of("\xEF\xBB\xBF"
                                  "a\n"))
                  .has_byte_order_mark());
  EXPECT_FALSE(CsvReader(source_of("a\n")).has_byte_order_mark());
}

TEST(Csv, what_is_no_text_is_refused) {
  for (const std::string& text : {"\xFF\xFE\x61"s, "\xFE\xFF\x61"s, "a\0,\0b\0\n\0"s, "PK\0\0"s}) {
    EXPECT_THROW(CsvReader(source_of(text)), CsvError);
  }
  EXPECT_EQ(read_all("a\nx\0y\n"s), (Table{{"a"}, {"x\0y"s}}));
}

TEST(Csv, a_quote_that_is_never_closed_is_refused_after_the_rows_before_it) {
  CsvReader reader(source_of("a,b\n1,2\n3,\"4\n5,6\n"));
  EXPECT_EQ(reader.next(), (CsvRow{"a", "b"}));
  EXPECT_EQ(reader.next(), (CsvRow{"1", "2"}));
  EXPECT_THROW((void)reader.next(), CsvError);
  EXPECT_THROW((void)reader.next(), CsvError);
}

TEST(Csv, a_row_over_the_limit_is_refused_after_the_rows_before_it) {
  for (const std::string& row :
       {"\"" + std::string(300'000, 'x'), "\"" + std::string(300'000, '\n') + "\"\n"}) {
    CsvReader reader(source_of("a\n1\n" + row), {100'000});
    EXPECT_EQ(reader.next(), CsvRow{"a"});
    EXPECT_EQ(reader.next(), CsvRow{"1"});
    EXPECT_THROW((void)reader.next(), CsvError);
  }
}

TEST(Csv, a_written_row_is_read_as_it_was) {
  const CsvRow row{"plain", "", "a,b", "a;b", "\"", "two\nlines", "\r", " spaced ", "\t", "É"};
  for (const char separator : {',', ';', '\t'}) {
    std::string text;
    append_csv_row(text, CsvRow(row.size(), "x"), separator);
    append_csv_row(text, row, separator);
    CsvReader reader(source_of(text));
    EXPECT_EQ(reader.separator(), separator);
    EXPECT_EQ(reader.next(), CsvRow(row.size(), "x"));
    EXPECT_EQ(reader.next(), row);
  }
}

TEST(Csv, cells_are_quoted_only_where_they_must_be) {
  std::string text;
  append_csv_row(text, CsvRow{"plain", "", "a,b", "say \"a\"", "a;b"}, ',');
  EXPECT_EQ(text, "plain,,\"a,b\",\"say \"\"a\"\"\",a;b\n");
}

TEST(Csv, quotes_stand_around_every_text_where_that_is_asked_for) {
  std::string text;
  append_csv_row(text, CsvRow{"plain", "", "14.50", "-2", "a\"b", "-", "1-2"}, ',',
                 CsvQuotes::around_texts);
  EXPECT_EQ(text, "\"plain\",,14.50,-2,\"a\"\"b\",\"-\",\"1-2\"\n");
}

TEST(Csv, nothing_in_a_cell_is_a_formula) {
  const std::pair<std::string, std::string> cells[] = {
      {"", ""},
      {"plain", "plain"},
      {"-14.50", "-14.50"},
      {"=1+1", "'=1+1"},
      {"+1 613 555 0100", "'+1 613 555 0100"},
      {"-", "'-"},
      {"-1-1", "'-1-1"},
      {"@SUM(1)", "'@SUM(1)"},
      {"\t=1", "'\t'=1"},
      {"\r=1", "'\r'=1"},
      {"  =1+1", "'  =1+1"},
      {"＝1+1", "'＝1+1"},
      {"＋1", "'＋1"},
      {"－1", "'－1"},
      {"＠x", "'＠x"},
      {"﹦1", "'﹦1"},
      {"−1+1", "'−1+1"},
      {"\u200B=1", "'\u200B=1"},
      {"\uFEFF=1", "'\uFEFF=1"},
      {"\u202E=1", "'\u202E=1"},
      {"\u00AD\u2060\uFE0F=1", "'\u00AD\u2060\uFE0F=1"},
      {"\u3164=1", "'\u3164=1"},
      {"x;=1+1", "x;'=1+1"},
      {"x;y; =1+1;z", "x;y;' =1+1;z"},
      {"two\n=1+1", "two\n'=1+1"},
      {"a\n\n=1", "a\n'\n'=1"},
      {"a;\xFF\n=1", "a;\xFF\n'=1"},
      {"a=b", "a=b"},
      {"a-b;c", "a-b;c"},
  };
  for (const auto& [cell, safe] : cells) EXPECT_EQ(without_formulas(cell), safe) << cell;
}

TEST(Csv, a_mebibyte_of_line_feeds_is_made_harmless_in_a_moment) {
  for (const std::string_view end : {"", "x", "=1"}) {
    std::string cell(std::size_t{1} << 20U, '\n');
    cell += end;
    const auto began = std::chrono::steady_clock::now();
    const std::string safe = without_formulas(cell);
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
    EXPECT_EQ(safe.size(), end == "=1" ? 2 * cell.size() - 1 : cell.size());
  }
}

}  // namespace
}  // namespace lotkeeper::base
