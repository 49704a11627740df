#pragma once

#include <string>
#include <string_view>

/// Unicode algorithms on code points, for text.cpp and for plates. Each takes at most n log n steps
/// for any text. utf8proc's own ordering of combining marks is quadratic.
namespace lotkeeper::base {

enum class Composition {
  canonical,      ///< NFC
  compatibility,  ///< NFKC
};

/// The code points of `text` in a normalisation form. A byte that is not UTF-8 becomes U+FFFD.
[[nodiscard]] std::u32string compose(std::string_view text, Composition composition);

/// Full case folding of each code point (`ß` becomes `ss`). Does not compose again.
[[nodiscard]] std::u32string fold_full_case(std::u32string_view code_points);

/// Decomposes each code point and drops its combining marks.
[[nodiscard]] std::u32string without_marks(std::u32string_view code_points);

void append_utf8(std::string& text, char32_t code_point);

}  // namespace lotkeeper::base
