#include "base/log_limits.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lotkeeper::tests {
namespace {

using base::LogLimits;
using namespace std::chrono_literals;

constexpr auto k_error = spdlog::level::err;
const LogLimits::Clock::time_point k_begin{};

TEST(LogLimits, admit_one_line_of_a_kind_a_second_and_count_the_rest) {
  LogLimits limits;
  EXPECT_TRUE(limits.admit(k_error, "the disk is full", 1, k_begin));
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(limits.admit(k_error, "the disk is full", 1, k_begin + 100ms));
  }
  EXPECT_TRUE(limits.admit(k_error, "another error", 1, k_begin + 100ms));
  EXPECT_TRUE(limits.take(k_begin + 999ms).empty()) << "the second is not over";

  const auto held = limits.take(k_begin + 1s);
  ASSERT_EQ(held.size(), 1U);
  EXPECT_EQ(held.front().kind, "the disk is full");
  EXPECT_EQ(held.front().lines, 5U);
  EXPECT_EQ(held.front().level, k_error);
  EXPECT_TRUE(limits.admit(k_error, "the disk is full", 1, k_begin + 1s));
  EXPECT_TRUE(limits.take(k_begin + 3s).empty()) << "nothing was held back since";
}

TEST(LogLimits, lose_no_count_where_nobody_takes_them_in_time) {
  LogLimits limits;
  EXPECT_TRUE(limits.admit(k_error, "x", 1, k_begin));
  EXPECT_FALSE(limits.admit(k_error, "x", 1, k_begin + 1ms));
  EXPECT_FALSE(limits.admit(k_error, "x", 1, k_begin + 5s));
  const auto held = limits.take(k_begin + 6s);
  ASSERT_EQ(held.size(), 1U);
  EXPECT_EQ(held.front().lines, 2U);
}

TEST(LogLimits, hold_back_what_comes_in_ever_new_kinds) {
  LogLimits limits;
  int admitted = 0;
  for (int i = 0; i < 10'000; ++i) {
    admitted += limits.admit(k_error, "error " + std::to_string(i), 1, k_begin) ? 1 : 0;
  }
  EXPECT_LE(admitted, 100);
}

}  // namespace
}  // namespace lotkeeper::tests
