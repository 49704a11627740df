#include <chrono>
#include <future>

#include "store/committer_fixture.hpp"

// What became of a commit whose answer was lost, on a database that others write to as well.
namespace lotkeeper::tests {
namespace {

class PostgresCommitters : public Committers {
 protected:
  PostgresCommitters() { m_faulty.share(); }

  void expect_one_permit() {
    EXPECT_EQ(number("SELECT COUNT(*) FROM permit"), 1);
    EXPECT_EQ(number("SELECT CAST(SUM(total) AS BIGINT) FROM permit_count"), 1);
  }

  /// The reference of a permit that stands.
  store::PermitKey push(const char* plate) {
    const auto pushed = push_of(permit_of(plate));
    m_committer->commit_and_wait(*pushed);
    EXPECT_TRUE(pushed->outcome);
    return {pushed->permit.client, pushed->permit.integration, pushed->permit.id};
  }
};

TEST_F(PostgresCommitters, find_a_push_that_stands_though_its_answer_was_lost) {
  start();
  m_faulty.set(Breakage::answer_lost_once);
  const auto lost = push_of(permit_of("A 1"));
  m_committer->commit_and_wait(*lost);
  ASSERT_TRUE(lost->outcome);
  EXPECT_EQ(lost->outcome->reference, lost->permit.id.to_string());
  expect_one_permit();
}

TEST_F(PostgresCommitters, never_apply_an_update_twice) {
  start();
  service::UpdatePermit update;
  update.permit = push("A 1");
  update.end = k_noon + std::chrono::hours(5);
  m_faulty.set(Breakage::answer_lost_once);
  m_committer->commit_and_wait(update);
  EXPECT_EQ(code_of(update), ErrorCode::outcome_unknown);
  EXPECT_EQ(number("SELECT COUNT(*) FROM permit_history"), 1);
  expect_one_permit();
}

TEST_F(PostgresCommitters, do_not_say_of_a_delete_that_was_done_that_there_was_nothing) {
  start();
  service::DeletePermit deleting;
  deleting.permit = push("A 1");
  m_faulty.set(Breakage::answer_lost_once);
  m_committer->commit_and_wait(deleting);
  EXPECT_EQ(code_of(deleting), ErrorCode::outcome_unknown);
}

TEST_F(PostgresCommitters, wait_no_longer_for_an_outcome_once_the_server_stops) {
  start();
  m_faulty.set(Breakage::answer_lost);
  const auto lost = push_of(permit_of("A 1"));
  auto waiting = std::async(std::launch::async, [&] { m_committer->commit_and_wait(*lost); });
  EXPECT_EQ(waiting.wait_for(std::chrono::milliseconds(300)), std::future_status::timeout)
      << "it is looked for again and again";
  const auto began = std::chrono::steady_clock::now();
  m_committer->give_up_resolving();
  waiting.get();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(2));
  EXPECT_EQ(code_of(*lost), ErrorCode::outcome_unknown);
}

}  // namespace
}  // namespace lotkeeper::tests
