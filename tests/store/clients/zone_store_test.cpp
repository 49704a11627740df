#include <gtest/gtest.h>

#include <set>

#include "store/clients/zone.hpp"
#include "store/samples.hpp"

namespace lotkeeper::tests {
namespace {

using store::SentZoneName;

std::vector<store::ZoneName> intern(TestStore& store, std::vector<SentZoneName> names,
                                    store::ClientId client = k_client) {
  return store::intern_zone_names(store.writer(), client, names);
}

void add_zone(TestStore& store, store::ZoneId id, std::string_view name, std::string_view norm) {
  store::insert_zone(store.writer(), k_client, {id, std::string(name), 40, {}}, norm, k_noon);
  store::connect_zone_name(store.writer(), k_client, {name, norm}, id);
}

TEST(ZoneStore, makes_a_name_once_and_keeps_it_as_first_sent) {
  TestStore store;
  const auto first = intern(store, {{"Lot  4", "lot 4"}, {"Lot 5", "lot 5"}});
  const auto again = intern(store, {{"Lot 6", "lot 6"}, {"LOT 4", "lot 4"}});

  EXPECT_EQ(first[0].id, again[1].id);
  EXPECT_NE(first[0].id, 0) << "0 is no name";
  EXPECT_EQ(std::set({first[0].id, first[1].id, again[0].id}).size(), 3U);
  EXPECT_EQ(first[0].zone, std::nullopt);
  EXPECT_EQ(store.text("SELECT name FROM zone_name WHERE name_norm = 'lot 4'"), "Lot  4");
  EXPECT_EQ(store.number("SELECT COUNT(*) FROM zone_name"), 3);
}

TEST(ZoneStore, counts_names_within_each_client) {
  TestStore store;
  const auto own = intern(store, {{"Lot 4", "lot 4"}});
  const auto other = intern(store, {{"Lot 4", "lot 4"}}, k_other_client);
  EXPECT_EQ(own[0].id, other[0].id) << "both begin at 1";
  EXPECT_EQ(store.number("SELECT COUNT(*) FROM zone_name"), 2);
  EXPECT_FALSE(store::find_zone_name(store.writer(), k_other_client, "lot 5"));
}

TEST(ZoneStore, connects_a_name_and_all_that_bear_it) {
  TestStore store;
  const auto sent = intern(store, {{"Harbour", "harbour"}});
  add_zone(store, 3, "Lot 4", "lot 4");
  store::connect_zone_name(store.writer(), k_client, {"HARBOUR", "harbour"}, 3);

  EXPECT_EQ(store::find_zone_name(store.writer(), k_client, "harbour")->zone, 3);
  EXPECT_EQ(store::find_zone_name(store.writer(), k_client, "harbour")->id, sent[0].id);
  EXPECT_EQ(store.text("SELECT name FROM zone_name WHERE name_norm = 'harbour'"), "Harbour");
}

TEST(ZoneStore, lists_zones_with_their_aliases) {
  TestStore store;
  add_zone(store, 1, "Lot 4", "lot 4");
  add_zone(store, 2, "Annex", "annex");
  store::connect_zone_name(store.writer(), k_client, {"Four", "four"}, 1);
  intern(store, {{"Nowhere", "nowhere"}});

  const auto zones = store::list_zones(store.writer(), k_client);
  ASSERT_EQ(zones.size(), 2U);
  EXPECT_EQ(zones[0].name, "Annex");
  EXPECT_TRUE(zones[0].aliases.empty());
  EXPECT_EQ(zones[1].name, "Lot 4");
  EXPECT_EQ(zones[1].aliases, std::vector<std::string>{"Four"});
  EXPECT_EQ(zones[1].capacity, 40);
  EXPECT_TRUE(store::list_zones(store.writer(), k_other_client).empty());
}

TEST(ZoneStore, finds_a_zone_by_its_own_name_alone) {
  TestStore store;
  add_zone(store, 1, "Lot 4", "lot 4");
  store::connect_zone_name(store.writer(), k_client, {"Four", "four"}, 1);
  EXPECT_EQ(store::find_zone(store.writer(), k_client, "lot 4")->id, 1);
  EXPECT_FALSE(store::find_zone(store.writer(), k_client, "four"));
  EXPECT_FALSE(store::find_zone(store.writer(), k_other_client, "lot 4"));
}

TEST(ZoneStore, renames_a_zone_and_keeps_the_old_name_connected) {
  TestStore store;
  add_zone(store, 1, "Lot 4", "lot 4");
  store::rename_zone(store.writer(), k_client, 1, "North", "north");
  store::connect_zone_name(store.writer(), k_client, {"North", "north"}, 1);

  EXPECT_FALSE(store::find_zone(store.writer(), k_client, "lot 4"));
  EXPECT_EQ(store::find_zone(store.writer(), k_client, "north")->name, "North");
  EXPECT_EQ(store::find_zone_name(store.writer(), k_client, "lot 4")->zone, 1);
}

TEST(ZoneStore, does_not_make_two_zones_of_one_name) {
  TestStore store;
  add_zone(store, 1, "Lot 4", "lot 4");
  EXPECT_THROW(store::insert_zone(store.writer(), k_client, {2, "LOT 4", {}, {}}, "lot 4", k_noon),
               database::DatabaseError);
}

}  // namespace
}  // namespace lotkeeper::tests
