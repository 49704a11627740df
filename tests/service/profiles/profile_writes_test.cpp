#include "service/profiles/profile_writes.hpp"

#include "service/commit/committer_fixture.hpp"
#include "store/clients/list.hpp"

// Pushes of profiles that share a batch: as if one came after the other.
namespace lotkeeper::tests {
namespace {

using service::PushProfile;

class ProfilePushes : public Committers {
 protected:
  ProfilePushes() {
    for (const store::ClientId client : {k_client, k_other_client}) {
      store::fill_reference_lists(m_store.writer(), client, k_noon);
    }
    start();
    hold();
  }

  /// Sent with what went before, to be applied in one batch.
  PushProfile& push(std::string unique_id, std::string email, store::ClientId client = k_client) {
    PushProfile& push = *m_pushes.emplace_back(std::make_unique<PushProfile>());
    push.sent.client = client;
    push.sent.unique_id = std::move(unique_id);
    push.sent.login_source = "opscom";
    push.sent.changes.first_name = "Ada";
    push.sent.changes.last_name = "Byron";
    if (!email.empty()) push.sent.changes.email = std::move(email);
    push.uuid = base::make_uuid_v7(k_noon);
    return push;
  }

  void finish_in_one_batch() {
    for (const auto& push : m_pushes) send(*push);
    finish();
    EXPECT_EQ(m_committer->figures().batches, 2U) << "all in one, but for the one that held";
    EXPECT_EQ(m_committer->figures().failed_batches, 0U);
  }

  static std::string reference(const PushProfile& push) {
    return push.outcome ? push.outcome->reference : "refused";
  }

  std::vector<std::unique_ptr<PushProfile>> m_pushes;
};

TEST_F(ProfilePushes, of_one_key_make_one_profile) {
  const PushProfile& first = push("S-1", "ada@example.org");
  PushProfile& second = push("S-1", "");
  second.sent.changes.first_name.reset();
  second.sent.changes.city = "Bath";
  PushProfile& third = push("S-1", "ada@example.com");
  const PushProfile& fourth = push("S-1", "ada@example.com");
  finish_in_one_batch();

  for (const PushProfile* push : {&first, &static_cast<const PushProfile&>(second),
                                  &static_cast<const PushProfile&>(third), &fourth}) {
    EXPECT_EQ(reference(*push), "1");
  }
  EXPECT_EQ(number("SELECT COUNT(*) FROM profile"), 1);
  EXPECT_EQ(number("SELECT version FROM profile"), 3) << "the fourth changed nothing";
  EXPECT_EQ(m_store.text("SELECT first_name || city || email FROM profile"),
            "AdaBathada@example.com");
  EXPECT_EQ(number("SELECT last_id FROM id_counter WHERE kind = 'profile'"), 1);
}

TEST_F(ProfilePushes, of_one_address_make_one_profile) {
  const PushProfile& first = push("S-1", "ada@example.org");
  const PushProfile& twin = push("S-2", "ADA@example.org");
  const PushProfile& other = push("S-3", "b@example.org");
  finish_in_one_batch();

  EXPECT_EQ(reference(first), "1");
  EXPECT_EQ(code_of(twin), ErrorCode::email_taken);
  EXPECT_EQ(reference(other), "2") << "the refused one took no id";
}

TEST_F(ProfilePushes, of_one_user_name_make_one_profile) {
  push("S-1", "a@example.org").sent.changes.user_name = "Ada";
  PushProfile& twin = push("S-2", "b@example.org");
  twin.sent.changes.user_name = "aDA";
  finish_in_one_batch();
  EXPECT_EQ(code_of(twin), ErrorCode::user_name_taken);
}

TEST_F(ProfilePushes, hand_an_address_on) {
  push("S-1", "a@example.org");
  push("S-2", "b@example.org");
  push("S-1", "c@example.org");
  const PushProfile& taker = push("S-2", "a@example.org");
  const PushProfile& late = push("S-3", "a@example.org");
  const PushProfile& heir = push("S-4", "b@example.org");
  finish_in_one_batch();

  EXPECT_EQ(reference(taker), "2");
  EXPECT_EQ(code_of(late), ErrorCode::email_taken);
  EXPECT_EQ(reference(heir), "3");
  EXPECT_EQ(m_store.text("SELECT email FROM profile WHERE unique_id = 'S-2'"), "a@example.org");
}

TEST_F(ProfilePushes, take_an_imported_person_over_once) {
  store::Profile imported;
  imported.client = k_client;
  imported.id = 73;
  imported.login_source = 1;
  imported.email = imported.email_norm = "ada@example.org";
  imported.uuid = "42c5d253-2f06-4ab6-9090-969333c25da6";
  imported.created = k_noon;
  ASSERT_TRUE(store::save_profiles(m_store.writer(), {&imported, 1}).front());
  store::raise_ids(m_store.writer(), k_client, store::k_profile_ids, imported.id);

  const PushProfile& first = push("S-1", "ada@example.org");
  const PushProfile& twin = push("S-2", "ada@example.org");
  const PushProfile& again = push("S-1", "ada@example.org");
  const PushProfile& other = push("S-3", "b@example.org");
  finish_in_one_batch();

  EXPECT_EQ(reference(first), "73");
  EXPECT_EQ(code_of(twin), ErrorCode::email_taken);
  EXPECT_EQ(reference(again), "73");
  EXPECT_EQ(reference(other), "74");
}

TEST_F(ProfilePushes, of_two_clients_are_apart) {
  const PushProfile& one = push("S-1", "ada@example.org");
  const PushProfile& other = push("S-1", "ada@example.org", k_other_client);
  finish_in_one_batch();

  EXPECT_EQ(reference(one), "1");
  EXPECT_EQ(reference(other), "1");
  EXPECT_EQ(number("SELECT COUNT(*) FROM profile"), 2);
}

TEST_F(ProfilePushes, are_refused_one_by_one) {
  PushProfile& nowhere = push("S-1", "a@example.org");
  nowhere.sent.login_source = "elsewhere";
  PushProfile& nameless = push("S-2", "b@example.org");
  nameless.sent.changes.first_name = "";
  nameless.sent.changes.last_name.reset();
  PushProfile& province = push("S-3", "c@example.org");
  province.sent.changes.province = "ZZ";
  const PushProfile& good = push("S-4", "d@example.org");
  finish_in_one_batch();

  EXPECT_EQ(code_of(nowhere), ErrorCode::login_source_invalid);
  EXPECT_EQ(code_of(nameless), ErrorCode::first_name_missing);
  EXPECT_EQ(nameless.outcome.error().faults.size(), 2U);
  EXPECT_EQ(code_of(province), ErrorCode::field_invalid);
  EXPECT_EQ(reference(good), "1");
}

TEST_F(ProfilePushes, that_are_all_refused_take_no_id) {
  push("S-1", "");
  finish_in_one_batch();
  EXPECT_EQ(number("SELECT COUNT(*) FROM id_counter WHERE kind = 'profile'"), 0);
  EXPECT_EQ(number("SELECT COUNT(*) FROM profile"), 0);
}

}  // namespace
}  // namespace lotkeeper::tests
