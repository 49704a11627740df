#include "base/text/json.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace lotkeeper::base {
namespace {

using std::string_literals::operator""s;
using Kind = JsonValue::Kind;

// g++ 12 warns of overlapping copies where such texts are added up with `+`.
std::string joined(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text += part;
  return text;
}

std::string reason_of(std::string_view text, JsonLimits limits = {}) {
  const auto parsed = parse_json(text, limits);
  return parsed ? "accepted" : parsed.error().reason;
}

std::string number_text(const std::string& number) {
  const auto parsed = parse_json(joined({"[", number, "]"}));
  if (!parsed) return parsed.error().reason;
  EXPECT_EQ(parsed->items.at(0).kind, Kind::number) << number;
  return parsed->items.at(0).text;
}

std::string string_text(const std::string& literal) {
  const auto parsed = parse_json(literal);
  if (!parsed) return parsed.error().reason;
  EXPECT_EQ(parsed->kind, Kind::string) << literal;
  return parsed->text;
}

std::string canonical(const std::string& text) {
  const auto parsed = parse_json(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed ? canonical_json(*parsed, "apiToken") : "";
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

constexpr std::string_view k_ends_early = "The body ends in the middle of a value.";
constexpr std::string_view k_half_pair =
    "A \\u escape in the body is half of a surrogate pair without its other half.";
constexpr std::string_view k_bad_utf8 = "The body is not valid UTF-8.";
constexpr std::string_view k_same_key = "An object in the body has the same key twice.";
constexpr std::string_view k_too_deep = "The body is nested deeper than 16 levels.";
constexpr std::string_view k_empty = "The body is empty.";
constexpr std::string_view k_trailing = "Something follows the end of the JSON value in the body.";

TEST(ParseJson, keeps_every_kind_and_the_order_of_members) {
  const auto parsed = parse_json(
      R"( {"s":"Lot 4","n":14.5,"t":true,"f":false,"z":null,"a":[1,"x",[]],"o":{"k":{}}} )");
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->kind, Kind::object);
  const auto& members = parsed->members;
  ASSERT_EQ(members.size(), 7U);

  const std::vector<std::string> keys{"s", "n", "t", "f", "z", "a", "o"};
  const std::vector<Kind> kinds{Kind::string, Kind::number, Kind::boolean, Kind::boolean,
                                Kind::null,   Kind::array,  Kind::object};
  const std::vector<std::string> texts{"Lot 4", "14.5", "true", "false", "", "", ""};
  for (std::size_t i = 0; i < members.size(); ++i) {
    EXPECT_EQ(members[i].key, keys[i]);
    EXPECT_EQ(members[i].value.kind, kinds[i]) << keys[i];
    EXPECT_EQ(members[i].value.text, texts[i]) << keys[i];
  }
  ASSERT_EQ(members[5].value.items.size(), 3U);
  EXPECT_EQ(members[5].value.items[1].text, "x");
  EXPECT_EQ(members[5].value.items[2].kind, Kind::array);
  ASSERT_EQ(members[6].value.members.size(), 1U);
  EXPECT_EQ(members[6].value.members[0].value.kind, Kind::object);
}

TEST(ParseJson, more_members_than_usual_are_all_kept) {
  std::string body = "{";
  for (int i = 0; i < 200; ++i) body += "\"key" + std::to_string(i) + "\":{\"v\":[1]},";
  const auto parsed = parse_json(body + "}");
  ASSERT_TRUE(parsed.has_value());
  ASSERT_EQ(parsed->members.size(), 200U);
  EXPECT_EQ(parsed->members[199].key, "key199");
  EXPECT_EQ(parsed->members[199].value.members.at(0).value.items.at(0).text, "1");
}

TEST(ParseJson, accepts_one_trailing_comma) {
  for (const char* text : {R"({"apiToken":"x",})", "[1,]", "{\"a\":[1,],\n}"}) {
    EXPECT_EQ(reason_of(text), "accepted") << text;
  }
  for (const char* text : {"[,]", "{,}", "[1,,]", R"({"a":1,,})", "1,"}) {
    EXPECT_NE(reason_of(text), "accepted") << text;
  }
}

TEST(ParseJson, strings_are_unescaped) {
  EXPECT_EQ(string_text(R"("")"), "");
  EXPECT_EQ(string_text(R"("\"\\\/\b\f\n\r\t")"), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(string_text(R"("caf\u00e9 \uD83C\uDD7F caf\u00E9")"), "café 🅿 café");
  EXPECT_EQ(string_text(R"("a\u0000b")"), "a\0b"s);
  EXPECT_EQ(
      string_text(joined({"\"", std::string(5'000, 'x'), "\\n", std::string(5'000, 'y'), "\""})),
      joined({std::string(5'000, 'x'), "\n", std::string(5'000, 'y')}));
}

TEST(ParseJson, keys_are_unescaped) {
  const auto parsed = parse_json(R"({"pl\u0061te":"A","zone":"B"})");
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->members.at(0).key, "plate");
  EXPECT_EQ(parsed->members.at(1).key, "zone");
}

TEST(ParseJson, numbers_are_written_by_value) {
  const std::vector<std::pair<std::string, std::string>> numbers{
      {"0", "0"},
      {"-0", "0"},
      {"0.0", "0"},
      {"-0.00e5", "0"},
      {"1138", "1138"},
      {"1138.0", "1138"},
      {"1138.10", "1138.1"},
      {"-1.50e1", "-15"},
      {"14.5", "14.5"},
      {"1e2", "100"},
      {"1E+2", "100"},
      {"100e-2", "1"},
      {"125e-2", "1.25"},
      {"1e-3", "0.001"},
      {"0.1", "0.1"},
      {"10.010", "10.01"},
      {"1e007", "10000000"},
      {"0e99999999999", "0"},
      {"-7", "-7"},
      {"9007199254740993", "9007199254740993"},
      {"9223372036854775808", "9223372036854775808"},
      {"-9223372036854775809", "-9223372036854775809"},
      {"18446744073709551616", "18446744073709551616"},
      {"123456789012345678901234567890.10", "123456789012345678901234567890.1"},
      {"0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"},
  };
  for (const auto& [sent, text] : numbers) EXPECT_EQ(number_text(sent), text) << sent;
}

TEST(ParseJson, numbers_of_every_length_come_through_unchanged) {
  std::string digits;
  for (int i = 1; i <= 60; ++i) {
    digits += static_cast<char>('1' + i % 9);
    for (const std::string& number :
         {digits, "-" + digits, "0." + digits, "-7." + digits, digits + "." + digits}) {
      EXPECT_EQ(number_text(number), number);
      EXPECT_EQ(number_text(number + "e0"), number);
    }
  }
}

TEST(ParseJson, a_number_of_up_to_300_added_zeros_is_written_out) {
  EXPECT_EQ(number_text("1e300"), joined({"1", std::string(300, '0')}));
  EXPECT_EQ(number_text("25e-302"), joined({"0.", std::string(300, '0'), "25"}));
}

TEST(ParseJson, a_huge_number_is_a_number_longer_than_any_attribute_but_not_than_memory) {
  for (const std::string number :
       {"1e301", "1e400", "1e-400", "-1e400", "1e999999999", "1e9999999999", "1e-9999999999",
        "1e99999999999999999999999999", "1.5E+2147483647", "1.5E-2147483648"}) {
    const std::string text = number_text(number);
    EXPECT_GT(text.size(), 300U) << number;
    EXPECT_LT(text.size(), 320U) << number;
  }
}

TEST(ParseJson, a_huge_exponent_leaves_the_rest_of_the_body_as_it_was) {
  const auto parsed = parse_json(
      R"({"s":"1e99999999999 \"1e99999999999","n":1e00000000000002,"h":1e99999999999,"k\\":0.5})");
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->members.at(0).value.text, "1e99999999999 \"1e99999999999");
  EXPECT_EQ(parsed->members.at(1).value.text, "100");
  EXPECT_EQ(parsed->members.at(3).key, "k\\");
  EXPECT_EQ(parsed->members.at(3).value.text, "0.5");
}

