#include <deque>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "api/console/operators/hashing_queue.hpp"
#include "http/address.hpp"

// Who hashes next, without hashing anything.
namespace lotkeeper::tests {
namespace {

using api::console::HashingQueue;
using boost::asio::awaitable;

constexpr base::Instant k_now = base::from_epoch_ms(1'772'452'800'000);

class HashingQueues : public ::testing::Test {
 protected:
  ~HashingQueues() override {
    queue.stop();
    settle();
  }

  /// Asks for a turn; it is kept until `end_one`.
  void enter(const std::string& address) {
    boost::asio::co_spawn(m_loop, ask(address), boost::asio::detached);
    settle();
  }
  void settle() {
    m_loop.restart();
    m_loop.poll();
  }
  void end_one() {
    m_turns.pop_front();
    settle();
  }

  HashingQueue queue{2};
  std::vector<std::string> served;
  std::vector<std::string> refused;

 private:
  awaitable<void> ask(std::string address) {
    HashingQueue::Turn turn = co_await queue.enter(address);
    (turn ? served : refused).push_back(address);
    if (turn) m_turns.push_back(std::move(turn));
  }

  boost::asio::io_context m_loop;
  std::deque<HashingQueue::Turn> m_turns;
};

TEST_F(HashingQueues, serve_two_at_a_time) {
  for (const char* address : {"a", "b", "c"}) enter(address);
  EXPECT_EQ(served, (std::vector<std::string>{"a", "b"}));
  end_one();
  EXPECT_EQ(served, (std::vector<std::string>{"a", "b", "c"}));
}

TEST_F(HashingQueues, give_an_address_eight_places) {
  for (int i = 0; i < 9; ++i) enter("a");
  EXPECT_EQ(refused, (std::vector<std::string>{"a"}));
  enter("b");
  end_one();
  EXPECT_EQ(served.back(), "b") << "whoever has no turn now comes first";
  enter("a");
  EXPECT_EQ(refused.size(), 1U) << "a place is free again";
}

TEST_F(HashingQueues, serve_who_signed_in_before_then_who_failed_least) {
  queue.note("guesser", {3, {}}, false, k_now);
  queue.note("known", {1, {}}, true, k_now);
  for (const char* address : {"x", "y", "guesser", "new", "known"}) enter(address);
  for (int i = 0; i < 5; ++i) end_one();
  EXPECT_EQ(served, (std::vector<std::string>{"x", "y", "known", "new", "guesser"}));
}

TEST_F(HashingQueues, drop_the_last_where_too_many_wait) {
  queue.note("guesser", {3, {}}, false, k_now);
  enter("x");
  enter("y");
  enter("guesser");
  for (std::size_t i = 0; i < HashingQueue::k_most_waiting - 1; ++i) enter(std::to_string(i));
  EXPECT_TRUE(refused.empty());
  enter("one more");
  EXPECT_EQ(refused, (std::vector<std::string>{"guesser"}));
}

TEST_F(HashingQueues, know_who_has_to_wait) {
  queue.note("guesser", {20, k_now + std::chrono::seconds(1)}, false, k_now);
  EXPECT_EQ(queue.wait_of("guesser", k_now), std::chrono::seconds(1));
  EXPECT_EQ(queue.wait_of("guesser", k_now + std::chrono::seconds(1)).count(), 0);
  EXPECT_EQ(queue.wait_of("guesser", k_now - std::chrono::hours(1)).count(), 0)
      << "the clock was ahead: the database decides";
  EXPECT_EQ(queue.wait_of("other", k_now).count(), 0);
}

TEST(CountedAddress, is_an_ipv4_address_or_an_ipv6_network) {
  EXPECT_EQ(http::counted_address("203.0.113.7"), "203.0.113.7");
  EXPECT_EQ(http::counted_address("::ffff:203.0.113.7"), "203.0.113.7");
  EXPECT_EQ(http::counted_address("2001:db8:1:2:3:4:5:6"), http::counted_address("2001:db8:1:2::"));
  EXPECT_NE(http::counted_address("2001:db8:1:2::"), http::counted_address("2001:db8:1:3::"));
  EXPECT_EQ(http::counted_address("no address").substr(0, 64), "no address");
  EXPECT_EQ(http::counted_address(std::string(100, 'x')).size(), 64U);
}

}  // namespace
}  // namespace lotkeeper::tests
