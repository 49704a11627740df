#include "domain/permits/plate.hpp"

#include <utf8proc.h>

#include <cstdint>

#include "base/text/unicode.hpp"

namespace lotkeeper::domain {
namespace {

bool is_letter_or_decimal_digit(utf8proc_int32_t code_point) {
  switch (utf8proc_category(code_point)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
      return true;
    default:
      return false;
  }
}

std::string normalise_unicode(std::string_view plate) {
  std::string normalised;
  normalised.reserve(plate.size());
  const auto composed = base::compose(plate, base::Composition::compatibility);
  for (const char32_t code_point : base::fold_full_case(composed)) {
    const auto upper = utf8proc_toupper(static_cast<utf8proc_int32_t>(code_point));
    if (is_letter_or_decimal_digit(upper)) {
      base::append_utf8(normalised, static_cast<char32_t>(upper));
    }
  }
  return normalised;
}

/// Whether a letter or digit is left of a character. To compose it with others changes nothing in
/// that: a mark stays a mark, and what it stands on a letter or none.
bool becomes_plate_character(utf8proc_int32_t code_point) {
  const utf8proc_property_t& property = *utf8proc_get_property(code_point);
  constexpr std::uint16_t k_none = UINT16_MAX;
  if (property.decomp_seqindex == k_none && property.casefold_seqindex == k_none &&
      property.uppercase_seqindex == k_none) {
    return is_letter_or_decimal_digit(code_point);
  }
  std::string text;
  base::append_utf8(text, static_cast<char32_t>(code_point));
  return !normalise_unicode(text).empty();
}

char digit_of_group(char c) {
  switch (c) {
    case 'O':
    case 'Q':
    case 'D':
      return '0';
    case 'I':
    case 'L':
      return '1';
    case 'Z':
      return '2';
    case 'S':
      return '5';
    case 'B':
      return '8';
    default:
      return c;
  }
}

}  // namespace

std::string normalise_plate(std::string_view plate) {
  std::string normalised;
  normalised.reserve(plate.size());
  for (const char c : plate) {
    if (static_cast<unsigned char>(c) >= 0x80) return normalise_unicode(plate);
    if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
      normalised += c;
    } else if (c >= 'a' && c <= 'z') {
      normalised += static_cast<char>(c - 'a' + 'A');
    }
  }
  return normalised;
}

bool has_plate_character(std::string_view plate) {
  while (!plate.empty()) {
    const char first = plate.front();
    if (static_cast<unsigned char>(first) < 0x80) {
      if ((first >= '0' && first <= '9') || (first >= 'A' && first <= 'Z') ||
          (first >= 'a' && first <= 'z')) {
        return true;
      }
      plate.remove_prefix(1);
      continue;
    }
    utf8proc_int32_t code_point = 0;
    const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(plate.data()),
                                         static_cast<utf8proc_ssize_t>(plate.size()), &code_point);
    if (length > 0 && becomes_plate_character(code_point)) return true;
    plate.remove_prefix(length > 0 ? static_cast<std::size_t>(length) : 1);
  }
  return false;
}

std::string plate_shape(std::string_view normalised) {
  std::string shape(normalised);
  for (char& c : shape) c = digit_of_group(c);
  return shape;
}

}  // namespace lotkeeper::domain
