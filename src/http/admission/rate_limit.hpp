#pragma once

#include <map>
#include <mutex>
#include <utility>

#include "base/clock.hpp"
#include "store/ids.hpp"

namespace lotkeeper::http {

/// At most so many requests a second for each integration, in bursts of up to one second's worth.
class RateLimit {
 public:
  /// 0: no limit.
  explicit RateLimit(unsigned per_second) : m_per_second(per_second) {}

  /// Counts one request; false where it is one too many.
  [[nodiscard]] bool admit(store::ClientId client, store::IntegrationId integration,
                           base::Instant now);

 private:
  struct Bucket {
    double left = 0;
    base::Instant filled;
  };

  const unsigned m_per_second;
  std::mutex m_mutex;
  std::map<std::pair<store::ClientId, store::IntegrationId>, Bucket> m_buckets;
};

}  // namespace lotkeeper::http
