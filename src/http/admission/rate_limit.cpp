#include "http/admission/rate_limit.hpp"

#include <algorithm>

namespace lotkeeper::http {

bool RateLimit::admit(store::ClientId client, store::IntegrationId integration, base::Instant now) {
  if (m_per_second == 0) return true;
  const double most = m_per_second;
  const std::scoped_lock lock(m_mutex);
  const auto [at, is_new] = m_buckets.try_emplace({client, integration}, Bucket{most, now});
  Bucket& bucket = at->second;
  bucket.filled = std::min(bucket.filled, now);  // the clock may be set back
  if (!is_new) {
    const double seconds = std::chrono::duration<double>(now - bucket.filled).count();
    bucket.left = std::min(most, bucket.left + seconds * most);
    bucket.filled = now;
  }
  if (bucket.left < 1) return false;
  bucket.left -= 1;
  return true;
}

}  // namespace lotkeeper::http
