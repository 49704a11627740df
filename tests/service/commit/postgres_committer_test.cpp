#include <chrono>
#include <future>

#include "service/commit/committer_fixture.hpp"

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

  /// The reference of a stored permit.
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

TEST_F(PostgresCommitters, store_one_of_several_equal_pushes_of_a_batch_and_name_it_to_the_others) {
  start();
  hold();
  std::vector<std::unique_ptr<service::PushPermit>> pushes;
  for (int i = 0; i < 4; ++i) pushes.push_back(push_of(permit_of(i == 3 ? "B 2" : "A 1")));
  for (const auto& push : pushes) send(*push);
  finish();

  std::vector<std::string> stored;
  for (const auto& push : pushes) {
    if (push->outcome) stored.push_back(push->outcome->reference);
  }
  ASSERT_EQ(stored.size(), 2U);
  EXPECT_EQ(stored.back(), pushes[3]->permit.id.to_string());
  for (const auto& push : pushes) {
    if (push->outcome) continue;
    EXPECT_EQ(code_of(*push), ErrorCode::record_exists);
    EXPECT_EQ(push->outcome.error().standing_reference, stored.front());
  }
  EXPECT_EQ(number("SELECT COUNT(*) FROM permit"), 2);
  EXPECT_EQ(number("SELECT CAST(SUM(total) AS BIGINT) FROM permit_count"), 2);
}

TEST_F(PostgresCommitters, take_pushes_together_apart_from_other_kinds) {
  start();
  service::UpdatePermit update;
  update.permit = push("A 1");
  update.end = k_noon + std::chrono::hours(5);
  hold();
  const std::uint64_t before = m_committer->figures().batches;
  const auto first = push_of(permit_of("B 2"));
  const auto second = push_of(permit_of("C 3"));
  send(*first);
  send(update);
  send(*second);
  finish();
  EXPECT_TRUE(first->outcome);
  EXPECT_TRUE(update.outcome);
  EXPECT_TRUE(second->outcome);
  EXPECT_EQ(m_committer->figures().batches - before, 3U) << "one is what held the committer";
}

TEST_F(PostgresCommitters, undo_an_update_whose_history_cannot_be_kept) {
  start();
  service::UpdatePermit update;
  update.permit = push("A 1");
  update.end = k_noon + std::chrono::hours(5);
  m_store.writer().run_script(
      "INSERT INTO permit_history (client_id, permit_id, version, plate, end_at, replaced_at, "
      "replaced_by, token_id) SELECT client_id, permit_id, version, plate, end_at, 0, 'update', 1 "
      "FROM permit");
  m_committer->commit_and_wait(update);
  EXPECT_EQ(code_of(update), ErrorCode::internal_error);
  EXPECT_EQ(number("SELECT COUNT(*) FROM permit_history"), 1);
  EXPECT_EQ(number("SELECT version FROM permit"), 1);
}

TEST_F(PostgresCommitters, keep_every_attribute_of_pushes_that_share_a_statement) {
  start();
  hold();
  std::vector<std::unique_ptr<service::PushPermit>> pushes;
  for (int i = 0; i < 3; ++i) {
    store::Permit permit = permit_of("É " + std::to_string(i));
    if (i == 1) permit.amount_cents = std::nullopt;
    if (i != 2) permit.currency = std::nullopt;  // a column that is NULL in most
    permit.permit_no = i == 0 ? "" : "T-" + std::to_string(i);
    pushes.push_back(push_of(std::move(permit)));
  }
  for (const auto& push : pushes) send(*push);
  finish();

  for (const auto& push : pushes) {
    ASSERT_TRUE(push->outcome);
    const store::Permit& sent = push->permit;
    const store::PermitKey key{sent.client, sent.integration, sent.id};
    const auto kept = store::find_permits(m_store.writer(), std::span(&key, 1)).front();
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->plate, sent.plate);
    EXPECT_EQ(kept->plate_norm, sent.plate_norm);
    EXPECT_EQ(kept->plate_shape, sent.plate_shape);
    EXPECT_EQ(kept->permit_no, sent.permit_no);
    EXPECT_EQ(kept->start, sent.start);
    EXPECT_EQ(kept->end, sent.end);
    EXPECT_EQ(kept->amount_cents, sent.amount_cents);
    EXPECT_EQ(kept->currency, sent.currency);
    EXPECT_EQ(kept->token, sent.token);
    EXPECT_EQ(kept->type, sent.type);
    EXPECT_EQ(kept->version, 1);
  }
}

