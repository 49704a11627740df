#include "base/uuid.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace lotkeeper::base {
namespace {

constexpr std::int64_t k_some_time = 1'530'522'000'123;

std::uint64_t millisecond_of(const Uuid& uuid) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 6; ++i) value = value << 8U | uuid.bytes[i];
  return value;
}

TEST(Uuid, is_read_in_either_case_and_written_in_lower_case) {
  const std::string lower = "1a9b5375-cb75-4c71-9939-eeae550b09ac";
  for (const std::string& text : {lower, std::string("1A9B5375-CB75-4C71-9939-EEAE550B09AC"),
                                  std::string("1a9B5375-Cb75-4c71-9939-eeAE550b09ac")}) {
    const auto uuid = Uuid::parse(text);
    ASSERT_TRUE(uuid.has_value()) << text;
    EXPECT_EQ(uuid->to_string(), lower);
  }
  EXPECT_EQ(Uuid::parse(lower)->bytes[0], 0x1A);
  EXPECT_EQ(Uuid::parse(lower)->bytes[15], 0xAC);
}

TEST(Uuid, anything_but_the_36_character_form_is_refused) {
  for (const std::string text :
       {"", "PREVIOUS-REFERENCE-ID", "1a9b5375cb754c719939eeae550b09ac",
        "{1a9b5375-cb75-4c71-9939-eeae550b09ac}", "1a9b5375-cb75-4c71-9939-eeae550b09a",
        "1a9b5375-cb75-4c71-9939-eeae550b09acd", "1a9b5375-cb75-4c71-9939-eeae550b09ag",
        "1a9b5375-cb75-4c71-9939_eeae550b09ac", "1a9b53755cb75-4c71-9939-eeae550b09ac",
        "-a9b5375-cb75-4c71-9939-eeae550b09ac", "1a9b5375-cb75-4c71-9939-eeae550b09a "}) {
    EXPECT_FALSE(Uuid::parse(text).has_value()) << text;
  }
}

TEST(UuidV7, has_version_variant_and_the_time_in_front) {
  const Uuid uuid = make_uuid_v7(from_epoch_ms(k_some_time));
  EXPECT_EQ(uuid.bytes[6] >> 4U, 7);
  EXPECT_EQ(uuid.bytes[8] >> 6U, 2);
  EXPECT_EQ(millisecond_of(uuid), static_cast<std::uint64_t>(k_some_time));
  EXPECT_EQ(Uuid::parse(uuid.to_string()), uuid);
}

TEST(UuidV7, later_ones_compare_greater_while_the_clock_stands_still) {
  std::vector<Uuid> made(20'000);
  for (Uuid& uuid : made) uuid = make_uuid_v7(from_epoch_ms(k_some_time + 10));
  EXPECT_EQ(std::adjacent_find(made.begin(), made.end(), std::greater_equal<>()), made.end());
  EXPECT_LT(millisecond_of(made.back()), static_cast<std::uint64_t>(k_some_time + 10 + 20));
}

TEST(UuidV7, later_ones_compare_greater_when_the_clock_steps_back_a_little) {
  Uuid last = make_uuid_v7(from_epoch_ms(k_some_time + 5'000));
  for (const std::int64_t time : {k_some_time, k_some_time + 1, k_some_time}) {
    const Uuid next = make_uuid_v7(from_epoch_ms(time));
    EXPECT_GT(next, last) << time;
    last = next;
  }
}

TEST(UuidV7, follows_a_clock_that_was_ahead_for_a_moment) {
  constexpr std::int64_t k_three_days = 3 * 24 * 3'600'000LL;
  std::set<Uuid> made{make_uuid_v7(from_epoch_ms(k_some_time))};
  EXPECT_EQ(millisecond_of(make_uuid_v7(from_epoch_ms(k_some_time + k_three_days))),
            static_cast<std::uint64_t>(k_some_time + k_three_days));
  for (int i = 0; i < 1'000; ++i) {
    const Uuid uuid = make_uuid_v7(from_epoch_ms(k_some_time));
    EXPECT_LT(millisecond_of(uuid), static_cast<std::uint64_t>(k_some_time + 10));
    EXPECT_TRUE(made.insert(uuid).second) << "made a second time";
  }
}

TEST(UuidV7, a_moment_before_1970_counts_as_1970) {
  Uuid uuid;
  std::thread([&] { uuid = make_uuid_v7(from_epoch_ms(-5)); }).join();
  EXPECT_LE(millisecond_of(uuid), 1U);
}

TEST(UuidV7, threads_never_make_the_same_one) {
  constexpr std::size_t k_each = 5'000;
  std::vector<std::vector<Uuid>> made(4);
  std::vector<std::thread> threads;
  for (auto& mine : made) {
    threads.emplace_back([&mine] {
      for (std::size_t i = 0; i < k_each; ++i) {
        mine.push_back(make_uuid_v7(from_epoch_ms(k_some_time)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  std::set<Uuid> all;
  for (const auto& mine : made) all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all.size(), made.size() * k_each);
}

}  // namespace
}  // namespace lotkeeper::base
