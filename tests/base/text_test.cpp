#include "base/text/text.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "base/text/unicode.hpp"

namespace lotkeeper::base {
namespace {

using std::string_literals::operator""s;

std::string utf8(char32_t code_point) {
  std::string text;
  append_utf8(text, code_point);
  return text;
}

TEST(ValidUtf8, well_formed_text_passes) {
  for (const std::string& text :
       {""s, "plain"s, "a\0b"s, "Étage 2"s, "停车场"s, "🅿️"s, utf8(0x7F), utf8(0x80), utf8(0x7FF),
        utf8(0x800), utf8(0xD7FF), utf8(0xE000), utf8(0xFFFF), utf8(0x10000), utf8(0x10FFFF)}) {
    EXPECT_TRUE(is_valid_utf8(text)) << text;
  }
}

TEST(ValidUtf8, malformed_text_is_refused_wherever_it_stands) {
  for (const std::string& bytes :
       {"\x80"s, "\xBF"s, "\xC0\x80"s, "\xC1\xBF"s, "\xE0\x80\x80"s, "\xE0\x9F\xBF"s,
        "\xF0\x80\x80\x80"s, "\xF0\x8F\xBF\xBF"s, "\xED\xA0\x80"s, "\xED\xBF\xBF"s,
        "\xF4\x90\x80\x80"s, "\xF5\x80\x80\x80"s, "\xFF"s, "\xFE"s, "\xC3"s, "\xE2\x82"s,
        "\xF0\x9F\x85"s, "\xC3\x28"s, "\xE2\x28\xA1"s}) {
    EXPECT_FALSE(is_valid_utf8(bytes));
    EXPECT_FALSE(is_valid_utf8("seventeen bytes, " + bytes));
    EXPECT_FALSE(is_valid_utf8(bytes + " and text behind it"));
    EXPECT_FALSE(is_valid_utf8("é" + bytes + "é"));
  }
}

TEST(WhiteSpace, every_unicode_white_space_is_trimmed_at_both_ends) {
  for (const char32_t c : {0x09,   0x0A,   0x0B,   0x0C,   0x0D,   0x20,   0x85,   0xA0,   0x1680,
                           0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008,
                           0x2009, 0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000}) {
    const std::string space = utf8(c);
    EXPECT_EQ(trim_white_space(space + space + "Lot é" + space), "Lot é") << std::hex << +c;
    EXPECT_EQ(trim_white_space(space), "") << std::hex << +c;
    EXPECT_EQ(fold_name("a" + space + space + "b"), "a b") << std::hex << +c;
  }
}

TEST(WhiteSpace, what_only_looks_like_it_stays) {
  for (const char32_t c :
       {0x00, 0x1C, 0x1D, 0x1E, 0x1F, 0x7F, 0x180E, 0x200B, 0x200D, 0x2060, 0xFEFF}) {
    const std::string text = utf8(c) + "x" + utf8(c);
    EXPECT_EQ(trim_white_space(text), text) << std::hex << +c;
  }
}

TEST(WhiteSpace, inner_white_space_and_empty_text_survive_trimming) {
  EXPECT_EQ(trim_white_space(""), "");
  EXPECT_EQ(trim_white_space("  a  b  "), "a  b");
  EXPECT_EQ(trim_white_space("é"), "é");
}

TEST(CodePoints, are_counted_not_bytes) {
  EXPECT_EQ(count_code_points(""), 0U);
  EXPECT_EQ(count_code_points("abc"), 3U);
  EXPECT_EQ(count_code_points("é停🅿"), 3U);
  EXPECT_EQ(count_code_points("e\xCC\x81"), 2U);
}

TEST(CodePoints, a_cut_never_splits_one) {
  const std::string text = "é停🅿b";
  EXPECT_EQ(first_code_points(text, 0), "");
  EXPECT_EQ(first_code_points(text, 1), "é");
  EXPECT_EQ(first_code_points(text, 2), "é停");
  EXPECT_EQ(first_code_points(text, 3), "é停🅿");
  EXPECT_EQ(first_code_points(text, 4), text);
  EXPECT_EQ(first_code_points(text, 5), text);
  EXPECT_EQ(first_code_points("abc", 2), "ab");
}

TEST(ControlCharacters, are_those_of_ascii_alone) {
  for (int c = 0; c < 0x20; ++c) {
    EXPECT_TRUE(has_control_character("ab"s + static_cast<char>(c) + "c")) << c;
  }
  EXPECT_TRUE(has_control_character("\x7F"));
  EXPECT_FALSE(has_control_character(""));
  EXPECT_FALSE(has_control_character(" ~é" + utf8(0x85) + utf8(0x200B)));
}

TEST(FoldCase, texts_that_differ_in_case_or_composition_become_equal) {
  const std::vector<std::pair<std::string, std::string>> pairs{
      {"Lot 4", "LOT 4"},        {"ÉTAGE", "étage"},         {"e\xCC\x81tage", "étage"},
      {"STRASSE", "straße"},     {"ΣΊΣΥΦΟΣ", "σίσυφος"},     {"ПАРКОВКА", "парковка"},
      {"ﬁnal", "FINAL"},         {utf8(0x1F0), "J\xCC\x8C"}, {utf8(0x212B), "å"},
      {utf8(0x130), "i\xCC\x87"}};
  for (const auto& [left, right] : pairs) EXPECT_EQ(fold_case(left), fold_case(right)) << left;
}

TEST(FoldCase, different_texts_stay_different) {
  EXPECT_NE(fold_case("étage"), fold_case("etage"));
  EXPECT_NE(fold_case("１"), fold_case("1"));
  EXPECT_NE(fold_case("ı"), fold_case("i"));
  EXPECT_EQ(fold_case("a  B\tc "), "a  b\tc ");
}

TEST(FoldName, ignores_case_and_the_amount_of_white_space) {
  EXPECT_EQ(fold_name("  Lot \t 04 "), "lot 04");
  EXPECT_EQ(fold_name("Étage" + utf8(0x3000) + utf8(0xA0) + "2"), "étage 2");
  EXPECT_EQ(fold_name(""), "");
  EXPECT_EQ(fold_name("   "), "");
  EXPECT_NE(fold_name("Lot 4"), fold_name("Lot4"));
}

TEST(AsciiCase, leaves_other_bytes_alone) {
  EXPECT_EQ(ascii_lower("AZaz09@[`{É"), "azaz09@[`{É");
  EXPECT_EQ(ascii_upper("AZaz09@[`{é"), "AZAZ09@[`{é");
  EXPECT_TRUE(equals_ignoring_ascii_case("apiToken", "APITOKEN"));
  EXPECT_FALSE(equals_ignoring_ascii_case("apiToken", "apiToke"));
  EXPECT_FALSE(equals_ignoring_ascii_case("[", "{"));
  EXPECT_FALSE(equals_ignoring_ascii_case("É", "é"));
}

TEST(EditDistance, counts_insertions_deletions_and_replacements) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("", "zone"), 4U);
  EXPECT_EQ(edit_distance("plate", "plate"), 0U);
  EXPECT_EQ(edit_distance("LicencePlate", "LicensePlate"), 1U);
  EXPECT_EQ(edit_distance("endTime", "end_time"), 2U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("sitting", "kitten"), 3U);
}

