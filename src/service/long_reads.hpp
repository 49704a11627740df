#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <mutex>

#include <boost/asio/thread_pool.hpp>

#include "service/party.hpp"
#include "store/ids.hpp"

namespace lotkeeper::service {

/// Threads for long work: exports, counts of all permits. Each client uses at most
/// `k_most_of_a_client` of them at a time. Its other work waits, and the work of other clients goes
/// on. The integrations of a client, and its operators in the console, take turns.
class LongReads {
 public:
  static constexpr std::size_t k_threads = 4;
  static constexpr std::size_t k_most_of_a_client = 2;
  static constexpr std::size_t k_most_waiting_of_party = 64;

  enum class Kind {
    begins,   ///< a new reply; it may be refused
    goes_on,  ///< the next piece of a reply that has begun; it is never refused
  };

  LongReads() = default;
  LongReads(const LongReads&) = delete;
  LongReads& operator=(const LongReads&) = delete;
  ~LongReads() { join(); }

  /// Queues `work` to run on one of the threads. `work` must not throw. False, and `work` is not
  /// run, if it `begins` a reply and `k_most_waiting_of_party` of this party are waiting.
  [[nodiscard]] bool post(const Party& party, Kind kind, std::function<void()> work);

  /// Returns when everything that was posted is done.
  void join();

 private:
  struct Line {
    store::IntegrationId integration = 0;
    std::deque<std::function<void()>> waiting;
  };
  /// The work of one client.
  struct Queue {
    std::size_t running = 0;
    std::list<Line> lines;  ///< none is empty; the first comes next
  };

  void run(store::ClientId client, const std::function<void()>& work);

  std::mutex m_mutex;
  std::map<store::ClientId, Queue> m_queues;  ///< only clients with work
  boost::asio::thread_pool m_threads{k_threads};
};

}  // namespace lotkeeper::service
