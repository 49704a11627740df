#include "domain/plate.hpp"

#include <utf8proc.h>

#include "base/unicode.hpp"

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

std::string plate_shape(std::string_view normalised) {
  std::string shape(normalised);
  for (char& c : shape) c = digit_of_group(c);
  return shape;
}

}  // namespace lotkeeper::domain
