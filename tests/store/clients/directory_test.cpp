#include <gtest/gtest.h>

#include "store/clients/directory.hpp"
#include "store/clients/tenancy.hpp"
#include "store/samples.hpp"

namespace lotkeeper::tests {
namespace {

using domain::Permission;

constexpr std::string_view k_token = "TOKEN-1";

/// A client, an integration that may push, and its token, as operators made them.
class Directories : public testing::Test {
 protected:
  Directories() {
    store::insert_client(writer(), m_client, k_noon);
    m_integration.client = k_client;
    m_integration.id = k_integration;
    m_integration.name = "HotSpot";
    m_integration.permit_type = domain::PermitType::standard;
    m_integration.permissions.set(static_cast<std::size_t>(Permission::permits_push));
    store::insert_integration(writer(), m_integration, k_noon);
    store::insert_token(writer(), k_client, k_integration, 1, k_token, std::nullopt, k_noon);
    m_directory.emplace(*m_store.database);
  }

  database::Connection& writer() { return m_store.writer(); }
  std::optional<store::Caller> caller(std::string_view code = "OC_TOMA",
                                      std::string_view token = k_token,
                                      base::Instant now = k_noon) {
    return m_directory->find_caller(code, token, now);
  }

  TestStore m_store;
  store::ClientRow m_client{k_client, "Oc-Toma", "Tomahawk", "America/Toronto", "USD"};
  store::IntegrationRow m_integration;
  std::optional<store::Directory> m_directory;
};

TEST_F(Directories, know_who_a_token_stands_for) {
  const auto found = caller();
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->client->id, k_client);
  EXPECT_EQ(found->client->code, "Oc-Toma");
  EXPECT_EQ(found->client->time_zone.name(), "America/Toronto");
  EXPECT_EQ(found->client->currency, "USD");
  EXPECT_EQ(found->integration->id, k_integration);
  EXPECT_EQ(found->integration->permit_type, domain::PermitType::standard);
  EXPECT_EQ(found->token, 1);
  EXPECT_TRUE(found->may(Permission::permits_push));
  EXPECT_FALSE(found->may(Permission::permits_delete));
}

TEST_F(Directories, know_a_client_in_every_spelling) {
  for (const char* code : {"OC-TOMA", "oc_toma", "Oc-tOMA"}) EXPECT_TRUE(caller(code)) << code;
  for (const char* code : {"OCTOMA", "OC TOMA", "", "OC_TOMA "}) EXPECT_FALSE(caller(code)) << code;
}

TEST_F(Directories, know_no_other_token) {
  for (const char* token : {"TOKEN-2", "token-1", "TOKEN-1 ", "", "TOKE"}) {
    EXPECT_FALSE(caller("OC_TOMA", token)) << token;
  }
}

TEST_F(Directories, know_a_token_at_its_own_client_alone) {
  store::insert_client(writer(), {k_other_client, "OTHER", "Other", "UTC", "CAD"}, k_noon);
  m_directory->refresh();
  EXPECT_TRUE(caller());
  EXPECT_FALSE(caller("OTHER"));
}

TEST_F(Directories, show_a_change_when_they_are_refreshed_and_not_before) {
  store::insert_token(writer(), k_client, k_integration, 2, "TOKEN-2", std::nullopt, k_noon);
  EXPECT_FALSE(caller("OC_TOMA", "TOKEN-2"));
  m_directory->refresh();
  EXPECT_TRUE(caller("OC_TOMA", "TOKEN-2"));
  EXPECT_TRUE(caller()) << "the other token overlaps";
}

TEST_F(Directories, show_that_a_token_was_revoked) {
  EXPECT_EQ(store::revoke_token(writer(), 1, k_noon), k_client);
  EXPECT_EQ(store::revoke_token(writer(), 1, k_noon), std::nullopt) << "a second time";
  EXPECT_EQ(store::revoke_token(writer(), 99, k_noon), std::nullopt) << "one that is not there";
  m_directory->refresh();
  EXPECT_FALSE(caller());
}

/// Writes past the version, as a database that is spread over machines may show it.
void change_unseen(database::Connection& connection, const char* sql) {
  connection.run_script(sql);
}

TEST_F(Directories, show_what_came_after_its_version_a_second_later) {
  const auto now = store::Directory::Timer::now();
  m_directory->refresh(now + std::chrono::seconds(2));  // the first load is settled
  store::insert_token(writer(), k_client, k_integration, 2, "TOKEN-2", std::nullopt, k_noon);
  const auto changed = now + std::chrono::seconds(3);
  m_directory->refresh(changed);
  change_unseen(writer(), "UPDATE token SET revoked_at = 1 WHERE token_id = 1");
  m_directory->refresh(changed + std::chrono::milliseconds(500));
  EXPECT_TRUE(caller()) << "the version is the same, and it is too soon";
  m_directory->refresh(changed + std::chrono::seconds(1));
  EXPECT_FALSE(caller());
  EXPECT_TRUE(caller("OC_TOMA", "TOKEN-2"));
}

TEST_F(Directories, are_read_again_each_minute_whatever_the_version_says) {
  const auto now = store::Directory::Timer::now() + std::chrono::seconds(2);
  m_directory->refresh(now);
  change_unseen(writer(), "UPDATE token SET revoked_at = 1 WHERE token_id = 1");
  m_directory->refresh(now + std::chrono::seconds(59));
  EXPECT_TRUE(caller());
  m_directory->refresh(now + std::chrono::seconds(61));
  EXPECT_FALSE(caller());
}

TEST_F(Directories, let_a_token_expire_by_itself) {
  const base::Instant end = k_noon + std::chrono::hours(1);
  store::insert_token(writer(), k_client, k_integration, 2, "TOKEN-2", end, k_noon);
  m_directory->refresh();
  EXPECT_TRUE(caller("OC_TOMA", "TOKEN-2", end - std::chrono::milliseconds(1)));
  EXPECT_FALSE(caller("OC_TOMA", "TOKEN-2", end));
}

TEST_F(Directories, show_that_permissions_and_the_permit_type_changed) {
  m_integration.permissions.reset();
  m_integration.permissions.set(static_cast<std::size_t>(Permission::permits_stats));
  m_integration.permit_type = domain::PermitType::validator;
  store::update_integration(writer(), m_integration);
  m_directory->refresh();
  EXPECT_FALSE(caller()->may(Permission::permits_push));
  EXPECT_TRUE(caller()->may(Permission::permits_stats));
  EXPECT_EQ(caller()->integration->permit_type, domain::PermitType::validator);
}

TEST_F(Directories, show_that_a_client_changed) {
  m_client.time_zone = "UTC";
  m_client.currency = "CAD";
  store::update_client(writer(), m_client);
  m_directory->refresh();
  EXPECT_EQ(caller()->client->time_zone.name(), "UTC");
  EXPECT_EQ(caller()->client->currency, "CAD");
}

TEST_F(Directories, keep_a_client_as_it_was_where_its_new_time_zone_is_unknown) {
  m_client.time_zone = "Mars/Olympus";
  store::update_client(writer(), m_client);
  m_directory->refresh();
  ASSERT_TRUE(caller().has_value());
  EXPECT_EQ(caller()->client->time_zone.name(), "America/Toronto");
}

TEST_F(Directories, are_not_made_with_a_time_zone_that_is_unknown) {
  m_client.time_zone = "Mars/Olympus";
  store::update_client(writer(), m_client);
  EXPECT_THROW(store::Directory(*m_store.database), database::DatabaseError);
}

TEST_F(Directories, leave_a_caller_as_it_was_found) {
  const auto before = caller();
  m_client.currency = "CAD";
  store::update_client(writer(), m_client);
  m_directory->refresh();
  EXPECT_EQ(before->client->currency, "USD") << "a request under way keeps what it began with";
}

TEST_F(Directories, know_when_a_token_was_last_used) {
  EXPECT_TRUE(m_directory->take_last_uses().empty());
  static_cast<void>(caller());
  static_cast<void>(caller("OC_TOMA", k_token, k_noon + std::chrono::seconds(5)));
  static_cast<void>(caller("OC_TOMA", "TOKEN-2"));
  const auto uses = m_directory->take_last_uses();
  ASSERT_EQ(uses.size(), 1U);
  EXPECT_EQ(uses.front().client, k_client);
  EXPECT_EQ(uses.front().token, 1);
  EXPECT_EQ(uses.front().at, k_noon + std::chrono::seconds(5));
  EXPECT_TRUE(m_directory->take_last_uses().empty()) << "taken once";
}

TEST_F(Directories, keep_the_last_uses_when_they_are_refreshed) {
  static_cast<void>(caller());
  store::update_client(writer(), m_client);
  m_directory->refresh();
  EXPECT_EQ(m_directory->take_last_uses().size(), 1U);
}

TEST_F(Directories, hold_no_token_as_it_is) {
  EXPECT_EQ(m_store.text("SELECT hint FROM token"), "TOKE");
  EXPECT_EQ(m_store.number("SELECT COUNT(*) FROM token WHERE CAST(hash AS TEXT) LIKE '%TOKEN%'"),
            0);
}

TEST(TenancyStore, lists_what_operators_made) {
  TestStore store;
  store::insert_client(store.writer(), {k_client, "B", "Bee", "UTC", "CAD"}, k_noon);
  store::insert_client(store.writer(), {k_other_client, "A", "Ay", "UTC", "USD"}, k_noon);
  store::IntegrationRow integration;
  integration.client = k_client;
  integration.id = 1;
  integration.name = "HotSpot";
  integration.permissions.set();
  store::insert_integration(store.writer(), integration, k_noon);
  store::insert_token(store.writer(), k_client, 1, 5, "SECRET-TOKEN", k_noon, k_noon);
  const store::TokenUse use{k_client, 5, k_noon};
  store::note_last_uses(store.writer(), std::span(&use, 1));

  const auto clients = store::list_clients(store.writer());
  ASSERT_EQ(clients.size(), 2U);
  EXPECT_EQ(clients[0].code, "A");
  EXPECT_EQ(store::find_client(store.writer(), "b")->id, k_client);
  EXPECT_FALSE(store::find_client(store.writer(), "C"));
  const auto found = store::find_integration(store.writer(), k_client, "hotspot");
  ASSERT_TRUE(found.has_value());
  EXPECT_TRUE(found->permissions.all());
  EXPECT_FALSE(store::find_integration(store.writer(), k_other_client, "HotSpot"));
  const auto tokens = store::list_tokens(store.writer());
  ASSERT_EQ(tokens.size(), 1U);
  EXPECT_EQ(tokens[0].hint, "SECR");
  EXPECT_EQ(tokens[0].expires_at, k_noon);
  EXPECT_EQ(tokens[0].last_used_at, k_noon);
  EXPECT_EQ(tokens[0].revoked_at, std::nullopt);
}

TEST(TenancyStore, counts_ids_up_within_a_client_and_kind) {
  TestStore store;
  EXPECT_EQ(store::take_ids(store.writer(), k_client, "zone"), 1);
  EXPECT_EQ(store::take_ids(store.writer(), k_client, "zone", 5), 2);
  EXPECT_EQ(store::take_ids(store.writer(), k_client, "zone"), 7);
  EXPECT_EQ(store::take_ids(store.writer(), k_client, "audit"), 1);
  EXPECT_EQ(store::take_ids(store.writer(), k_other_client, "zone"), 1);
}

TEST(TenancyStore, keeps_an_audit_of_each_change) {
  TestStore store;
  store::insert_audit(store.writer(), k_client, "zone add", "Lot 4", k_noon);
  store::insert_audit(store.writer(), k_client, "zone add", "Lot 5", k_noon);
  EXPECT_EQ(store.text("SELECT action || ' ' || subject FROM audit WHERE audit_id = 2"),
            "zone add Lot 5");
}

}  // namespace
}  // namespace lotkeeper::tests
