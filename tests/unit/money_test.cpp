#include "domain/money.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <utility>
#include <vector>

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
