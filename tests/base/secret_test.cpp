#include "base/secret.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace lotkeeper::base {
namespace {

std::string to_hex(const Digest& digest) {
  constexpr std::string_view k_digits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : digest) {
    text += k_digits[byte >> 4U];
    text += k_digits[byte & 0x0FU];
  }
  return text;
}

TEST(Sha256, equals_the_published_vectors) {
  EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Sha256, of_parts_is_that_of_the_whole) {
  for (const std::size_t cut : {0U, 1U, 63U, 64U, 65U, 200U}) {
    const std::vector<std::uint8_t> whole(200, 0x61);
    Sha256 hash;
    hash.add(std::span(whole).first(cut));
    hash.add({});
    hash.add(std::span(whole).subspan(cut));
    EXPECT_EQ(hash.digest(), sha256(std::string(200, 'a'))) << cut;
  }
}

TEST(Token, has_43_ascii_letters_and_digits) {
  for (int i = 0; i < 100; ++i) {
    const std::string token = make_token();
    EXPECT_EQ(token.size(), 43U);
    EXPECT_TRUE(std::all_of(token.begin(), token.end(), [](unsigned char c) {
      return c < 0x80 && std::isalnum(c) != 0;
    })) << token;
  }
}

TEST(Token, is_never_made_twice_and_uses_every_character_evenly) {
  constexpr int k_count = 4'000;
  std::set<std::string> tokens;
  std::array<int, 128> uses{};
  for (int i = 0; i < k_count; ++i) {
    const std::string token = make_token();
    for (const char c : token) ++uses[static_cast<unsigned char>(c)];
    tokens.insert(token);
  }
  EXPECT_EQ(tokens.size(), static_cast<std::size_t>(k_count));

  // 43 × 4,000 ÷ 62 = 2,774 on average with a deviation of 52; a modulo bias would add a quarter.
  for (std::size_t c = 0; c < uses.size(); ++c) {
    if (std::isalnum(static_cast<int>(c)) == 0) continue;
    EXPECT_GT(uses[c], 2'774 - 450) << static_cast<char>(c);
    EXPECT_LT(uses[c], 2'774 + 450) << static_cast<char>(c);
  }
}

TEST(ConstantTimeComparison, tells_equal_from_different) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("YOUR-API-TOKEN", "YOUR-API-TOKEN"));
  EXPECT_FALSE(equal_in_constant_time("YOUR-API-TOKEN", "YOUR-API-TOKEM"));
  EXPECT_FALSE(equal_in_constant_time("YOUR-API-TOKEN", "YOUR-API-TOKE"));
  EXPECT_FALSE(equal_in_constant_time("", "Y"));
}

TEST(Randomness, fills_the_whole_range) {
  std::array<std::uint8_t, 64> first{};
  std::array<std::uint8_t, 64> second{};
  fill_with_randomness(first);
  fill_with_randomness(second);
  EXPECT_NE(first, second);
  EXPECT_FALSE(std::all_of(first.end() - 16, first.end(), [](std::uint8_t b) { return b == 0; }));
}

}  // namespace
}  // namespace lotkeeper::base
