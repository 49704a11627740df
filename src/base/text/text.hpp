#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Unicode text, always UTF-8. The functions expect valid UTF-8; the JSON reader rejects everything
/// else.
namespace lotkeeper::base {

/// Whether `text` is well-formed UTF-8 (no surrogates, no overlong forms).
[[nodiscard]] bool is_valid_utf8(std::string_view text);

/// `text` without Unicode White_Space at both ends.
[[nodiscard]] std::string_view trim_white_space(std::string_view text);

/// The number of code points.
[[nodiscard]] std::size_t count_code_points(std::string_view text);

/// The first `count` code points of `text`, or all of it if it has fewer.
[[nodiscard]] std::string_view first_code_points(std::string_view text, std::size_t count);

/// The beginning of the text, at most `most` bytes. Never cuts a character.
[[nodiscard]] std::string_view first_bytes(std::string_view text, std::size_t most);

/// Whether `text` contains a control character (U+0000–U+001F, U+007F).
[[nodiscard]] bool has_control_character(std::string_view text);

/// Full case folding after canonical composition (NFC), for comparing names without regard to case.
[[nodiscard]] std::string fold_case(std::string_view text);

/// `fold_case`, trimmed, with each inner run of Unicode White_Space as one space. Names are
/// compared in this form.
[[nodiscard]] std::string fold_name(std::string_view text);

/// `text` without its accents and other combining marks: `Québec` is `Quebec`.
[[nodiscard]] std::string without_accents(std::string_view text);

/// Lower case for ASCII. Other bytes are not changed.
[[nodiscard]] std::string ascii_lower(std::string_view text);
[[nodiscard]] std::string ascii_upper(std::string_view text);
[[nodiscard]] bool equals_ignoring_ascii_case(std::string_view left, std::string_view right);

/// Levenshtein distance in bytes, for "did you mean".
[[nodiscard]] std::size_t edit_distance(std::string_view left, std::string_view right);

}  // namespace lotkeeper::base
