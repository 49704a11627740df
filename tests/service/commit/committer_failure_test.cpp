#include <thread>

#include "service/commit/committer_fixture.hpp"

// What becomes of writes where the queue is full, the committer stops, a command throws, or the
// database fails.
namespace lotkeeper::tests {
namespace {

TEST_F(Committers, refuse_at_once_what_is_too_much_for_the_queue_and_store_nothing_of_it) {
  start({.group_size = 10, .queue_limit = 2});
  hold();
  const auto a = push_of(permit_of("A 1"));
  const auto b = push_of(permit_of("B 2"));
  const auto c = push_of(permit_of("C 3"));
  send(*a);
  send(*b);
  send(*c);
  m_loop.restart();
  m_loop.poll();  // the committer is held all the while
  EXPECT_EQ(code_of(*c), ErrorCode::busy);
  EXPECT_EQ(c->outcome.error().retry_after_seconds, 1);
  EXPECT_EQ(m_committer->figures().refused_full, 1U);
  finish();

  EXPECT_TRUE(a->outcome && b->outcome);
  EXPECT_EQ(number("SELECT COUNT(*) FROM permit"), 2);
  m_committer->commit_and_wait(*c);
  EXPECT_TRUE(c->outcome) << "there is room again";
}

TEST_F(Committers, commit_what_was_accepted_before_they_stop) {
  start();
  hold();
  const auto a = push_of(permit_of("A 1"));
  send(*a);
  std::thread stopping([&] { m_committer->stop(); });
  release();
  stopping.join();
  finish();
  EXPECT_TRUE(a->outcome);
  EXPECT_EQ(number("SELECT COUNT(*) FROM permit"), 1);
}

TEST_F(Committers, refuse_what_comes_after_they_stopped) {
  start();
  m_committer->stop();
  const auto a = push_of(permit_of("A 1"));
  m_committer->commit_and_wait(*a);
  EXPECT_EQ(code_of(*a), ErrorCode::busy);
  const auto b = push_of(permit_of("B 2"));
  send(*b);
  finish();
  EXPECT_EQ(code_of(*b), ErrorCode::busy);
  EXPECT_EQ(number("SELECT COUNT(*) FROM permit"), 0);
}

TEST_F(Committers, run_a_batch_one_by_one_where_one_of_it_throws) {
  start();
  hold();
  const auto a = push_of(permit_of("A 1"));
  const auto b = push_of(permit_of("B 2"));
  Probe thrower("thrower", [](WriteBatch& batch, Probe&) {
    batch.count(k_client, 0, domain::PermitType::temp, 100);
    throw std::runtime_error("a fault of ours");
  });
  send(*a);
  send(thrower);
  send(*b);
  finish();

  EXPECT_TRUE(a->outcome && b->outcome);
  EXPECT_EQ(code_of(thrower), ErrorCode::internal_error);
  EXPECT_EQ(number("SELECT COUNT(*) FROM permit"), 2);
  EXPECT_EQ(number("SELECT CAST(SUM(total) AS BIGINT) FROM permit_count"), 2)
      << "nothing was counted twice";
  EXPECT_EQ(m_committer->figures().failed_batches, 2U) << "the batch, and the one alone";
}

TEST_F(Committers, undo_what_a_thrower_had_written) {
  start();
  Probe thrower("thrower", [](WriteBatch& batch, Probe&) {
    insert(batch.connection, {permit_of("A 1")});
    throw std::runtime_error("a fault of ours");
  });
  thrower.key = {k_client, k_integration, "permits/push", "k", base::sha256("body")};
  m_committer->commit_and_wait(thrower);
  EXPECT_EQ(code_of(thrower), ErrorCode::internal_error);
  EXPECT_EQ(number("SELECT COUNT(*) FROM permit"), 0);
  EXPECT_EQ(number("SELECT COUNT(*) FROM idempotency_key"), 0);
}

TEST_F(Committers, say_busy_while_the_database_is_away_and_go_on_when_it_is_back) {
  start();
  m_faulty.set(Breakage::away);
  const auto a = push_of(permit_of("A 1"));
  m_committer->commit_and_wait(*a);
  EXPECT_EQ(code_of(*a), ErrorCode::busy);
  EXPECT_EQ(m_fatal_failures, 0);

  m_faulty.set(Breakage::none);
  m_committer->commit_and_wait(*a);
  EXPECT_TRUE(a->outcome);
  EXPECT_EQ(number("SELECT CAST(SUM(total) AS BIGINT) FROM permit_count"), 1);
}

TEST_F(Committers, write_nothing_more_after_the_disk_refused_to_sync) {
  start();
  m_faulty.set(Breakage::sync_refused);
  const auto a = push_of(permit_of("A 1"));
  m_committer->commit_and_wait(*a);
  EXPECT_EQ(code_of(*a), ErrorCode::outcome_unknown);
  m_faulty.set(Breakage::none);
  const auto b = push_of(permit_of("B 2"));
  m_committer->commit_and_wait(*b);
  EXPECT_EQ(code_of(*b), ErrorCode::busy);
  m_committer->stop();
  EXPECT_EQ(m_fatal_failures, 1) << "the process is told once";
  EXPECT_EQ(number("SELECT COUNT(*) FROM permit"), 0);
}

TEST_F(Committers, answer_no_success_where_the_sync_after_the_commit_is_refused) {
  start();
  m_faulty.set(Breakage::late_sync_refused);
  const auto a = push_of(permit_of("A 1"));
  const auto b = push_of(permit_of("B 2"));
  hold();
  send(*a);
  send(*b);
  finish();
  EXPECT_EQ(code_of(*m_held), ErrorCode::outcome_unknown);
  EXPECT_FALSE(a->outcome);
  EXPECT_FALSE(b->outcome);
  const auto c = push_of(permit_of("C 3"));
  m_committer->commit_and_wait(*c);
  EXPECT_EQ(code_of(*c), ErrorCode::busy);
  m_committer->stop();
  EXPECT_EQ(m_fatal_failures, 1) << "the process is told once";
}

TEST_F(Committers, name_what_stands_when_a_lost_answers_body_is_sent_again) {
  start();
  m_faulty.set(Breakage::answer_lost);
  const auto lost = push_of(permit_of("A 1"));
  m_committer->commit_and_wait(*lost);
  EXPECT_EQ(code_of(*lost), ErrorCode::outcome_unknown);

  // The process starts anew, and the machine sends its body again.
  m_committer->stop();
  m_faulty.set(Breakage::none);
  GroupCommitter next(m_faulty, m_clock, {}, {});
  const auto again = push_of(permit_of("A 1"));
  next.commit_and_wait(*again);
  EXPECT_EQ(code_of(*again), ErrorCode::record_exists);
  EXPECT_EQ(again->outcome.error().standing_reference, lost->permit.id.to_string());

  // A retry of the very attempt finds its own row.
  next.commit_and_wait(*lost);
  ASSERT_TRUE(lost->outcome);
  EXPECT_EQ(lost->outcome->reference, lost->permit.id.to_string());
  EXPECT_EQ(number("SELECT CAST(SUM(total) AS BIGINT) FROM permit_count"), 1);
}

}  // namespace
}  // namespace lotkeeper::tests
