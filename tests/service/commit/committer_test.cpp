#include <fmt/format.h>

#include <thread>

#include "service/commit/committer_fixture.hpp"

// How writes share transactions.
namespace lotkeeper::tests {
namespace {

store::IdempotencyKey key_of(std::string_view key, std::string_view body = "body") {
  return {k_client, k_integration, "permits/push", std::string(key), base::sha256(body)};
}

TEST_F(Committers, commit_what_has_queued_up_in_one_transaction) {
  start();
  hold();
  Probe a("a"), b("b"), c("c");
  for (Probe* probe : {&a, &b, &c}) send(*probe);
  EXPECT_EQ(m_committer->figures().queued, 3U);
  finish();

  EXPECT_EQ(batches(), (std::vector<std::vector<std::string>>{{"a", "b", "c"}}));
  EXPECT_EQ(m_committer->figures().batches, 2U);
  EXPECT_EQ(m_committer->figures().commands, 4U);
  EXPECT_EQ(m_committer->figures().queued, 0U);
}

TEST_F(Committers, wait_for_nothing_when_idle) {
  start();
  Probe alone("alone");
  m_committer->commit_and_wait(alone);
  EXPECT_EQ(alone.outcome->reference, "alone");
}

TEST_F(Committers, keep_one_callers_refusal_from_its_neighbours) {
  start();
  hold();
  const auto first = push_of(permit_of("A 1"));
  const auto twin = push_of(permit_of("a-1"));
  const auto other = push_of(permit_of("B 2"));
  service::DeletePermit absent;
  absent.permit = {k_client, k_integration, base::make_uuid_v7(k_noon)};
  send(*first);
  send(*twin);
  send(absent);
  send(*other);
  finish();

  EXPECT_EQ(m_committer->figures().batches, 2U) << "all in one, but for the one that held";
  EXPECT_TRUE(first->outcome && other->outcome);
  EXPECT_EQ(code_of(*twin), ErrorCode::record_exists);
  EXPECT_EQ(twin->outcome.error().standing_reference, first->permit.id.to_string());
  EXPECT_EQ(code_of(absent), ErrorCode::record_not_found);
  EXPECT_EQ(number("SELECT COUNT(*) FROM permit"), 2);
  EXPECT_EQ(number("SELECT CAST(SUM(total) AS BIGINT) FROM permit_count"), 2);
}

TEST_F(Committers, never_put_two_commands_about_one_thing_into_one_batch) {
  start();
  hold();
  const base::Uuid one = base::make_uuid_v7(k_noon);
  const base::Uuid two = base::make_uuid_v7(k_noon);
  Probe a("a"), b("b"), c("c"), d("d"), e("e");
  a.about = b.about = d.about = one;
  c.about = two;
  for (Probe* probe : {&a, &b, &c, &d, &e}) send(*probe);
  finish();

  EXPECT_EQ(batches(), (std::vector<std::vector<std::string>>{{"a", "c", "e"}, {"b"}, {"d"}}));
}

TEST_F(Committers, never_put_two_commands_with_one_key_into_one_batch) {
  start();
  hold();
  Probe first("first"), twin("twin"), other("other"), third("third");
  for (Probe* probe : {&first, &twin, &third}) probe->key = key_of("k");
  other.key = key_of("l");
  for (Probe* probe : {&first, &twin, &other, &third}) send(*probe);
  finish();

  EXPECT_EQ(batches(), (std::vector<std::vector<std::string>>{{"first", "other"}}))
      << "those that waited were answered from the first's reply";
  EXPECT_EQ(m_committer->figures().batches, 4U);
  EXPECT_EQ(first.replayed_reply, std::nullopt);
  EXPECT_EQ(twin.replayed_reply, "reply first");
  EXPECT_EQ(third.replayed_reply, "reply first");
}

TEST_F(Committers, refuse_a_key_that_came_with_another_body) {
  start();
  hold();
  Probe first("first"), other("other");
  first.key = key_of("k");
  other.key = key_of("k", "another body");
  send(first);
  send(other);
  finish();

  EXPECT_TRUE(first.outcome);
  EXPECT_EQ(code_of(other), ErrorCode::record_exists);
  EXPECT_EQ(other.outcome.error().faults.front().field, "Idempotency-Key");
}

TEST_F(Committers, keep_no_reply_to_a_refusal) {
  start();
  Probe refused("refused", [](WriteBatch&, Probe& probe) {
    probe.outcome = domain::refused(ErrorCode::record_not_found, {}, "none");
  });
  refused.key = key_of("k");
  m_committer->commit_and_wait(refused);
  EXPECT_EQ(number("SELECT COUNT(*) FROM idempotency_key"), 0);
}

TEST_F(Committers, never_exceed_the_group_size) {
  start({.group_size = 3, .queue_limit = 100});
  hold();
  std::vector<std::unique_ptr<Probe>> probes;
  for (int i = 0; i < 10; ++i) send(*probes.emplace_back(std::make_unique<Probe>("p")));
  finish();

  std::vector<std::size_t> sizes;
  for (const auto& batch : batches()) sizes.push_back(batch.size());
  EXPECT_EQ(sizes, (std::vector<std::size_t>{3, 3, 3, 1}));
}

TEST_F(Committers, with_a_group_size_of_one_commit_each_alone) {
  start({.group_size = 1, .queue_limit = 100});
  hold();
  Probe a("a"), b("b");
  send(a);
  send(b);
  finish();
  EXPECT_EQ(batches(), (std::vector<std::vector<std::string>>{{"a"}, {"b"}}));
}

TEST_F(Committers, give_a_batch_one_moment) {
  start();
  hold();
  std::vector<base::Instant> moments;
  const auto note = [&](WriteBatch& batch, Probe&) {
    moments.push_back(batch.now);
    m_clock.advance(std::chrono::seconds(1));
  };
  Probe a("a", note), b("b", note);
  send(a);
  send(b);
  finish();
  EXPECT_EQ(moments, (std::vector<base::Instant>{k_noon, k_noon}));
}

TEST_F(Committers, fold_counters_once_for_each_zone_name_and_type) {
  start();
  hold();
  std::vector<std::unique_ptr<service::PushPermit>> pushes;
  for (int i = 0; i < 20; ++i) {
    pushes.push_back(push_of(permit_of("P" + std::to_string(i))));
    if (i % 2 == 0) {
      pushes.back()->zone_name = "Lot 4";
      pushes.back()->zone_name_norm = "lot 4";
    }
    send(*pushes.back());
  }
  finish();
  EXPECT_EQ(number("SELECT COUNT(*) FROM permit_count"), 2);
  EXPECT_EQ(number("SELECT MIN(total) FROM permit_count"), 10);
}

/// Commands of one integration, told apart by their numbers.
std::vector<std::unique_ptr<Probe>> probes_of(store::IntegrationId integration, int count) {
  std::vector<std::unique_ptr<Probe>> probes;
  for (int i = 0; i < count; ++i) {
    probes.push_back(std::make_unique<Probe>(fmt::format("{}-{}", integration, i)));
    probes.back()->party = {k_client, integration};
  }
  return probes;
}

TEST_F(Committers, take_one_of_each_integration_in_turn_however_many_one_of_them_sent) {
  start({.group_size = 4});
  hold();
  const auto flood = probes_of(1, 9);
  const auto polite = probes_of(2, 2);
  for (const auto& probe : flood) send(*probe);
  for (const auto& probe : polite) send(*probe);
  finish();

  const auto all = batches();
  ASSERT_GE(all.size(), 2U);
  EXPECT_EQ(all[0], (std::vector<std::string>{"1-0", "2-0", "1-1", "2-1"}));
  EXPECT_EQ(all[1], (std::vector<std::string>{"1-2", "1-3", "1-4", "1-5"}));
}

TEST_F(Committers, let_another_integration_begin_the_next_batch) {
  start({.group_size = 1});
  hold();
  const auto flood = probes_of(1, 3);
  const auto polite = probes_of(2, 2);
  for (const auto& probe : flood) send(*probe);
  for (const auto& probe : polite) send(*probe);
  finish();
  const std::vector<std::vector<std::string>> in_turn{{"1-0"}, {"2-0"}, {"1-1"}, {"2-1"}, {"1-2"}};
  EXPECT_EQ(batches(), in_turn);
}

TEST_F(Committers, write_smaller_batches_while_several_integrations_write) {
  start();
  hold();
  const auto flood = probes_of(1, 200);
  const auto polite = probes_of(2, 1);
  for (const auto& probe : flood) send(*probe);
  for (const auto& probe : polite) send(*probe);
  finish();
  EXPECT_LT(batches().front().size(), 100U);
}

TEST_F(Committers, refuse_the_integration_that_fills_the_queue_and_not_another) {
  start({.group_size = 10, .queue_limit = 3});
  hold();
  const auto flood = probes_of(1, 5);
  const auto polite = probes_of(2, 1);
  for (const auto& probe : flood) send(*probe);
  send(*polite.front());
  m_loop.restart();
  m_loop.poll();  // the committer is held all the while
  EXPECT_EQ(code_of(*flood[3]), ErrorCode::busy);
  EXPECT_EQ(code_of(*flood[4]), ErrorCode::busy);
  EXPECT_EQ(code_of(*flood[2]), ErrorCode::busy) << "it made room for the other's";
  EXPECT_EQ(m_committer->figures().refused_full, 3U);
  finish();
  EXPECT_TRUE(flood[0]->outcome && flood[1]->outcome && polite.front()->outcome);
}

TEST_F(Committers, take_the_servers_own_writes_though_the_queue_is_full) {
  start({.group_size = 10, .queue_limit = 1});
  hold();
  const auto flood = probes_of(1, 1);
  send(*flood.front());
  Probe upkeep("upkeep");
  send(upkeep);
  finish();
  EXPECT_TRUE(flood.front()->outcome && upkeep.outcome);
}

TEST_F(Committers, answer_threads_that_wait) {
  start();
  std::vector<std::thread> threads;
  std::atomic<int> stored{0};
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 50; ++i) {
        const auto push = push_of(permit_of(std::to_string(thread) + "T" + std::to_string(i)));
        m_committer->commit_and_wait(*push);
        if (push->outcome) ++stored;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(stored, 200);
  EXPECT_EQ(number("SELECT COUNT(*) FROM permit"), 200);
  EXPECT_EQ(m_committer->figures().commands, 200U);
}

}  // namespace
}  // namespace lotkeeper::tests
