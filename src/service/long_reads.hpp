#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>

#include <boost/asio/thread_pool.hpp>

#include "store/ids.hpp"

namespace lotkeeper::service {

/// Threads for what takes more than a moment: exports, counts of all permits. One client has at
/// most `k_most_of_a_client` of them at a time; its other work waits in the order in which it came,
/// while that of other clients goes on.
class LongReads {
 public:
  static constexpr std::size_t k_threads = 4;
  static constexpr std::size_t k_most_of_a_client = 2;

  LongReads() = default;
  LongReads(const LongReads&) = delete;
  LongReads& operator=(const LongReads&) = delete;
  ~LongReads() { join(); }

  /// Runs `work` on one of the threads when it is its turn. `work` throws nothing.
  void post(store::ClientId client, std::function<void()> work);

  /// Returns when all that was posted is done.
  void join();

 private:
  struct Queue {
    std::size_t running = 0;
    std::deque<std::function<void()>> waiting;
  };

  void run(store::ClientId client, const std::function<void()>& work);

  std::mutex m_mutex;
  std::map<store::ClientId, Queue> m_queues;  ///< of clients with work
  boost::asio::thread_pool m_threads{k_threads};
};

}  // namespace lotkeeper::service
