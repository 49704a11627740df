#include "domain/money.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "base/text/json.hpp"

namespace lotkeeper::domain {
namespace {

TEST(Amount, digits_with_two_decimals_are_read_in_cents) {
  const std::vector<std::pair<std::string, std::int64_t>> rows{
      {"14.50", 1'450}, {"0.01", 1},        {"1.00", 100},   {"999999.99", 99'999'999},
      {"0.10", 10},     {"000001.00", 100}, {"50.05", 5'005}};
  for (const auto& [text, cents] : rows) {
    const AmountReading reading = read_amount(text);
    EXPECT_FALSE(reading.error.has_value()) << text;
    EXPECT_EQ(reading.money.cents, cents) << text;
  }
}

TEST(Amount, the_first_rule_that_is_broken_counts) {
  const std::vector<std::pair<std::string, AmountError>> rows{
      {"1000000.00", AmountError::too_long}, {"abcdefghij", AmountError::too_long},
      {"0000014.50", AmountError::too_long}, {"", AmountError::too_short},
      {"5", AmountError::too_short},         {".50", AmountError::too_short},
      {"1.5", AmountError::too_short},       {"abc", AmountError::too_short},
      {"€€€€€€€€€", AmountError::too_short}, {"€€€€€€€€€€", AmountError::too_long},
      {"1450", AmountError::invalid},        {"14.5", AmountError::invalid},
      {"14,50", AmountError::invalid},       {"14.505", AmountError::invalid},
      {"1.4.50", AmountError::invalid},      {"1..50", AmountError::invalid},
      {".500", AmountError::invalid},        {"-5.00", AmountError::invalid},
      {"+5.00", AmountError::invalid},       {"$14.50", AmountError::invalid},
      {"14.50 ", AmountError::invalid},      {"1e3.00", AmountError::invalid},
      {"0.00", AmountError::invalid},        {"000000000", AmountError::invalid},
      {"１４.５０", AmountError::too_short},
  };
  for (const auto& [text, error] : rows) {
    const AmountReading reading = read_amount(text);
    ASSERT_TRUE(reading.error.has_value()) << text;
    EXPECT_EQ(*reading.error, error) << text;
  }
}

TEST(Amount, a_number_is_written_with_two_decimals) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"14.5", "14.50"}, {"14", "14.00"}, {"14.55", "14.55"}, {"14.505", "14.505"},
      {"-5", "-5.00"},   {"0", "0.00"},   {"0.5", "0.50"},    {"1000000", "1000000.00"}};
  for (const auto& [number, text] : rows) EXPECT_EQ(with_two_decimals(number), text);
}

std::string_view name_of(AmountDoubt doubt) {
  switch (doubt) {
    case AmountDoubt::empty:
      return "empty";
    case AmountDoubt::ambiguous:
      return "ambiguous";
    case AmountDoubt::invalid:
      return "invalid";
  }
  return {};
}

// The console reads the same table with its own reader: tests/browser/console_words.test.mjs.
TEST(WrittenAmount, is_read_as_people_write_it_and_never_guessed) {
  std::ifstream file(PROJECT_SOURCE_DIR "/tests/support/written_amounts.json");
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const auto rows = base::parse_json(text);
  ASSERT_TRUE(rows) << rows.error().reason;
  ASSERT_GT(rows->items.size(), 90U);
  for (const base::JsonValue& row : rows->items) {
    const std::string& written = row.items.at(0).text;
    const WrittenAmount amount = read_written_amount(written);
    const std::string read =
        amount.doubt ? std::string(name_of(*amount.doubt)) : std::to_string(amount.money.cents);
    EXPECT_EQ(read, row.items.at(1).text) << written;
    if (row.items.size() > 2) {
      EXPECT_EQ(amount.currency, row.items.at(2).text) << written;
    }
  }
}

TEST(WrittenAmount, tells_the_currency_that_is_written) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"14.50", ""},       {"$14.50", ""},        {"CAD 14.50", "CAD"},  {"14.50 usd", "USD"},
      {"US$14.50", "USD"}, {"14,50 $ CA", "CAD"}, {"$14.50 CAD", "CAD"}, {"(USD 14.50)", "USD"}};
  for (const auto& [text, currency] : rows) {
    const WrittenAmount amount = read_written_amount(text);
    EXPECT_FALSE(amount.doubt.has_value()) << text;
    EXPECT_EQ(amount.currency, currency) << text;
  }
}

// What is written can be read again, whatever marks stand between thousands.
TEST(WrittenAmount, reads_back_every_way_to_write_an_amount) {
  std::uint64_t state = 1;
  for (int round = 0; round < 20'000; ++round) {
    state = state * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
    const auto bits = static_cast<std::int64_t>(state >> 24U);
    const std::int64_t cents = (bits % 99'999'999'999) >> (round % 36);
    std::string whole = std::to_string(cents / 100);
    const std::string decimals = to_string(Money{cents % 100}).substr(2);
    for (const auto& [thousands, mark] :
         {std::pair(",", "."), {".", ","}, {" ", ","}, {" ", "."}, {"", ","}, {"", "."}}) {
      std::string written = whole;
      for (auto at = static_cast<std::ptrdiff_t>(whole.size()) - 3; at > 0; at -= 3) {
        written.insert(static_cast<std::size_t>(at), thousands);
      }
      written += mark + decimals;
      const WrittenAmount amount = read_written_amount(written);
      ASSERT_FALSE(amount.doubt.has_value()) << written;
      ASSERT_EQ(amount.money.cents, cents) << written;
      ASSERT_EQ(read_written_amount("(" + written + ")").money.cents, -cents) << written;
    }
  }
}

TEST(Decimal, is_read_in_its_smallest_unit) {
  const std::vector<std::tuple<std::string, std::size_t, std::optional<std::int64_t>>> rows{
      {"14.5", 2, 1'450},
      {"14", 2, 1'400},
      {"0", 2, 0},
      {".5", 2, 50},
      {"6.5049", 4, 65'049},
      {"1.0000", 2, 100},
      {"14.505", 2, std::nullopt},
      {"14.", 2, std::nullopt},
      {"", 2, std::nullopt},
      {"-1", 2, std::nullopt},
      {"14,50", 2, std::nullopt},
      {"1e3", 2, std::nullopt},
      {"99999999999999999.99", 2, std::nullopt}};
  for (const auto& [text, decimals, value] : rows) {
    EXPECT_EQ(read_decimal(text, decimals), value) << text;
  }
}

TEST(Money, is_a_json_number_without_zeros_at_its_end) {
  const std::vector<std::pair<std::int64_t, std::string>> rows{
      {1'450, "14.5"}, {1'400, "14"}, {1'000, "10"}, {0, "0"}, {5, "0.05"}, {-50, "-0.5"}};
  for (const auto& [cents, text] : rows) EXPECT_EQ(to_json_number(Money{cents}), text);
}

TEST(Money, is_written_with_a_point_before_the_cents) {
  const std::vector<std::pair<std::int64_t, std::string>> rows{
      {1'450, "14.50"},
      {1, "0.01"},
      {0, "0.00"},
      {10, "0.10"},
      {99'999'999, "999999.99"},
      {-5, "-0.05"},
      {-1'450, "-14.50"},
      {std::numeric_limits<std::int64_t>::min(), "-92233720368547758.08"}};
  for (const auto& [cents, text] : rows) EXPECT_EQ(to_string(Money{cents}), text);
}

}  // namespace
}  // namespace lotkeeper::domain