TEST(ParseJson, malformed_text_is_refused) {
  for (const std::string& text :
       {"nul"s,       "True"s,     "NaN"s,       "Infinity"s,    "-"s,         "-x"s,
        "1."s,        ".5"s,       "+1"s,        "01"s,          "00"s,        "1e"s,
        "1e+"s,       "0x10"s,     "'a'"s,       "{a:1}"s,       "// c\n1"s,   "[1/*c*/]"s,
        "{\"a\"}"s,   "{\"a\":}"s, "{\"a\" 1}"s, "[1 2]"s,       "{1:2}"s,     "[1}"s,
        "{\"a\":1]"s, "\"\\q\""s,  "\"\\u12\""s, "\"\\u00g0\""s, "\"\\x41\""s, "]"s,
        "\"a\nb\""s,  "\"a\tb\""s, "\"a\0b\""s,  "[1\0]"s,       "\0"s,        "{\"a\":1}\0"s}) {
    EXPECT_NE(reason_of(text), "accepted") << text;
  }
}

TEST(ParseJson, each_class_of_error_has_its_own_sentence) {
  const std::vector<std::pair<std::string, std::string_view>> rows{
      {"", k_empty},
      {" \r\n\t", k_empty},
      {"\xEF\xBB\xBF{}", "The body begins with a byte order mark."},
      {"{\"plate\":", k_ends_early},
      {"{\"plate\"", k_ends_early},
      {"{\"plate\":\"AB", k_ends_early},
      {"{\"plate\":1", k_ends_early},
      {"{", k_ends_early},
      {"[1.", k_ends_early},
      {"tru", k_ends_early},
      {"{} {}", k_trailing},
      {"{}x", k_trailing},
      {"{\"a\":1,\"a\":1}", k_same_key},
      {"\"\\ud83d\"", k_half_pair},
      {"\"\\ud83dx\"", k_half_pair},
      {"\"\\ud83d\\n\"", k_half_pair},
      {"\"\\udd7f\"", k_half_pair},
      {"\"\\ud83d\\u0041\"", k_half_pair},
      {"{\"\\uDBFF\":1}", k_half_pair},
      {"\"\\u12G4\"", "A \\u escape in the body does not have four hexadecimal digits."},
      {"\"\xFF\"", k_bad_utf8},
      {"\"\xC0\x80\"", k_bad_utf8},
      {"\"\xED\xA0\x80\"", k_bad_utf8},
      {"\"\xE2\x82", k_bad_utf8},
      {"{\"\xF5\x80\x80\x80\":1}", k_bad_utf8},
      {"[\"a\tb\"]", "The body has an unescaped control character at byte 4."},
      {"{\"plate\" \"AB\"}", "The body is not valid JSON: byte 10 is out of place."},
      {nested(17), k_too_deep},
  };
  for (const auto& [text, reason] : rows) EXPECT_EQ(reason_of(text), reason) << text;
}

