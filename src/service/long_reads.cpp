#include "service/long_reads.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>

namespace lotkeeper::service {

bool LongReads::post(const Party& party, Kind kind, std::function<void()> work) {
  {
    const std::scoped_lock lock(m_mutex);
    Queue& queue = m_queues[party.client];
    if (queue.running == k_most_of_a_client) {
      auto line = std::ranges::find(queue.lines, party.integration, &Line::integration);
      if (line == queue.lines.end()) {
        line = queue.lines.insert(line, Line{party.integration, {}});
      }
      const bool is_full = line->waiting.size() >= k_most_waiting_of_party;
      if (is_full && kind == Kind::begins) return false;
      line->waiting.push_back(std::move(work));
      return true;
    }
    ++queue.running;
  }
  boost::asio::post(
      m_threads, [this, client = party.client, posted = std::move(work)] { run(client, posted); });
  return true;
}

void LongReads::run(store::ClientId client, const std::function<void()>& work) {
  work();
  std::function<void()> next;
  {
    const std::scoped_lock lock(m_mutex);
    const auto found = m_queues.find(client);
    Queue& queue = found->second;
    if (queue.lines.empty()) {
      if (--queue.running == 0) m_queues.erase(found);
      return;
    }
    Line& line = queue.lines.front();
    next = std::move(line.waiting.front());
    line.waiting.pop_front();
    if (line.waiting.empty()) {
      queue.lines.pop_front();
    } else {
      queue.lines.splice(queue.lines.end(), queue.lines, queue.lines.begin());
    }
  }
  // Queue behind what other clients posted in the meantime.
  boost::asio::post(m_threads, [this, client, posted = std::move(next)] { run(client, posted); });
}

void LongReads::join() { m_threads.join(); }

}  // namespace lotkeeper::service
