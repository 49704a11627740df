#include "service/commit/fair_queue.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <vector>

namespace lotkeeper::tests {
namespace {

class Standing final : public service::Waiter<int> {
 public:
  using Waiter::Waiter;
  void resume() override {}
};

/// A queue in which each of some integrations has ten pieces of work, which are its number.
class FairQueues : public testing::Test {
 protected:
  void fill(int integrations) {
    m_work.resize(static_cast<std::size_t>(integrations));
    for (int i = 0; i < integrations; ++i) {
      m_work[static_cast<std::size_t>(i)] = i;
      for (int times = 0; times < 10; ++times) {
        m_queue.push({1, i + 1}, std::make_unique<Standing>(m_work[static_cast<std::size_t>(i)]));
      }
    }
  }

  std::vector<int> take(std::size_t most, const std::set<int>& kept_back = {}) {
    std::vector<int> numbers;
    const auto may_take = [&](int number) { return !kept_back.contains(number); };
    const auto taken = m_queue.take(most, may_take);
    for (const auto& waiter : taken) numbers.push_back(*waiter->work);
    return numbers;
  }

  service::FairQueue<int> m_queue;

 private:
  std::vector<int> m_work;
};

TEST_F(FairQueues, serve_as_many_of_each_though_there_are_more_than_a_batch_holds) {
  fill(100);
  std::map<int, int> served;
  for (int batch = 0; batch < 5; ++batch) {
    for (const int number : take(60)) ++served[number];
  }
  ASSERT_EQ(served.size(), 100U);
  for (const auto& [number, times] : served) EXPECT_EQ(times, 3) << number;
}

TEST_F(FairQueues, begin_with_those_who_had_no_turn_in_the_last_round) {
  fill(3);
  EXPECT_EQ(take(5), (std::vector{0, 1, 2, 0, 1}));
  EXPECT_EQ(take(5), (std::vector{2, 0, 1, 2, 0}));
  EXPECT_EQ(take(1), (std::vector{1}));
}

TEST_F(FairQueues, go_on_with_another_where_one_leaves_what_cannot_be_taken) {
  fill(2);
  int times = 0;
  // One piece of work of the first; what is left of it stands in its own way.
  const auto one_of_first = [&](int number) { return number == 0 && times++ == 0; };
  EXPECT_EQ(m_queue.take(8, one_of_first).size(), 1U);
  EXPECT_EQ(take(1), (std::vector{1}));
}

TEST_F(FairQueues, leave_the_place_of_those_of_whom_nothing_could_be_taken) {
  fill(3);
  EXPECT_EQ(take(1, {0}), (std::vector{1}));
  EXPECT_EQ(take(2), (std::vector{0, 2}));
  EXPECT_EQ(take(1), (std::vector{1}));
}

}  // namespace
}  // namespace lotkeeper::tests
