#include "service/commit/turn_queue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <deque>
#include <future>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace lotkeeper::tests {
namespace {

using service::TurnQueue;
using namespace std::chrono_literals;

constexpr auto k_for_ever = 60s;
constexpr auto k_soon = 30s;

/// A queue of which only the length counts, and threads that take all of it.
class TurnQueues : public testing::Test {
 protected:
  ~TurnQueues() override {
    {
      const std::scoped_lock lock(m_mutex);
      if (m_turns) m_turns->stop();
    }
    m_taking.clear();
  }

  void start(std::chrono::milliseconds patience, std::size_t most = 100) {
    m_turns.emplace(most, patience);
  }

  void arrive() {
    const std::scoped_lock lock(m_mutex);
    m_turns->arrived(++m_queued);
  }

  struct Taken {
    std::size_t size;
    TurnQueue::Turn turn;
  };

  /// What a thread takes in its turn, which it does not end.
  std::future<Taken>& take() {
    return m_taking.emplace_back(std::async(std::launch::async, [this] {
      std::unique_lock lock(m_mutex);
      const TurnQueue::Turn turn = m_turns->wait(lock, [this] { return m_queued; });
      return Taken{std::exchange(m_queued, 0), turn};
    }));
  }

  void end(TurnQueue::Turn turn) {
    const std::scoped_lock lock(m_mutex);
    m_turns->ended(turn);
  }

  static bool is_done(const std::future<Taken>& taking, std::chrono::milliseconds within) {
    return taking.wait_for(within) == std::future_status::ready;
  }

  std::optional<TurnQueue> m_turns;
  std::mutex m_mutex;
  std::size_t m_queued = 0;
  std::deque<std::future<Taken>> m_taking;
};

TEST_F(TurnQueues, begin_at_once_where_nothing_is_under_way) {
  start(k_for_ever);
  auto& taking = take();
  EXPECT_FALSE(is_done(taking, 20ms)) << "nobody waits in the queue";
  arrive();
  ASSERT_TRUE(is_done(taking, k_soon));
  EXPECT_EQ(taking.get().size, 1U);
}

TEST_F(TurnQueues, leave_what_comes_meanwhile_to_the_thread_whose_turn_ends) {
  start(k_for_ever);
  arrive();
  auto& first = take();
  ASSERT_TRUE(is_done(first, k_soon));
  auto& other = take();
  arrive();
  arrive();
  EXPECT_FALSE(is_done(other, 20ms));
  end(first.get().turn);
  auto& next = take();
  ASSERT_TRUE(is_done(next, k_soon));
  EXPECT_EQ(next.get().size, 2U);
}

TEST_F(TurnQueues, begin_beside_a_group_that_lasts_and_beside_it_at_once_from_then_on) {
  start(1s);
  const auto began = TurnQueue::Clock::now();
  arrive();
  ASSERT_TRUE(is_done(take(), k_soon));
  arrive();
  auto& beside = take();
  ASSERT_TRUE(is_done(beside, k_soon));
  EXPECT_GE(TurnQueue::Clock::now() - began, 1s);
  end(beside.get().turn);

  arrive();
  EXPECT_TRUE(is_done(take(), 900ms)) << "only the first is under way, and it has lasted";
}

TEST_F(TurnQueues, begin_beside_a_group_that_lasts_though_a_thread_watched_one_that_ended) {
  start(2s);
  arrive();
  ASSERT_TRUE(is_done(take(), k_soon)) << "which lasts";
  arrive();
  auto& ended_soon = take();
  ASSERT_TRUE(is_done(ended_soon, k_soon));
  auto& watching = take();
  arrive();
  EXPECT_FALSE(is_done(watching, 20ms));
  end(ended_soon.get().turn);
  auto& own = take();
  ASSERT_TRUE(is_done(own, 1500ms)) << "the thread whose turn ended";
  EXPECT_EQ(own.get().size, 1U);

  arrive();
  EXPECT_FALSE(is_done(watching, 20ms)) << "its turn is under way";
}

TEST_F(TurnQueues, begin_beside_a_group_that_lasts_when_somebody_comes_while_one_watches) {
  start(2s);
  arrive();
  ASSERT_TRUE(is_done(take(), k_soon)) << "which lasts";
  arrive();
  auto& ended_soon = take();
  ASSERT_TRUE(is_done(ended_soon, k_soon));
  auto& watching = take();
  arrive();
  EXPECT_FALSE(is_done(watching, 20ms));
  end(ended_soon.get().turn);
  arrive();
  EXPECT_TRUE(is_done(watching, 1500ms));
}

TEST_F(TurnQueues, begin_beside_another_where_a_full_group_waits) {
  start(k_for_ever, 3);
  arrive();
  ASSERT_TRUE(is_done(take(), k_soon));
  auto& beside = take();
  arrive();
  arrive();
  EXPECT_FALSE(is_done(beside, 20ms));
  arrive();
  ASSERT_TRUE(is_done(beside, k_soon));
  EXPECT_EQ(beside.get().size, 3U);
}

TEST_F(TurnQueues, have_every_thread_take_what_comes_while_all_others_last) {
  start(1ms);
  for (int i = 0; i < 5; ++i) {
    auto& taking = take();
    arrive();
    ASSERT_TRUE(is_done(taking, k_soon)) << i;
  }
}

TEST_F(TurnQueues, go_to_the_thread_that_had_the_last_one) {
  start(k_for_ever);
  constexpr std::size_t k_threads = 4;
  constexpr std::size_t k_groups = 20;
  std::array<std::size_t, k_threads> groups{};
  std::size_t in_wait = 0;
  std::condition_variable waits;
  std::vector<std::jthread> threads;
  threads.reserve(k_threads);
  for (std::size_t i = 0; i < k_threads; ++i) {
    threads.emplace_back([&, i] {
      std::unique_lock lock(m_mutex);
      for (bool is_stopped = false; !is_stopped;) {
        ++in_wait;
        waits.notify_one();
        const TurnQueue::Turn turn = m_turns->wait(lock, [this] { return m_queued; });
        --in_wait;
        is_stopped = std::exchange(m_queued, 0) == 0;
        if (!is_stopped) ++groups.at(i);
        m_turns->ended(turn);
      }
    });
  }

  std::unique_lock lock(m_mutex);
  for (std::size_t group = 0; group < k_groups; ++group) {
    // Within `wait` the lock is free only while a thread waits to be called.
    waits.wait(lock, [&] { return in_wait == k_threads && m_queued == 0; });
    m_turns->arrived(++m_queued);
  }
  waits.wait(lock, [&] { return in_wait == k_threads && m_queued == 0; });
  m_turns->stop();
  lock.unlock();
  threads.clear();
  EXPECT_EQ(std::ranges::max(groups), k_groups) << "one thread took all";
}

TEST_F(TurnQueues, begin_at_once_after_the_stop) {
  start(k_for_ever);
  for (int i = 0; i < 3; ++i) take();
  {
    const std::scoped_lock lock(m_mutex);
    m_turns->stop();
  }
  for (auto& each : m_taking) {
    ASSERT_TRUE(is_done(each, k_soon));
    EXPECT_EQ(each.get().size, 0U);
  }
}

}  // namespace
}  // namespace lotkeeper::tests
