#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

/// Reads JSON that a third party sent. Boost.JSON does the parsing. Its `value` type is not used
/// because it loses the original text of numbers and the second of two equal keys. The API has
/// rules about both.
namespace lotkeeper::base {

struct JsonMember;

/// One JSON value as it was sent.
struct JsonValue {
  enum class Kind { null, boolean, number, string, array, object };

  Kind kind = Kind::null;
  /// A string's content (unescaped, valid UTF-8), or a number's value in plain digits: no exponent,
  /// no trailing zeros in the fraction, "0" for any zero (`1138.0` is "1138", `-1.50e1` is "-15").
  /// At most 300 zeros are added. A number that needs more also keeps an exponent, so its text is
  /// longer than any attribute may be, and a short body cannot fill the memory. "true" or "false"
  /// for a boolean.
  std::string text;
  std::vector<JsonValue> items;     ///< of an array
  std::vector<JsonMember> members;  ///< of an object, in the order sent
};

struct JsonMember {
  std::string key;
  JsonValue value;
};

struct JsonLimits {
  std::size_t depth = 16;  ///< the outermost value is level 1
};

/// Why the API does not accept a text as JSON: one plain sentence that repeats none of the text.
struct JsonError {
  std::string reason;
};

/// Parses one JSON text. Accepts a trailing comma before `}` and `]`. Rejects everything else that
/// RFC 8259 does not allow, and also invalid UTF-8, lone surrogate escapes, nesting deeper than
/// `limits.depth`, and an object that contains the same key twice (after unescaping).
[[nodiscard]] tl::expected<JsonValue, JsonError> parse_json(std::string_view text,
                                                            JsonLimits limits = {});

/// A canonical text of an object's members, leaving out the key `without` in any ASCII case. Two
/// bodies have equal texts exactly when they have the same keys with the same values, in any order
/// and any spelling of numbers and escapes. For comparing a retried request with the first one.
[[nodiscard]] std::string canonical_json(const JsonValue& object, std::string_view without);

}  // namespace lotkeeper::base