TEST(ParseJson, no_sentence_repeats_what_was_sent) {
  for (const std::string text :
       {R"({"SECRET":1,"SECRET":2})", R"({"SECRET":SECRET})", R"({"apiToken":"SECRET)",
        R"({"SECRET\ud800":1})", R"({"SECRET":1} SECRET)"}) {
    const std::string reason = reason_of(text);
    EXPECT_NE(reason, "accepted") << text;
    EXPECT_EQ(reason.find("SECRET"), std::string::npos) << reason;
  }
}

TEST(ParseJson, nesting_is_allowed_down_to_the_limit) {
  EXPECT_EQ(reason_of(nested(16)), "accepted");
  EXPECT_EQ(reason_of(nested(17)), k_too_deep);
  EXPECT_EQ(reason_of(nested(1'000)), k_too_deep);
  EXPECT_EQ(reason_of(std::string(60'000, '[')), k_too_deep);
  EXPECT_EQ(reason_of(joined({"{\"a\":", nested(15), "}"})), "accepted");
  EXPECT_EQ(reason_of(joined({"{\"a\":", nested(16), "}"})), k_too_deep);
  EXPECT_EQ(reason_of(joined({"[", nested(15), ",", nested(15), "]"})), "accepted");
  EXPECT_EQ(reason_of(nested(3), {.depth = 2}), "The body is nested deeper than 2 levels.");
}

TEST(ParseJson, the_same_key_twice_is_refused_in_any_object) {
  for (const std::string text :
       {R"({"a":1,"a":1})", R"({"a":1,"\u0061":2})", R"([{"x":{"y":1,"z":2,"y":3}}])",
        R"({"":1,"":2})", R"({"é":1,"\u00e9":2})"}) {
    EXPECT_EQ(reason_of(text), k_same_key) << text;
  }
  for (const std::string text :
       {R"({"a":1,"A":2})", R"([{"a":1},{"a":1}])", R"({"a":{"a":1}})", R"({"a":1,"a ":2})"}) {
    EXPECT_EQ(reason_of(text), "accepted") << text;
  }
}

TEST(ParseJson, the_same_key_twice_is_found_among_thousands) {
  std::string members;
  for (int i = 0; i < 5'000; ++i) members += joined({"\"", std::to_string(i), "\":0,"});
  EXPECT_EQ(reason_of(joined({"{", members, "}"})), "accepted");
  EXPECT_EQ(reason_of(joined({"{", members, "\"0\":0}"})), k_same_key);
  EXPECT_EQ(reason_of(joined({"{", members, "\"4999\":0}"})), k_same_key);
}

TEST(ParseJson, a_large_object_does_not_take_quadratic_time) {
  std::string body = "{";
  for (int i = 0; i < 300'000; ++i) body += joined({"\"", std::to_string(i), "\":0,"});
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(reason_of(body + "}"), "accepted");
  // Comparing each key with each other would be 45,000,000,000 comparisons.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(CanonicalJson, order_spelling_and_token_make_no_difference) {
  const std::string first = canonical(R"({"apiToken":"A","plate":"é","n":[1.50,{"x":1,"y":2}]})");
  for (const std::string text :
       {R"({"n":[15e-1,{"y":2.0,"x":1}],"plate":"\u00e9","apiToken":"B"})",
        R"({"APITOKEN":{"x":1},"plate":"é","n":[1.5,{"y":20e-1,"x":1,},],})",
        R"({ "plate" : "é", "n" : [ 1.5, { "x" : 1, "y" : 2 } ] })"}) {
    EXPECT_EQ(canonical(text), first) << text;
  }
}

TEST(CanonicalJson, huge_numbers_are_equal_by_value_too) {
  const std::string zeros(400, '0');
  EXPECT_EQ(canonical(R"({"a":1e400})"), canonical(R"({"a":10e399})"));
  EXPECT_EQ(canonical(R"({"a":1e400})"), canonical(joined({"{\"a\":1", zeros, "}"})));
  EXPECT_EQ(canonical(R"({"a":1e-401})"), canonical(joined({"{\"a\":0.", zeros, "1}"})));
  EXPECT_NE(canonical(R"({"a":1e400})"), canonical(R"({"a":1e401})"));
}

TEST(CanonicalJson, different_bodies_differ) {
  const std::vector<std::string> bodies{
      R"({})",
      R"({"a":1})",
      R"({"A":1})",
      R"({"a":"1"})",
      R"({"a":true})",
      R"({"a":"true"})",
      R"({"a":null})",
      R"({"a":""})",
      R"({"a":[]})",
      R"({"a":{}})",
      R"({"a":[1,2]})",
      R"({"a":[2,1]})",
      R"({"a":[12]})",
      R"({"a":[[1],2]})",
      R"({"a":[[1,2]]})",
      R"({"a":1,"b":2})",
      R"({"a":{"b":2}})",
      R"({"a":{"apiToken":2}})",
      R"({"a":"1k1:bn1:2"})",
      R"({"a":" 1"})",
      R"({"a1":1})",
      R"({"a":"\u0000"})",
  };
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      EXPECT_NE(canonical(bodies[i]), canonical(bodies[j])) << bodies[i] << " " << bodies[j];
    }
  }
}

}  // namespace
}  // namespace lotkeeper::base
