#include <gtest/gtest.h>

#include "store/profiles/profile.hpp"
#include "store/samples.hpp"

namespace lotkeeper::tests {
namespace {

using store::Profile;
using store::ProfileId;
using Ids = std::vector<std::optional<ProfileId>>;

Profile profile_of(ProfileId id, std::string unique_id, store::ClientId client = k_client) {
  Profile profile;
  profile.client = client;
  profile.id = id;
  profile.login_source = 1;
  profile.email = unique_id + "@Example.org";
  profile.email_norm = store::fold_login(*profile.email);
  profile.user_name = "User " + unique_id;
  profile.user_name_norm = store::fold_login(*profile.user_name);
  profile.unique_id = std::move(unique_id);
  profile.uuid = "42c5d253-2f06-4ab6-9090-969333c25da6";
  profile.created = k_noon;
  return profile;
}

/// Each attribute with a value of its own.
Profile full_profile() {
  Profile profile = profile_of(44, "S-1");
  profile.first_name = "Ada";
  profile.last_name = "Byron";
  profile.street = "12 St James's Square";
  profile.city = "London";
  profile.province = 9;
  profile.postal_code = "SW1Y";
  profile.street2 = "Ockham Park";
  profile.city2 = "Ockham";
  profile.province2 = 10;
  profile.postal_code2 = "GU23";
  profile.phone_cell = "613-555-1212";
  profile.user_type = 6;
  profile.locker_user_type = 3;
  profile.employ_no = "E 1";
  profile.employee_phone = "ep";
  profile.student_no = "S 1";
  profile.student_phone = "sp";
  profile.licence_no = "QC 99";
  profile.licence_province = 11;
  profile.date_of_birth = "1815-12-10";
  profile.other = R"({"salutation":"Countess"})";
  profile.updated = k_noon + std::chrono::minutes(1);
  profile.modified = k_noon + std::chrono::minutes(2);
  return profile;
}

std::vector<bool> save(TestStore& store, std::vector<Profile> profiles) {
  return store::save_profiles(store.writer(), profiles);
}

std::optional<Profile> find(TestStore& store, ProfileId id, store::ClientId client = k_client) {
  return store::find_profiles(store.writer(), client, std::span(&id, 1)).front();
}

TEST(ProfileStore, gives_back_every_attribute) {
  TestStore store;
  EXPECT_EQ(save(store, {full_profile()}), std::vector<bool>{true});
  EXPECT_EQ(find(store, 44), full_profile());
}

TEST(ProfileStore, gives_back_what_is_absent_as_absent) {
  TestStore store;
  Profile bare;
  bare.client = k_client;
  bare.id = 1;
  bare.login_source = 1;
  bare.uuid = "42c5d253-2f06-4ab6-9090-969333c25da6";
  bare.created = k_noon;
  EXPECT_EQ(save(store, {bare}), std::vector<bool>{true});
  EXPECT_EQ(find(store, 1), bare);
  EXPECT_EQ(find(store, 2), std::nullopt);
  EXPECT_EQ(find(store, 1, k_other_client), std::nullopt);
}

TEST(ProfileStore, writes_the_next_version_over_the_one_before) {
  TestStore store;
  const Profile first = full_profile();
  Profile cleared = profile_of(44, "S-1");
  cleared.uuid = first.uuid;
  cleared.version = 2;
  EXPECT_EQ(save(store, {first, cleared}), (std::vector<bool>{true, true}));
  EXPECT_EQ(find(store, 44), cleared);
}

TEST(ProfileStore, writes_no_version_over_another_than_the_one_before) {
  TestStore store;
  Profile profile = full_profile();
  EXPECT_EQ(save(store, {profile}), std::vector<bool>{true});
  EXPECT_EQ(save(store, {profile}), std::vector<bool>{false}) << "this version stands already";
  profile.version = 3;
  EXPECT_EQ(save(store, {profile}), std::vector<bool>{false}) << "version 2 is missing";
  EXPECT_EQ(find(store, 44)->version, 1);
}

TEST(ProfileStore, keeps_who_made_a_profile_and_when) {
  TestStore store;
  const Profile first = full_profile();
  Profile next = first;
  next.version = 2;
  next.uuid = "another";
  next.created = k_noon + std::chrono::hours(1);
  EXPECT_EQ(save(store, {first, next}), (std::vector<bool>{true, true}));
  EXPECT_EQ(find(store, 44)->uuid, first.uuid);
  EXPECT_EQ(find(store, 44)->created, first.created);
}

TEST(ProfileStore, finds_by_key_to_the_letter) {
  TestStore store;
  Profile other_source = profile_of(2, "S-2");
  other_source.login_source = 2;
  EXPECT_EQ(save(store, {profile_of(1, "S-1"), other_source}), (std::vector<bool>{true, true}));

  const store::ProfileKey keys[] = {{"S-1", 1}, {"s-1", 1}, {"S-1", 2}, {"S-2", 2}, {"", 1}};
  EXPECT_EQ(store::find_profile_ids(store.writer(), k_client, keys),
            (Ids{1, std::nullopt, std::nullopt, 2, std::nullopt}));
  EXPECT_EQ(store::find_profile_ids(store.writer(), k_other_client, keys), Ids(5));
}

TEST(ProfileStore, finds_by_address_and_by_user_name) {
  TestStore store;
  EXPECT_EQ(save(store, {profile_of(1, "a"), profile_of(2, "b")}), (std::vector<bool>{true, true}));
  const std::string_view emails[] = {"b@example.org", "a@example.org", "c@example.org"};
  EXPECT_EQ(store::find_profile_ids_by_email(store.writer(), k_client, emails),
            (Ids{2, 1, std::nullopt}));
  EXPECT_EQ(store::find_profile_ids_by_email(store.writer(), k_other_client, emails), Ids(3));
  const std::string_view names[] = {"user a", "user c", "user b"};
  EXPECT_EQ(store::find_profile_ids_by_user_name(store.writer(), k_client, names),
            (Ids{1, std::nullopt, 2}));
  EXPECT_EQ(store::find_profile_ids_by_user_name(store.writer(), k_other_client, names), Ids(3));
}

TEST(ProfileStore, compares_addresses_without_regard_to_case_and_composition) {
  EXPECT_EQ(store::fold_login("STRASSE@E\u0301.example"), store::fold_login("straße@é.EXAMPLE"));
  EXPECT_NE(store::fold_login("e@example"), store::fold_login("é@example"));
}

TEST(ProfileStore, lets_no_two_share_a_key_an_address_or_a_user_name) {
  TestStore store;
  EXPECT_EQ(save(store, {profile_of(1, "a")}), std::vector<bool>{true});
  Profile same_key = profile_of(2, "b");
  same_key.unique_id = "a";
  Profile same_email = profile_of(2, "b");
  same_email.email_norm = "a@example.org";
  Profile same_user_name = profile_of(2, "b");
  same_user_name.user_name_norm = "user a";
  for (const Profile& profile : {same_key, same_email, same_user_name}) {
    EXPECT_THROW(save(store, {profile}), database::DatabaseError);
  }
  Profile elsewhere = profile_of(1, "a", k_other_client);
  EXPECT_EQ(save(store, {elsewhere}), std::vector<bool>{true});
}

TEST(ProfileStore, lets_many_have_none) {
  TestStore store;
  std::vector<Profile> nameless;
  for (const ProfileId id : {1, 2, 3}) {
    Profile profile = profile_of(id, "x");
    profile.unique_id.reset();
    profile.email_norm.reset();
    profile.user_name_norm.reset();
    nameless.push_back(profile);
  }
  EXPECT_EQ(save(store, nameless), (std::vector<bool>{true, true, true}));
}

TEST(ProfileStore, writes_in_the_order_given) {
  TestStore store;
  Profile giver = profile_of(1, "a");
  Profile taker = profile_of(2, "b");
  EXPECT_EQ(save(store, {giver, taker}), (std::vector<bool>{true, true}));
  taker.email_norm = giver.email_norm;
  giver.email_norm = "new@example.org";
  giver.version = taker.version = 2;
  EXPECT_EQ(save(store, {giver, taker}), (std::vector<bool>{true, true}));
}

}  // namespace
}  // namespace lotkeeper::tests
