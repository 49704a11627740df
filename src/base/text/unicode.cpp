#include "base/text/unicode.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <new>
#include <vector>

namespace lotkeeper::base {
namespace {

constexpr utf8proc_int32_t k_replacement_character = 0xFFFD;

using CodePoints = std::vector<utf8proc_int32_t>;

void append_decomposed(CodePoints& out, utf8proc_int32_t code_point, int options) {
  std::array<utf8proc_int32_t, 32> mapped{};  // the longest mapping, U+FDFA, has 18 code points
  int bound_class = 0;
  const auto length =
      utf8proc_decompose_char(code_point, mapped.data(), mapped.size(),
                              static_cast<utf8proc_option_t>(options), &bound_class);
  if (length < 0 || length > static_cast<utf8proc_ssize_t>(mapped.size())) {
    out.push_back(k_replacement_character);
    return;
  }
  out.insert(out.end(), mapped.begin(), mapped.begin() + length);
}

std::u32string decompose_each(std::u32string_view code_points, int options) {
  CodePoints decomposed;
  decomposed.reserve(code_points.size());
  for (const char32_t code_point : code_points) {
    append_decomposed(decomposed, static_cast<utf8proc_int32_t>(code_point), options);
  }
  return {decomposed.begin(), decomposed.end()};
}

int combining_class(utf8proc_int32_t code_point) {
  return utf8proc_get_property(code_point)->combining_class;
}

void order_combining_marks(CodePoints& code_points) {
  const auto is_starter = [](utf8proc_int32_t c) { return combining_class(c) == 0; };
  auto run = code_points.begin();
  while (run != code_points.end()) {
    run = std::find_if_not(run, code_points.end(), is_starter);
    const auto end = std::find_if(run, code_points.end(), is_starter);
    if (end - run > 1) {
      std::stable_sort(run, end, [](utf8proc_int32_t left, utf8proc_int32_t right) {
        return combining_class(left) < combining_class(right);
      });
    }
    run = end;
  }
}

/// Composes segment by segment. utf8proc swallows U+11A7 after a Hangul syllable, although it is a
/// letter that composes with nothing. So each U+11A7 begins a new segment.
std::u32string compose_decomposed(CodePoints& decomposed, int options) {
  constexpr utf8proc_int32_t k_jungseong_o_yae = 0x11A7;
  std::u32string composed;
  composed.reserve(decomposed.size());
  for (auto part = decomposed.begin(); part != decomposed.end();) {
    const auto end = std::find(part + 1, decomposed.end(), k_jungseong_o_yae);
    const auto length =
        utf8proc_normalize_utf32(&*part, end - part, static_cast<utf8proc_option_t>(options));
    if (length < 0) throw std::bad_alloc();
    composed.append(part, part + length);
    part = end;
  }
  return composed;
}

}  // namespace

std::u32string compose(std::string_view text, Composition composition) {
  int options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
  if (composition == Composition::compatibility) options |= UTF8PROC_COMPAT;

  CodePoints code_points;
  code_points.reserve(text.size());
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  for (std::size_t at = 0; at < text.size();) {
    utf8proc_int32_t code_point = 0;
    const auto read =
        utf8proc_iterate(bytes + at, static_cast<utf8proc_ssize_t>(text.size() - at), &code_point);
    if (read <= 0) {
      code_points.push_back(k_replacement_character);
      at += 1;
      continue;
    }
    append_decomposed(code_points, code_point, options);
    at += static_cast<std::size_t>(read);
  }
  order_combining_marks(code_points);

  return compose_decomposed(code_points, options);
}

std::u32string fold_full_case(std::u32string_view code_points) {
  return decompose_each(code_points, UTF8PROC_CASEFOLD);
}

std::u32string without_marks(std::u32string_view code_points) {
  return decompose_each(code_points, UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK);
}

void append_utf8(std::string& text, char32_t code_point) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto length = utf8proc_encode_char(static_cast<utf8proc_int32_t>(code_point), bytes.data());
  text.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(length));
}

}  // namespace lotkeeper::base
