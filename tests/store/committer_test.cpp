#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <future>
#include <optional>
#include <thread>

#include "service/group_committer.hpp"
#include "store/samples.hpp"
#include "support/faulty_database.hpp"

namespace lotkeeper::tests {
namespace {

using domain::ErrorCode;
using service::Command;
using service::CommitterOptions;
using service::GroupCommitter;
using service::Receipt;
using service::WriteBatch;

/// A command that tells in which batch it was applied, and does what it is told.
class Probe : public Command {
 public:
  using Run = std::function<void(WriteBatch& batch, Probe& probe)>;
  explicit Probe(std::string probe_name, Run probe_run = {})
      : name(std::move(probe_name)), run(std::move(probe_run)) {
    encode = [](const Receipt& receipt) { return "reply " + receipt.reference; };
  }

  [[nodiscard]] Apply apply() const override {
    return [](WriteBatch& batch, std::span<Command* const> commands) {
      std::vector<std::string>& together = s_batches.emplace_back();
      for (Command* command : commands) {
        auto& probe = static_cast<Probe&>(*command);
        together.push_back(probe.name);
        probe.outcome = Receipt{probe.name, {}};
        if (probe.run) probe.run(batch, probe);
      }
    };
  }
  [[nodiscard]] std::optional<base::Uuid> subject() const override { return about; }

  std::string name;
  Run run;
  std::optional<base::Uuid> about;

  /// The names of those that were applied together, in order. Read when the committer is idle.
  static inline std::vector<std::vector<std::string>> s_batches;
};

/// A committer that stands still until it is released, so that what is sent meanwhile queues up;
/// and callers that wait as handlers do.
class Committers : public testing::Test {
 protected:
  Committers() : m_faulty(*m_store.database, Breakage::none), m_clock(k_noon) {
    Probe::s_batches.clear();
  }
  ~Committers() override {
    if (m_committer) {
      release();
      m_committer->stop();
      m_loop.restart();
      m_loop.run();
    }
  }

  void start(CommitterOptions options = {}) {
    m_committer.emplace(m_faulty, m_clock, options,
                        [this](const std::string&) { ++m_fatal_failures; });
  }

  /// Keeps the committer busy with a command of its own.
  void hold() {
    m_gate.emplace();
    m_held.emplace("held", [this, entered = &m_entered](WriteBatch&, Probe&) {
      entered->set_value();
      m_gate->get_future().wait();
    });
    send(*m_held);
    m_entered.get_future().wait();
  }
  void release() {
    if (m_gate) m_gate->set_value();
    m_gate_used = std::move(m_gate);
    m_gate.reset();
  }

  void send(Command& command) {
    boost::asio::co_spawn(m_loop, m_committer->commit(command), boost::asio::detached);
    m_loop.restart();
    m_loop.poll();
  }

  /// Returns when every caller has been answered.
  void finish() {
    release();
    m_loop.restart();
    m_loop.run();
  }

  std::int64_t number(std::string_view sql) { return m_store.number(sql); }

  /// The batches that probes shared, but for the one that held the committer.
  static std::vector<std::vector<std::string>> batches() {
    auto all = Probe::s_batches;
    std::erase(all, std::vector<std::string>{"held"});
    return all;
  }

  TestStore m_store;
  FaultyDatabase m_faulty;
  FakeClock m_clock;
  int m_fatal_failures = 0;
  boost::asio::io_context m_loop;
  std::promise<void> m_entered;
  std::optional<std::promise<void>> m_gate;
  std::optional<std::promise<void>> m_gate_used;
  std::optional<Probe> m_held;
  std::optional<GroupCommitter> m_committer;
};

ErrorCode code_of(const Command& command) {
  return command.outcome ? ErrorCode{} : command.outcome.error().faults.front().code;
}

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
  EXPECT_EQ(number("SELECT SUM(total) FROM permit_count"), 2);
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
  EXPECT_EQ(number("SELECT SUM(total) FROM permit_count"), 2) << "nothing was counted twice";
  EXPECT_EQ(m_committer->figures().failed_batches, 2U) << "the batch, and the one alone";
}

TEST_F(Committers, undo_what_a_thrower_had_written) {
  start();
  Probe thrower("thrower", [](WriteBatch& batch, Probe&) {
    insert(batch.connection, {permit_of("A 1")});
    throw std::runtime_error("a fault of ours");
  });
  thrower.key = key_of("k");
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
  EXPECT_EQ(number("SELECT SUM(total) FROM permit_count"), 1);
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
  EXPECT_EQ(number("SELECT SUM(total) FROM permit_count"), 1);
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
