#include "store/requests/request_buffer.hpp"

#include <algorithm>

#include "base/text/text.hpp"

namespace lotkeeper::store {
namespace {

constexpr std::int64_t k_minute = 60'000;
constexpr std::int64_t k_hour = 3'600'000;
constexpr std::size_t k_longest_detail = 500;

/// A different shard for each thread, if there are enough shards.
std::size_t own_shard(std::size_t shards) {
  static std::atomic<std::size_t> next{0};
  thread_local const std::size_t own = next++;
  return own % shards;
}

}  // namespace

void RequestBuffer::note(const Note& note) {
  if (!m_enabled.load(std::memory_order_relaxed)) return;
  const std::int64_t at = base::to_epoch_ms(note.at);
  const std::int64_t hour = at - at % k_hour;
  Shard& shard = m_shards[own_shard(k_shards)];
  const std::scoped_lock lock(shard.mutex);

  const auto same = std::ranges::find_if(shard.counts, [&](const Count& count) {
    return count.endpoint == note.endpoint.data() && count.integration == note.integration &&
           count.client == note.client && count.code == note.code && count.hour == hour;
  });
  if (same != shard.counts.end()) {
    ++same->total;
    same->last = std::max(same->last, note.at);
  } else {
    shard.counts.push_back({note.client, note.integration, note.endpoint.data(), note.endpoint,
                            hour, note.code, 1, note.at});
  }

  const std::string_view detail = base::first_bytes(note.detail, k_longest_detail);
  if (note.code != 0) {
    const auto equal = std::ranges::find_if(shard.requests, [&](const LoggedRequest& request) {
      return request.code == note.code && request.integration == note.integration &&
             request.client == note.client && request.status == note.status &&
             request.endpoint == note.endpoint && request.field == note.field &&
             request.detail == detail && base::to_epoch_ms(request.at) / k_minute == at / k_minute;
    });
    if (equal != shard.requests.end()) {
      ++equal->times;
      return;
    }
  }

  const std::size_t room = note.code == 0 ? k_most_successes : k_most;
  if (shard.requests.size() >= room) {
    m_dropped.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  shard.requests.push_back({note.client, note.integration, 0, note.at, std::string(note.endpoint),
                            note.status, note.code, std::string(note.field), std::string(detail),
                            std::string(note.request_id), note.microseconds});
}

RequestBuffer::Taken RequestBuffer::take() {
  Taken taken;
  std::vector<Count> counts;
  for (Shard& shard : m_shards) {
    const std::scoped_lock lock(shard.mutex);
    std::ranges::move(shard.requests, std::back_inserter(taken.requests));
    std::ranges::move(shard.counts, std::back_inserter(counts));
    shard.requests.clear();
    shard.counts.clear();
  }
  std::ranges::stable_sort(taken.requests, {}, &LoggedRequest::at);
  for (const Count& count : counts) {
    taken.counts.push_back({count.client, base::from_epoch_ms(count.hour), count.integration,
                            std::string(count.endpoint_name), count.code, count.total, count.last});
  }
  return taken;
}

void merge_request_counts(std::vector<RequestCount>& counts, std::vector<RequestCount> more) {
  for (RequestCount& count : more) {
    const auto same = std::ranges::find_if(counts, [&](const RequestCount& other) {
      return other.client == count.client && other.hour == count.hour &&
             other.integration == count.integration && other.endpoint == count.endpoint &&
             other.code == count.code;
    });
    if (same == counts.end()) {
      counts.push_back(std::move(count));
      continue;
    }
    same->total += count.total;
    same->last = std::max(same->last, count.last);
  }
}

}  // namespace lotkeeper::store