TEST_F(PostgresCommitters, give_each_update_of_a_batch_its_own_outcome) {
  start();
  std::vector<store::PermitKey> keys;
  for (const char* plate : {"A 1", "B 2", "C 3", "D 4"}) keys.push_back(push(plate));
  keys.push_back({k_client, k_integration, base::Uuid{}});
  std::vector<service::UpdatePermit> updates(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    updates[i].permit = keys[i];
    updates[i].end = k_noon + std::chrono::hours(5);
  }
  updates[0].amount_cents = 250;
  updates[0].client_currency = "CAD";
  updates[1].end = k_noon - std::chrono::hours(1);
  updates[2].end.reset();
  updates[2].plate = {"d-4", "D4", permit_of("D 4").plate_shape};  // as the fourth was before
  updates[3].end.reset();
  updates[3].plate = updates[2].plate;  // as it is
  updates[3].plate->sent = "D 4";
  hold();
  for (auto& update : updates) send(update);
  finish();

  EXPECT_TRUE(updates[0].outcome);
  EXPECT_EQ(code_of(updates[1]), ErrorCode::end_time_invalid);
  EXPECT_EQ(code_of(updates[2]), ErrorCode::record_exists);
  EXPECT_EQ(updates[2].outcome.error().standing_reference, keys[3].id.to_string());
  EXPECT_TRUE(updates[3].outcome);
  EXPECT_EQ(code_of(updates[4]), ErrorCode::record_not_found);
  EXPECT_EQ(number("SELECT COUNT(*) FROM permit WHERE version = 2"), 1);
  EXPECT_EQ(number("SELECT COUNT(*) FROM permit_history"), 1);
  EXPECT_EQ(number("SELECT CAST(SUM(cents) AS BIGINT) FROM permit_income"), 250);
  EXPECT_EQ(number("SELECT CAST(SUM(total) AS BIGINT) FROM permit_count"), 4);
}

TEST_F(PostgresCommitters, change_permits_one_by_one_where_the_engine_takes_no_arrays) {
  start();
  std::vector<service::UpdatePermit> updates(3);
  for (std::size_t i = 0; i < updates.size(); ++i) {
    updates[i].permit = push(i == 0 ? "A 1" : i == 1 ? "B 2" : "C 3");
    updates[i].end = k_noon + std::chrono::hours(5);
  }
  m_faulty.set(Breakage::takes_no_arrays);
  hold();
  for (auto& update : updates) send(update);
  finish();
  for (const auto& update : updates) EXPECT_TRUE(update.outcome);
  EXPECT_EQ(number("SELECT COUNT(*) FROM permit WHERE version = 2"), 3);
  EXPECT_EQ(number("SELECT COUNT(*) FROM permit_history"), 3);
}

TEST_F(PostgresCommitters, end_the_permits_of_a_batch_together) {
  start();
  std::vector<service::DeletePermit> deletes(3);
  deletes[0].permit = push("A 1");
  deletes[1].permit = push("B 2");
  deletes[2].permit = {k_client, k_integration, base::Uuid{}};
  hold();
  for (auto& deleting : deletes) send(deleting);
  finish();
  EXPECT_TRUE(deletes[0].outcome);
  EXPECT_TRUE(deletes[1].outcome);
  EXPECT_EQ(code_of(deletes[2]), ErrorCode::record_not_found);
  EXPECT_EQ(number("SELECT COUNT(*) FROM permit WHERE deleted_at IS NOT NULL"), 2);
  EXPECT_EQ(number("SELECT COUNT(*) FROM permit_history"), 2);
  EXPECT_EQ(number("SELECT CAST(SUM(total) AS BIGINT) FROM permit_count"), 0);
}

TEST_F(PostgresCommitters, store_pushes_one_by_one_where_the_engine_takes_no_arrays) {
  start();
  m_faulty.set(Breakage::takes_no_arrays);
  for (const char* plate : {"A 1", "B 2"}) {
    const auto pushed = push_of(permit_of(plate));
    m_committer->commit_and_wait(*pushed);
    EXPECT_TRUE(pushed->outcome);
  }
  EXPECT_EQ(number("SELECT COUNT(*) FROM permit"), 2);
  EXPECT_EQ(number("SELECT CAST(SUM(total) AS BIGINT) FROM permit_count"), 2);
}

}  // namespace
}  // namespace lotkeeper::tests
