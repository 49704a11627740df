#include "service/long_reads.hpp"

#include <utility>

#include <boost/asio/post.hpp>

namespace lotkeeper::service {

void LongReads::post(store::ClientId client, std::function<void()> work) {
  {
    const std::scoped_lock lock(m_mutex);
    Queue& queue = m_queues[client];
    if (queue.running == k_most_of_a_client) {
      queue.waiting.push_back(std::move(work));
      return;
    }
    ++queue.running;
  }
  boost::asio::post(m_threads, [this, client, posted = std::move(work)] { run(client, posted); });
}

void LongReads::run(store::ClientId client, const std::function<void()>& work) {
  work();
  std::function<void()> next;
  {
    const std::scoped_lock lock(m_mutex);
    const auto queue = m_queues.find(client);
    if (queue->second.waiting.empty()) {
      if (--queue->second.running == 0) m_queues.erase(queue);
      return;
    }
    next = std::move(queue->second.waiting.front());
    queue->second.waiting.pop_front();
  }
  // Behind what other clients posted meanwhile.
  boost::asio::post(m_threads, [this, client, posted = std::move(next)] { run(client, posted); });
}

void LongReads::join() { m_threads.join(); }

}  // namespace lotkeeper::service
