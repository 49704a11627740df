#include "base/text/json.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <cstdlib>
#include <utility>

#include "base/text/text.hpp"

namespace lotkeeper::base {
namespace {

constexpr std::size_t k_usual_member_count = 16;
constexpr std::size_t k_most_added_zeros = 300;
constexpr std::int64_t k_largest_exponent = 999'999'999;
constexpr std::size_t k_exponent_digits = 9;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// An exponent's value. Exponents of more than nine digits all count as the largest.
std::int64_t read_exponent(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  std::int64_t value = 0;
  for (const char c : text) value = std::min(value * 10 + (c - '0'), k_largest_exponent);
  return negative ? -value : value;
}

/// `digits` × 10^`exponent` written out. `digits` has no zero at either end.
std::string write_plain(bool negative, std::string_view digits, std::int64_t exponent) {
  std::string text = negative ? "-" : "";
  const auto shift = static_cast<std::size_t>(std::abs(exponent));
  if (exponent >= 0) {
    text += digits;
    text.append(std::min(shift, k_most_added_zeros), '0');
    if (shift > k_most_added_zeros) text += "e" + std::to_string(shift - k_most_added_zeros);
  } else if (shift < digits.size()) {
    const std::size_t whole = digits.size() - shift;
    text.append(digits.substr(0, whole)).append(".").append(digits.substr(whole));
  } else {
    const std::size_t zeros = shift - digits.size();
    text.append("0.").append(std::min(zeros, k_most_added_zeros), '0').append(digits);
    if (zeros > k_most_added_zeros) text += "e-" + std::to_string(zeros - k_most_added_zeros);
  }
  return text;
}

/// One canonical text for every spelling of a number. Works on the digits, because a double would
/// lose some of them.
std::string plain_number(std::string_view number) {
  const bool is_plain = number.find_first_of(".eE") == std::string_view::npos;
  if (is_plain && number.size() <= k_most_added_zeros) {
    return number == "-0" ? "0" : std::string(number);
  }

  const bool negative = number.starts_with('-');
  if (negative) number.remove_prefix(1);
  std::int64_t exponent = 0;
  if (const auto at = number.find_first_of("eE"); at != std::string_view::npos) {
    exponent = read_exponent(number.substr(at + 1));
    number = number.substr(0, at);
  }
  std::string digits(number);
  if (const auto point = digits.find('.'); point != std::string::npos) {
    exponent -= static_cast<std::int64_t>(digits.size() - point - 1);
    digits.erase(point, 1);
  }

  const auto first = digits.find_first_not_of('0');
  if (first == std::string::npos) return "0";
  const auto last = digits.find_last_not_of('0');
  exponent += static_cast<std::int64_t>(digits.size() - last - 1);
  return write_plain(negative, std::string_view(digits).substr(first, last - first + 1), exponent);
}

/// Sorts instead of hashing: an attacker could choose keys that make a hash table quadratic.
bool has_equal_keys(const std::vector<JsonMember>& members) {
  constexpr std::size_t k_few = 12;
  if (members.size() <= k_few) {
    for (auto member = members.begin(); member != members.end(); ++member) {
      const auto same_key = [&](const JsonMember& other) { return other.key == member->key; };
      if (std::any_of(members.begin(), member, same_key)) return true;
    }
    return false;
  }
  std::vector<std::string_view> keys;
  keys.reserve(members.size());
  for (const JsonMember& member : members) keys.emplace_back(member.key);
  std::sort(keys.begin(), keys.end());
  return std::adjacent_find(keys.begin(), keys.end()) != keys.end();
}

/// Builds the tree below `root`. A pointer to an open container stays valid, because its parent
/// does not grow until the container is closed.
class TreeBuilder {
 public:
  // NOLINTBEGIN(readability-identifier-naming): Boost.JSON requires these names.
  using error_code = boost::json::error_code;
  using string_view = boost::json::string_view;

  static constexpr auto max_object_size = static_cast<std::size_t>(-1);
  static constexpr auto max_array_size = static_cast<std::size_t>(-1);
  static constexpr auto max_key_size = static_cast<std::size_t>(-1);
  static constexpr auto max_string_size = static_cast<std::size_t>(-1);
  // NOLINTEND(readability-identifier-naming)

  explicit TreeBuilder(JsonValue& root) : m_root(root) {}

  [[nodiscard]] bool found_equal_keys() const { return m_found_equal_keys; }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }

