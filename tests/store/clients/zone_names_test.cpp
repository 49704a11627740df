#include "service/clients/zone_names.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace lotkeeper::service {
namespace {

using namespace std::chrono_literals;

const base::Instant k_now = base::from_epoch_ms(1'700'000'000'000);
const store::ZoneName k_lot{7, 3};

TEST(ZoneNames, are_known_once_their_transaction_was_committed) {
  ZoneNames names;
  names.found(1, "lot a", k_lot);
  EXPECT_FALSE(names.find(1, "lot a", k_now));
  names.committed(k_now);
  const auto known = names.find(1, "lot a", k_now);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->id, k_lot.id);
  EXPECT_EQ(known->zone, k_lot.zone);
  EXPECT_FALSE(names.find(2, "lot a", k_now)) << "another client's";
}

TEST(ZoneNames, forget_what_was_rolled_back) {
  ZoneNames names;
  names.found(1, "lot a", k_lot);
  names.rolled_back();
  names.committed(k_now);
  EXPECT_FALSE(names.find(1, "lot a", k_now));
}

TEST(ZoneNames, are_asked_for_again_within_a_second_and_where_the_clock_steps_back) {
  ZoneNames names;
  names.found(1, "lot a", k_lot);
  names.committed(k_now);
  EXPECT_TRUE(names.find(1, "lot a", k_now + 500ms));
  EXPECT_FALSE(names.find(1, "lot a", k_now + 1s));
  EXPECT_FALSE(names.find(1, "lot a", k_now - 1ms));
}

TEST(ZoneNames, of_no_zone_are_asked_for_each_time) {
  ZoneNames names;
  names.found(1, "nowhere", {8, std::nullopt});
  names.committed(k_now);
  EXPECT_FALSE(names.find(1, "nowhere", k_now));
}

TEST(ZoneNames, stay_bounded) {
  ZoneNames names;
  for (int i = 0; i < 10'000; ++i) {
    names.found(1, "lot " + std::to_string(i), k_lot);
    names.committed(k_now);
  }
  EXPECT_FALSE(names.find(1, "lot 0", k_now));
  EXPECT_TRUE(names.find(1, "lot 9999", k_now));
}

}  // namespace
}  // namespace lotkeeper::service
