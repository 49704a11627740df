#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <vector>

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>

#include "service/long_reads.hpp"
#include "service/read_pool.hpp"
#include "store/samples.hpp"
#include "support/faulty_database.hpp"

namespace lotkeeper::tests {
namespace {

using service::LongReads;
using service::Party;

/// Reads that have not ended when a test begins, so that what comes later waits.
class LongReadsOf : public testing::Test {
 protected:
  ~LongReadsOf() override {
    release();
    m_reads.join();
  }

  void hold(store::ClientId client) {
    for (std::size_t i = 0; i < LongReads::k_most_of_a_client; ++i) {
      EXPECT_TRUE(m_reads.post({client, 1}, LongReads::Kind::begins, [this] { m_end.wait(); }));
    }
  }
  void release() {
    if (!std::exchange(m_is_released, true)) m_may_end.set_value();
  }

  LongReads m_reads;

 private:
  bool m_is_released = false;
  std::promise<void> m_may_end;
  std::shared_future<void> m_end = m_may_end.get_future().share();
};

TEST(LongReads, of_one_client_leave_threads_to_the_others) {
  std::promise<void> may_end;
  const std::shared_future<void> end = may_end.get_future().share();
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  LongReads reads;
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(reads.post({1, 1}, LongReads::Kind::begins, [&] {
      most = std::max(most.load(), ++running);
      end.wait();
      --running;
    }));
  }
  std::promise<void> other;
  EXPECT_TRUE(reads.post({2, 1}, LongReads::Kind::begins, [&] { other.set_value(); }));
  EXPECT_EQ(other.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
  may_end.set_value();
  reads.join();
  EXPECT_LE(most.load(), 2);
  EXPECT_EQ(running.load(), 0);
}

TEST(LongReads, are_all_done_when_they_are_joined) {
  std::vector<int> done;
  std::mutex mutex;
  LongReads reads;
  for (int i = 0; i < 200; ++i) {
    EXPECT_TRUE(reads.post({i % 3, 1}, LongReads::Kind::goes_on, [&, i] {
      const std::scoped_lock lock(mutex);
      done.push_back(i);
    }));
  }
  reads.join();
  EXPECT_EQ(done.size(), 200U);
}

TEST_F(LongReadsOf, one_client_take_turns_between_its_integrations) {
  hold(1);
  std::vector<store::IntegrationId> order;
  std::mutex mutex;
  const auto post = [&](store::IntegrationId integration) {
    EXPECT_TRUE(m_reads.post({1, integration}, LongReads::Kind::begins, [&, integration] {
      const std::scoped_lock lock(mutex);
      order.push_back(integration);
    }));
  };
  for (int i = 0; i < 50; ++i) post(1);
  post(2);
  post(0);
  release();
  m_reads.join();
  ASSERT_EQ(order.size(), 52U);
  for (const store::IntegrationId other : {2, 0}) {
    EXPECT_LT(std::ranges::find(order, other) - order.begin(), 6) << other;
  }
}

TEST_F(LongReadsOf, one_integration_are_refused_where_too_many_wait) {
  hold(1);
  for (std::size_t i = 0; i < LongReads::k_most_waiting_of_party; ++i) {
    EXPECT_TRUE(m_reads.post({1, 1}, LongReads::Kind::begins, [] {}));
  }
  bool has_run = false;
  EXPECT_FALSE(m_reads.post({1, 1}, LongReads::Kind::begins, [&] { has_run = true; }));
  EXPECT_TRUE(m_reads.post({1, 2}, LongReads::Kind::begins, [] {})) << "of another";
  EXPECT_TRUE(m_reads.post({1, 1}, LongReads::Kind::goes_on, [] {})) << "with a reply that began";
  release();
  m_reads.join();
  EXPECT_FALSE(has_run);
}

TEST(LongReads, that_are_refused_tell_the_integration_why) {
  TestApi api;
  const store::ClientId client = api.number("SELECT client_id FROM client WHERE code = 'OC_TOMA'");
  const store::IntegrationId integration = api.number(
      "SELECT MIN(integration_id) FROM integration WHERE name = 'HotSpot' AND client_id = " +
      std::to_string(client));
  std::promise<void> may_end;
  const std::shared_future<void> end = may_end.get_future().share();
  const std::size_t all = LongReads::k_most_of_a_client + LongReads::k_most_waiting_of_party;
  for (std::size_t i = 0; i < all; ++i) {
    EXPECT_TRUE(api.app.services().long_reads.post({client, integration}, LongReads::Kind::begins,
                                                   [end] { end.wait(); }));
  }
  const std::string before = api.content();
  const auto reply =
      api.post("permits/stats", R"({"apiToken":"TOKEN:all","activeAt":"2026-03-02T12:00:00Z"})");
  EXPECT_EQ(reply.status, 503) << reply.body;
  EXPECT_NE(reply.body.find("\"ErrorCode\":9103"), std::string::npos) << reply.body;
  EXPECT_NE(reply.body.find("Too many requests of this integration wait"), std::string::npos)
      << reply.body;
  EXPECT_EQ(reply.headers.at("Retry-After"), "1");
  EXPECT_EQ(api.content(), before);
  may_end.set_value();
}

TEST(ReadPool, says_that_too_many_requests_wait_and_not_that_the_database_is_away) {
  TestStore store;
  FaultyDatabase shared(*store.database, Breakage::none);
  shared.share();
  service::ReadPool pool(shared);
  std::promise<void> may_end;
  const std::shared_future<void> end = may_end.get_future().share();
  std::vector<std::string> refusals;
  boost::asio::io_context loop;
  const std::size_t most = service::ReadPool::k_most_waiting / 4;
  for (std::size_t i = 0; i <= most; ++i) {
    boost::asio::co_spawn(loop,
                          pool.ask(Party{1, 1},
                                   [end](database::Connection&) {
                                     end.wait();
                                     return 0;
                                   }),
                          [&](const std::exception_ptr& failure, int) {
                            if (!failure) return;
                            try {
                              std::rethrow_exception(failure);
                            } catch (const database::DatabaseBusy& busy) {
                              refusals.emplace_back(busy.what());
                            }
                            may_end.set_value();
                          });
  }
  loop.run();
  EXPECT_EQ(refusals, std::vector<std::string>{"Too many requests of this integration wait for an "
                                               "answer; send the same request again shortly."});
}

}  // namespace
}  // namespace lotkeeper::tests