  bool on_object_begin(error_code&) {
    JsonValue& object = open(JsonValue::Kind::object);
    if (m_open.size() == 1) object.members.reserve(k_usual_member_count);
    return true;
  }
  bool on_object_end(std::size_t, error_code& error) {
    if (has_equal_keys(m_open.back()->members)) {
      m_found_equal_keys = true;
      error = boost::json::error::syntax;
      return false;
    }
    m_open.pop_back();
    return true;
  }
  bool on_array_begin(error_code&) {
    open(JsonValue::Kind::array);
    return true;
  }
  bool on_array_end(std::size_t, error_code&) {
    m_open.pop_back();
    return true;
  }

  bool on_key_part(string_view part, std::size_t, error_code&) {
    m_part.append(part.data(), part.size());
    return true;
  }
  bool on_key(string_view part, std::size_t, error_code&) {
    m_open.back()->members.emplace_back().key = take_text(part);
    return true;
  }
  bool on_string_part(string_view part, std::size_t, error_code&) {
    m_part.append(part.data(), part.size());
    return true;
  }
  bool on_string(string_view part, std::size_t, error_code&) {
    add(JsonValue::Kind::string).text = take_text(part);
    return true;
  }

  // A number in a single buffer arrives whole. A part arrives only before an error.
  bool on_number_part(string_view, error_code&) { return true; }
  bool on_int64(std::int64_t, string_view text, error_code&) { return add_number(text); }
  bool on_uint64(std::uint64_t, string_view text, error_code&) { return add_number(text); }
  bool on_double(double, string_view text, error_code&) { return add_number(text); }

  bool on_bool(bool value, error_code&) {
    add(JsonValue::Kind::boolean).text = value ? "true" : "false";
    return true;
  }
  bool on_null(error_code&) {
    add(JsonValue::Kind::null);
    return true;
  }

  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

 private:
  JsonValue& place() {
    if (m_open.empty()) return m_root;
    JsonValue& parent = *m_open.back();
    if (parent.kind == JsonValue::Kind::array) return parent.items.emplace_back();
    return parent.members.back().value;
  }
  JsonValue& add(JsonValue::Kind kind) {
    JsonValue& value = place();
    value.kind = kind;
    return value;
  }
  JsonValue& open(JsonValue::Kind kind) {
    JsonValue& value = add(kind);
    m_open.push_back(&value);
    return value;
  }
  bool add_number(string_view text) {
    add(JsonValue::Kind::number).text = plain_number({text.data(), text.size()});
    return true;
  }
  std::string take_text(string_view last_part) {
    if (m_part.empty()) return {last_part.data(), last_part.size()};
    m_part.append(last_part.data(), last_part.size());
    return std::exchange(m_part, {});
  }

