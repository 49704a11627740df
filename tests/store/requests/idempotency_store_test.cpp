#include <gtest/gtest.h>

#include "store/requests/idempotency.hpp"
#include "store/samples.hpp"

namespace lotkeeper::tests {
namespace {

using store::IdempotencyKey;

IdempotencyKey key_of(std::string_view key, std::string_view body = "body") {
  return {k_client, k_integration, "permits/push", std::string(key), base::sha256(body)};
}

std::optional<store::KeptReply> find(TestStore& store, const IdempotencyKey& key,
                                     base::Instant now = k_noon) {
  const IdempotencyKey* wanted = &key;
  return store::find_replies(store.writer(), std::span(&wanted, 1), now).front();
}

void keep(TestStore& store, const IdempotencyKey& key, std::string_view reply,
          base::Instant now = k_noon) {
  const store::NewReply kept{&key, reply};
  store::keep_replies(store.writer(), std::span(&kept, 1), now);
}

TEST(IdempotencyStore, gives_back_the_reply_and_tells_another_body) {
  TestStore store;
  keep(store, key_of("k"), "the reply");
  const auto same = find(store, key_of("k"));
  ASSERT_TRUE(same.has_value());
  EXPECT_TRUE(same->same_body);
  EXPECT_EQ(same->reply, "the reply");
  EXPECT_FALSE(find(store, key_of("k", "another body"))->same_body);
}

TEST(IdempotencyStore, keeps_a_key_within_client_integration_and_endpoint) {
  TestStore store;
  keep(store, key_of("k"), "the reply");
  IdempotencyKey other = key_of("k");
  other.client = k_other_client;
  EXPECT_FALSE(find(store, other));
  EXPECT_FALSE(other.names_same(key_of("k")));
  other = key_of("k");
  other.integration += 1;
  EXPECT_FALSE(find(store, other));
  EXPECT_FALSE(other.names_same(key_of("k")));
  other = key_of("k");
  other.endpoint = "permits/delete";
  EXPECT_FALSE(find(store, other));
  EXPECT_FALSE(other.names_same(key_of("k")));
  EXPECT_FALSE(find(store, key_of("K")));
  EXPECT_TRUE(key_of("k", "another body").names_same(key_of("k")));
}

TEST(IdempotencyStore, forgets_after_24_hours) {
  TestStore store;
  keep(store, key_of("k"), "the reply");
  const base::Instant last = k_noon + std::chrono::hours(24) - std::chrono::milliseconds(1);
  EXPECT_TRUE(find(store, key_of("k"), last));
  EXPECT_FALSE(find(store, key_of("k"), last + std::chrono::milliseconds(1)));
}

TEST(IdempotencyStore, lets_a_new_answer_take_the_place_of_a_forgotten_one) {
  TestStore store;
  keep(store, key_of("k"), "old");
  const base::Instant later = k_noon + std::chrono::hours(25);
  keep(store, key_of("k", "new body"), "new", later);
  EXPECT_EQ(find(store, key_of("k", "new body"), later)->reply, "new");
  EXPECT_EQ(store.number("SELECT COUNT(*) FROM idempotency_key"), 1);
}

TEST(IdempotencyStore, answers_several_in_their_order) {
  TestStore store;
  keep(store, key_of("b"), "reply b");
  const IdempotencyKey a = key_of("a");
  const IdempotencyKey b = key_of("b");
  const std::vector<const IdempotencyKey*> keys{&a, &b, &a};
  const auto found = store::find_replies(store.writer(), keys, k_noon);
  EXPECT_FALSE(found[0] || found[2]);
  EXPECT_EQ(found[1]->reply, "reply b");
}

TEST(IdempotencyStore, removes_old_keys_few_at_a_time) {
  TestStore store;
  for (const char* name : {"1", "2", "3"}) keep(store, key_of(name), "old");
  keep(store, key_of("4"), "new", k_noon + std::chrono::hours(1));
  IdempotencyKey other = key_of("1");
  other.client = k_other_client;
  keep(store, other, "another client's");

  const base::Instant later = k_noon + std::chrono::hours(24);
  EXPECT_EQ(store::forget_replies(store.writer(), k_client, later, 2), 2);
  EXPECT_EQ(store::forget_replies(store.writer(), k_client, later, 2), 1);
  EXPECT_EQ(store::forget_replies(store.writer(), k_client, later, 2), 0);
  EXPECT_EQ(store.number("SELECT COUNT(*) FROM idempotency_key"), 2);
  EXPECT_EQ(store.text("SELECT key FROM idempotency_key WHERE client_id = 7"), "4");
}

}  // namespace
}  // namespace lotkeeper::tests
