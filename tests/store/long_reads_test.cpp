#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <vector>

#include <gtest/gtest.h>

#include "service/long_reads.hpp"

namespace lotkeeper::tests {
namespace {

TEST(LongReads, of_one_client_leave_threads_to_the_others) {
  std::promise<void> may_end;
  const std::shared_future<void> end = may_end.get_future().share();
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  service::LongReads reads;
  for (int i = 0; i < 10; ++i) {
    reads.post(1, [&] {
      most = std::max(most.load(), ++running);
      end.wait();
      --running;
    });
  }
  std::promise<void> other;
  reads.post(2, [&] { other.set_value(); });
  EXPECT_EQ(other.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
  may_end.set_value();
  reads.join();
  EXPECT_LE(most.load(), 2);
  EXPECT_EQ(running.load(), 0);
}

TEST(LongReads, are_all_done_when_they_are_joined) {
  std::vector<int> done;
  std::mutex mutex;
  service::LongReads reads;
  for (int i = 0; i < 200; ++i) {
    reads.post(i % 3, [&, i] {
      const std::scoped_lock lock(mutex);
      done.push_back(i);
    });
  }
  reads.join();
  EXPECT_EQ(done.size(), 200U);
}

}  // namespace
}  // namespace lotkeeper::tests