  JsonValue& m_root;
  std::vector<JsonValue*> m_open;
  std::string m_part;
  bool m_found_equal_keys = false;
};

/// Replaces each exponent of more than nine digits with the largest nine-digit one, padded to the
/// same length. Boost.JSON rejects such exponents although they are valid JSON. Malformed text
/// stays malformed.
std::string with_shorter_exponents(std::string_view text) {
  std::string shorter(text);
  bool in_string = false;
  for (std::size_t at = 0; at < shorter.size(); ++at) {
    const char c = shorter[at];
    if (in_string && c == '\\') ++at;
    if (c == '"') in_string = !in_string;
    if (in_string || (c != 'e' && c != 'E')) continue;

    std::size_t first = at + 1;
    if (first < shorter.size() && (shorter[first] == '-' || shorter[first] == '+')) ++first;
    std::size_t end = first;
    while (end < shorter.size() && is_digit(shorter[end])) ++end;
    if (end - first > k_exponent_digits) {
      const auto nines = shorter.begin() + static_cast<std::ptrdiff_t>(end - k_exponent_digits);
      const auto zeros = shorter.begin() + static_cast<std::ptrdiff_t>(first);
      if (std::any_of(zeros, nines, [](char digit) { return digit != '0'; })) {
        std::fill(zeros, nines, '0');
        std::fill_n(nines, k_exponent_digits, '9');
      }
    }
    at = end - 1;
  }
  return shorter;
}

/// Boost.JSON reports a high surrogate without a following \u escape as a syntax error at the next
/// character.
bool follows_high_surrogate(std::string_view text, std::size_t at) {
  constexpr std::size_t k_escape_length = 6;
  if (at > 0 && text[at - 1] == '\\') --at;
  if (at < k_escape_length) return false;
  const std::string escape = ascii_lower(text.substr(at - k_escape_length, k_escape_length));
  return escape.starts_with("\\ud") && escape[3] >= '8' && escape[3] <= 'b';
}

std::string explain(boost::json::error_code code, std::size_t at, std::string_view text,
                    JsonLimits limits) {
  using boost::json::error;
  // If bytes are not UTF-8, the parser only reports "syntax", or that the text is incomplete.
  if (!is_valid_utf8(text)) return "The body is not valid UTF-8.";
  if (code == error::too_deep) {
    return "The body is nested deeper than " + std::to_string(limits.depth) + " levels.";
  }
  if (code == error::expected_hex_digit) {
    return "A \\u escape in the body does not have four hexadecimal digits.";
  }
  if (code == error::incomplete || at >= text.size()) {
    return "The body ends in the middle of a value.";
  }
  const std::string position = std::to_string(at + 1);
  if (static_cast<unsigned char>(text[at]) < 0x20) {
    return "The body has an unescaped control character at byte " + position + ".";
  }
  if (code == error::illegal_leading_surrogate || code == error::illegal_trailing_surrogate ||
      code == error::expected_utf16_escape || follows_high_surrogate(text, at)) {
    return "A \\u escape in the body is half of a surrogate pair without its other half.";
  }
  return "The body is not valid JSON: byte " + position + " is out of place.";
}

struct Outcome {
  tl::expected<JsonValue, JsonError> result;
  bool exponent_overflowed = false;
};

Outcome parse_once(std::string_view text, JsonLimits limits) {
  boost::json::parse_options options;
  options.max_depth = limits.depth;
  options.allow_trailing_commas = true;

  JsonValue root;
  boost::json::basic_parser<TreeBuilder> parser(options, root);
  boost::json::error_code error;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
  if (!error && read == text.size()) return {std::move(root)};

  JsonError refusal;
  if (parser.handler().found_equal_keys()) {
    refusal.reason = "An object in the body has the same key twice.";
  } else if (error) {
    refusal.reason = explain(error, read, text, limits);
  } else {
    refusal.reason = "Something follows the end of the JSON value in the body.";
  }
  return {tl::unexpected(std::move(refusal)), error == boost::json::error::exponent_overflow};
}

void append_length_prefixed(std::string& out, char tag, std::string_view text) {
  out += tag;
  out += std::to_string(text.size());
  out += ':';
  out += text;
}

void append_canonical(std::string& out, const JsonValue& value);

void append_members(std::string& out, std::vector<const JsonMember*>& members) {
  std::sort(members.begin(), members.end(),
            [](const JsonMember* left, const JsonMember* right) { return left->key < right->key; });
  out += '{';
  for (const JsonMember* member : members) {
    append_length_prefixed(out, 'k', member->key);
    append_canonical(out, member->value);
  }
  out += '}';
}

void append_canonical(std::string& out, const JsonValue& value) {
  switch (value.kind) {
    case JsonValue::Kind::null:
      out += 'z';
      return;
    case JsonValue::Kind::boolean:
      append_length_prefixed(out, 'b', value.text);
      return;
    case JsonValue::Kind::number:
      append_length_prefixed(out, 'n', value.text);
      return;
    case JsonValue::Kind::string:
      append_length_prefixed(out, 's', value.text);
      return;
    case JsonValue::Kind::array:
      out += '[';
      for (const JsonValue& item : value.items) append_canonical(out, item);
      out += ']';
      return;
    case JsonValue::Kind::object: {
      std::vector<const JsonMember*> members;
      members.reserve(value.members.size());
      for (const JsonMember& member : value.members) members.push_back(&member);
      append_members(out, members);
      return;
    }
  }
}

}  // namespace

tl::expected<JsonValue, JsonError> parse_json(std::string_view text, JsonLimits limits) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return tl::unexpected(JsonError{"The body is empty."});
  }
  if (text.starts_with("\xEF\xBB\xBF")) {
    return tl::unexpected(JsonError{"The body begins with a byte order mark."});
  }
  Outcome outcome = parse_once(text, limits);
  if (outcome.exponent_overflowed) outcome = parse_once(with_shorter_exponents(text), limits);
  return std::move(outcome.result);
}

std::string canonical_json(const JsonValue& object, std::string_view without) {
  std::vector<const JsonMember*> members;
  members.reserve(object.members.size());
  for (const JsonMember& member : object.members) {
    if (!equals_ignoring_ascii_case(member.key, without)) members.push_back(&member);
  }
  std::string text;
  append_members(text, members);
  return text;
}

}  // namespace lotkeeper::base
