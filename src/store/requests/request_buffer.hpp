#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <mutex>
#include <string_view>
#include <vector>

#include "store/requests/request_log.hpp"

namespace lotkeeper::store {

/// Collects what integrations request until it is written to the log. Noting is cheap (a lock with
/// little contention, two short texts) and never waits for the database. If the list is full,
/// requests are dropped from it and counted, successes first. Equal refusals are merged. The hourly
/// counts are always complete.
class RequestBuffer {
 public:
  struct Note {
    ClientId client = 0;
    IntegrationId integration = 0;
    base::Instant at;
    std::string_view endpoint;  ///< from the route table, so it outlives the buffer
    int status = 0;
    int code = 0;  ///< 0: a success
    std::string_view field;
    std::string_view detail;
    std::string_view request_id;
    std::int64_t microseconds = 0;
  };

  void note(const Note& note);

  struct Taken {
    std::vector<LoggedRequest> requests;
    std::vector<RequestCount> counts;
  };
  /// Everything since the last call.
  [[nodiscard]] Taken take();

  /// How many requests were counted but not listed.
  [[nodiscard]] std::uint64_t dropped() const { return m_dropped; }

  /// If false, nothing is noted.
  void set_enabled(bool enabled) { m_enabled = enabled; }

 private:
  // Only this many requests of a second are listed. Each listed success costs the writing thread
  // some microseconds, which pushes need under load.
  static constexpr std::size_t k_shards = 8;
  static constexpr std::size_t k_most_successes = 24;
  static constexpr std::size_t k_most = 96;

  struct Count {
    ClientId client = 0;
    IntegrationId integration = 0;
    const char* endpoint = nullptr;  ///< the route's own text, compared by address
    std::string_view endpoint_name;
    std::int64_t hour = 0;
    int code = 0;
    std::int64_t total = 0;
    base::Instant last;
  };
  struct alignas(64) Shard {
    std::mutex mutex;
    std::vector<LoggedRequest> requests;
    std::vector<Count> counts;
  };

  std::atomic<bool> m_enabled{true};
  std::atomic<std::uint64_t> m_dropped{0};
  std::array<Shard, k_shards> m_shards;
};

/// Adds `more` to `counts`. Merges entries that are alike.
void merge_request_counts(std::vector<RequestCount>& counts, std::vector<RequestCount> more);

}  // namespace lotkeeper::store