TEST(Compose, does_what_the_normalisation_forms_say) {
  EXPECT_EQ(compose("e\xCC\x81", Composition::canonical), U"é");
  EXPECT_EQ(compose("ﬁ", Composition::canonical), U"ﬁ");
  EXPECT_EQ(compose("ﬁ", Composition::compatibility), U"fi");
  EXPECT_EQ(compose("q\xCC\x87\xCC\xA3", Composition::canonical), U"q\u0323\u0307");
  EXPECT_EQ(compose("\u1112\u1161\u11AB", Composition::canonical), U"한");
  EXPECT_EQ(compose("\uAC1C\u11A7", Composition::canonical), U"\uAC1C\u11A7");
  EXPECT_EQ(compose("a\xFF", Composition::canonical), U"a\uFFFD");
  EXPECT_EQ(compose("", Composition::canonical), U"");
}

TEST(Compose, many_combining_marks_in_the_wrong_order_do_not_take_quadratic_time) {
  std::string marks = "A";
  for (int i = 0; i < 200'000; ++i) marks += "\u0301";
  for (int i = 0; i < 200'000; ++i) marks += "\u0316";
  const auto start = std::chrono::steady_clock::now();
  const std::u32string composed = compose(marks, Composition::canonical);
  EXPECT_EQ(composed.size(), 400'000U);
  EXPECT_EQ(composed.substr(0, 2), U"\u00C1\u0316");
  // Quadratic ordering would move 40,000,000,000 marks.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

}  // namespace
}  // namespace lotkeeper::base
