#include "domain/permits/plate.hpp"

#include <gtest/gtest.h>
#include <utf8proc.h>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/text/text.hpp"
#include "base/text/unicode.hpp"

namespace lotkeeper::domain {
namespace {

TEST(NormalisePlate, ascii_letters_and_digits_remain_in_upper_case) {
  const std::vector<std::pair<std::string, std::string>> rows{{"PL8RDR", "PL8RDR"},
                                                              {"pl8 rdr", "PL8RDR"},
                                                              {" PL-8.RDR\t", "PL8RDR"},
                                                              {"", ""},
                                                              {"-- ..", ""},
                                                              {"azAZ09", "AZAZ09"},
                                                              {"@[`{/:", ""},
                                                              {std::string("A\0B", 3), "AB"}};
  for (const auto& [sent, normalised] : rows) EXPECT_EQ(normalise_plate(sent), normalised) << sent;
}

// Python's unicodedata.normalize("NFKC"), casefold and upper, filtered, give the same.
TEST(NormalisePlate, unicode_is_composed_folded_and_raised_in_that_order) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"straße", "STRASSE"},
      {"\u1E9E", "SS"},
      {"\u0149", "\u02BCN"},  // ŉ
      {"\u01F0", "J"},        // ǰ: its caron becomes a mark of its own
      {"\u0130", "I"},        // İ: its dot too
      {"\u0131", "I"},        // ı
      {"\u03C2", "\u03A3"},   // ς
      {"\u03B0", "\u03A5"},   // ΰ
      {"\uFB01", "FI"},       // ﬁ
      {"\uFB03", "FFI"},      // ﬃ
      {"ＡＢｃ１２", "ABC12"},
      {"é", "É"},
      {"e\u0301", "É"},
      {"а777аа", "А777АА"},  // Cyrillic
      {"αβγ", "ΑΒΓ"},
      {"\u0660\u0661\u0969", "\u0660\u0661\u0969"},  // decimal digits of other scripts
      {"\u00B2\u2460", "21"},                        // ² and ① are compatible with digits
      {"\u2163", "IV"},                              // Ⅳ
      {"\u0345", "\u0399"},                          // a combining iota folds to a letter
      {"\u01C5", "D\u017D"},                         // ǅ
      {"\u10D0", "\u1C90"},                          // Georgian
      {"京A·12345", "京A12345"},
      {"ｶﾞ", "ガ"},
      {"\u1112\u1161\u11AB", "한"},
      {"\uAC1C\u11A7", "\uAC1C\u11A7"},
  };
  for (const auto& [sent, normalised] : rows) EXPECT_EQ(normalise_plate(sent), normalised) << sent;
}

TEST(NormalisePlate, a_plate_without_letter_or_digit_is_empty) {
  for (const std::string sent : {"🚗🚗", "\u0301\u0316", "—·", "\u00A0\u3000", "★"}) {
    EXPECT_EQ(normalise_plate(sent), "") << sent;
  }
}

TEST(PlateCharacters, are_those_that_are_left_when_a_plate_is_normalised) {
  for (char32_t code_point = 1; code_point <= 0x10FFFF; ++code_point) {
    if (code_point >= 0xD800 && code_point <= 0xDFFF) continue;
    std::string text;
    base::append_utf8(text, code_point);
    if (has_plate_character(text) == normalise_plate(text).empty()) {
      ADD_FAILURE() << "U+" << std::hex << static_cast<std::uint32_t>(code_point);
    }
    // What it is composed of, apart: composing neither makes letters nor takes them away.
    std::array<utf8proc_int32_t, 32> parts{};
    int bound_class = 0;
    const auto length = utf8proc_decompose_char(
        static_cast<utf8proc_int32_t>(code_point), parts.data(), parts.size(),
        static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT),
        &bound_class);
    std::string apart;
    for (const utf8proc_int32_t part : std::span(parts).first(static_cast<std::size_t>(length))) {
      base::append_utf8(apart, static_cast<char32_t>(part));
    }
    if (has_plate_character(apart) != has_plate_character(text)) {
      ADD_FAILURE() << "U+" << std::hex << static_cast<std::uint32_t>(code_point) << " apart";
    }
  }
}

TEST(PlateCharacters, are_found_at_the_end_of_a_text_and_in_one_that_is_no_utf_8) {
  EXPECT_TRUE(has_plate_character("-- \u0301\u2605 x"));
  EXPECT_TRUE(
      has_plate_character("\xFF\xFE"
                          "A"));
  EXPECT_FALSE(has_plate_character(""));
  EXPECT_FALSE(has_plate_character("-- \u0301\u2605 "));
}

TEST(NormalisePlate, a_letter_outside_ascii_does_not_change_how_the_rest_is_read) {
  EXPECT_EQ(normalise_plate("ab-12 é"), "AB12É");
  EXPECT_EQ(normalise_plate("é ab-12"), "ÉAB12");
}

TEST(PlateShape, what_cameras_confuse_has_one_shape) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"0OQD", "0000"}, {"1IL", "111"},
      {"2Z", "22"},     {"5S", "55"},
      {"8B", "88"},     {"PL8RDR", "P18R0R"},
      {"", ""},         {"ACEFGHJKMNPRTUVWXY34679", "ACEFGHJKMNPRTUVWXY34679"}};
  for (const auto& [normalised, shape] : rows) EXPECT_EQ(plate_shape(normalised), shape);
}

TEST(PlateShape, letters_of_other_alphabets_stay) {
  EXPECT_EQ(plate_shape("ОВ\u0660京"), "ОВ\u0660京");
}

// Whatever is sent, the plate that is compared is text, and comparing it again changes nothing.
TEST(NormalisePlate, every_code_point_becomes_a_plate_that_stays_what_it_is) {
  int wrong = 0;
  for (char32_t code_point = 0; code_point <= 0x10FFFF && wrong < 5; ++code_point) {
    if (code_point >= 0xD800 && code_point <= 0xDFFF) continue;
    std::string sent = "a";
    base::append_utf8(sent, code_point);
    const std::string normalised = normalise_plate(sent + "1");
    const bool is_text = base::is_valid_utf8(normalised);
    const bool is_stable = is_text && normalise_plate(normalised) == normalised;
    const bool has_shape = is_text && base::is_valid_utf8(plate_shape(normalised));
    if (is_text && is_stable && has_shape && normalised.ends_with('1')) continue;
    ++wrong;
    ADD_FAILURE() << "U+" << std::hex << static_cast<std::uint32_t>(code_point) << " "
                  << normalised;
  }
}

}  // namespace
}  // namespace lotkeeper::domain
