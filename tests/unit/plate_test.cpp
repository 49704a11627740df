#include "domain/plate.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

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

}  // namespace
}  // namespace lotkeeper::domain
