#include "service/turns.hpp"

#include <gtest/gtest.h>

#include <future>

namespace lotkeeper::tests {
namespace {

using service::Turns;
using namespace std::chrono_literals;

/// A queue of which only the length counts, and threads that take all of it.
class TurnsOfThreads : public testing::Test {
 protected:
  void arrive() {
    const std::scoped_lock lock(m_mutex);
    ++m_queued;
    m_turns.arrived();
  }

  /// How many a thread took in its turn, which it does not end.
  std::future<int> take() {
    return std::async(std::launch::async, [this] {
      std::unique_lock lock(m_mutex);
      m_turns.wait(lock, [this] { return m_queued > 0; });
      return std::exchange(m_queued, 0);
    });
  }

  void end() {
    const std::scoped_lock lock(m_mutex);
    m_turns.ended();
  }

  static bool is_done(const std::future<int>& taking, std::chrono::milliseconds within) {
    return taking.wait_for(within) == std::future_status::ready;
  }

  Turns m_turns;
  std::mutex m_mutex;
  int m_queued = 0;
};

TEST_F(TurnsOfThreads, begin_at_once_where_nothing_is_under_way) {
  auto taking = take();
  EXPECT_FALSE(is_done(taking, 20ms)) << "nobody waits in the queue";
  arrive();
  EXPECT_EQ(taking.get(), 1);
}

TEST_F(TurnsOfThreads, leave_what_comes_meanwhile_to_the_thread_whose_turn_ends) {
  arrive();
  EXPECT_EQ(take().get(), 1);
  const auto began = Turns::Clock::now();
  arrive();
  arrive();
  end();
  EXPECT_EQ(take().get(), 2);
  EXPECT_LT(Turns::Clock::now() - began, Turns::k_patience) << "it waited for nothing";
}

TEST_F(TurnsOfThreads, begin_beside_a_group_that_lasts) {
  arrive();
  EXPECT_EQ(take().get(), 1);
  const auto began = Turns::Clock::now();
  auto beside = take();
  arrive();
  EXPECT_EQ(beside.get(), 1);
  EXPECT_GE(Turns::Clock::now() - began, Turns::k_patience / 2);
}

TEST_F(TurnsOfThreads, have_every_thread_take_what_comes_while_all_others_last) {
  for (int i = 0; i < 5; ++i) {
    auto taking = take();
    arrive();
    ASSERT_TRUE(is_done(taking, 5s)) << i;
  }
}

TEST_F(TurnsOfThreads, begin_at_once_after_the_stop) {
  std::vector<std::future<int>> waiting;
  for (int i = 0; i < 3; ++i) waiting.push_back(take());
  {
    const std::scoped_lock lock(m_mutex);
    m_turns.stop();
  }
  for (auto& each : waiting) EXPECT_EQ(each.get(), 0);
}

}  // namespace
}  // namespace lotkeeper::tests
