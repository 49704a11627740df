#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

/// Reads what a third party sent. Boost.JSON does the parsing; its `value` would lose a number's
/// own text and the second of two equal keys, both of which the API has rules about.
namespace lotkeeper::base {

struct JsonMember;

/// One JSON value as it was sent.
struct JsonValue {
  enum class Kind { null, boolean, number, string, array, object };

  Kind kind = Kind::null;
  /// A string's content (unescaped, valid UTF-8), or a number's value in plain digits: no exponent,
  /// no trailing zeros in the fraction, "0" for any zero (`1138.0` is "1138", `-1.50e1` is "-15").
  /// Only a number that needs over 300 zeros for its power of ten keeps an exponent behind them:
  /// its text is longer than any attribute may be, without letting a short body fill the memory.
  /// "true" or "false" for a boolean.
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

/// Why a text is not JSON that the API accepts: one plain sentence that repeats none of the text.
struct JsonError {
  std::string reason;
};

/// Parses one JSON text. Accepts a trailing comma before `}` and `]`. Refuses anything else that
/// RFC 8259 does not allow, invalid UTF-8, lone surrogate escapes, more nesting than
/// `limits.depth`, and an object that has the very same key twice (after unescaping).
[[nodiscard]] tl::expected<JsonValue, JsonError> parse_json(std::string_view text,
                                                            JsonLimits limits = {});

/// A canonical text of an object's members but those whose key equals `without` in any ASCII case:
/// equal for two bodies exactly when they have the same keys with the same values, in whatever
/// order and spelling of numbers and escapes. For comparing a retried request with the first.
[[nodiscard]] std::string canonical_json(const JsonValue& object, std::string_view without);

}  // namespace lotkeeper::base
