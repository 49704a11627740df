#include "store/violations/violation_type.hpp"

#include <gtest/gtest.h>

#include "store/samples.hpp"

namespace lotkeeper::tests {
namespace {

using store::ItemId;
using store::ViolationType;

TEST(ViolationTypeStore, gives_back_what_was_saved) {
  TestStore store;
  const std::vector<ViolationType> types{{9, 2, 50'00, true, 10'00, 168}, {3, {}, 0, false, 0, 0}};
  store::save_violation_types(store.writer(), k_client, types);

  const auto found =
      store::find_violation_types(store.writer(), k_client, std::vector<ItemId>{9, 4, 3});
  ASSERT_TRUE(found[0].has_value());
  EXPECT_EQ(found[0]->id, 9);
  EXPECT_EQ(found[0]->category, 2);
  EXPECT_EQ(found[0]->cost_cents, 50'00);
  EXPECT_TRUE(found[0]->discount);
  EXPECT_EQ(found[0]->discount_cents, 10'00);
  EXPECT_EQ(found[0]->discount_hours, 168);
  EXPECT_FALSE(found[1].has_value());
  ASSERT_TRUE(found[2].has_value());
  EXPECT_EQ(found[2]->category, std::nullopt);
  EXPECT_FALSE(found[2]->discount);
}

TEST(ViolationTypeStore, writes_over_what_stood) {
  TestStore store;
  const ViolationType before{9, 2, 50'00, true, 10'00, 168};
  const ViolationType after{9, {}, 60'00, false, 0, 0};
  store::save_violation_types(store.writer(), k_client, std::span(&before, 1));
  store::save_violation_types(store.writer(), k_client, std::span(&after, 1));

  const auto all = store::list_violation_types(store.writer(), k_client);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].category, std::nullopt);
  EXPECT_EQ(all[0].cost_cents, 60'00);
  EXPECT_FALSE(all[0].discount);
}

TEST(ViolationTypeStore, lists_those_of_one_client_by_id) {
  TestStore store;
  const std::vector<ViolationType> types{{9, {}, 1, false, 0, 0}, {3, {}, 2, false, 0, 0}};
  const ViolationType others{5, {}, 3, false, 0, 0};
  store::save_violation_types(store.writer(), k_client, types);
  store::save_violation_types(store.writer(), k_other_client, std::span(&others, 1));

  const auto all = store::list_violation_types(store.writer(), k_client);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].id, 3);
  EXPECT_EQ(all[1].id, 9);
}

}  // namespace
}  // namespace lotkeeper::tests
