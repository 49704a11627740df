#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <mutex>
#include <string_view>
#include <vector>

#include "store/requests/request_log.hpp"

namespace lotkeeper::store {

/// Collects what integrations ask until it is written down. Noting is cheap (a lock that hardly
/// anybody else takes, two short texts) and never waits for the database: what is too much for the
/// list is dropped and counted, successes first. Equal refusals are one. The counts by the hour
/// miss nothing.
class RequestBuffer {
 public:
  struct Note {
    ClientId client = 0;
    IntegrationId integration = 0;
    base::Instant at;
    std::string_view endpoint;  ///< outlives the buffer: the route table's
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
  /// What came since the last taking.
  [[nodiscard]] Taken take();

  /// How many requests are counted and not listed.
  [[nodiscard]] std::uint64_t dropped() const { return m_dropped; }

  /// Off: nothing is noted.
  void set_enabled(bool enabled) { m_enabled = enabled; }

 private:
  // Of what a second may bring, so much is listed: a success costs the writing thread some
  // microseconds, which pushes under load need more.
  static constexpr std::size_t k_shards = 8;
  static constexpr std::size_t k_most_successes = 24;
  static constexpr std::size_t k_most = 96;

  struct Count {
    ClientId client = 0;
    IntegrationId integration = 0;
    const char* endpoint = nullptr;  ///< the route's own text: equal where the address is
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

/// Adds `more` to `counts`, where there is one like it already to that one.
void merge_request_counts(std::vector<RequestCount>& counts, std::vector<RequestCount> more);

}  // namespace lotkeeper::store
