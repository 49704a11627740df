#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "database/connection.hpp"
#include "store/ids.hpp"

namespace lotkeeper::store {

/// How long the first successful answer to a key is replayed.
inline constexpr std::chrono::hours k_idempotency_life{24};

/// One `Idempotency-Key`, valid within one integration and endpoint, and the body it came with.
struct IdempotencyKey {
  ClientId client = 0;
  IntegrationId integration = 0;
  std::string endpoint;
  std::string key;
  base::Digest body{};

  /// Whether the keys are equal, whatever the body.
  [[nodiscard]] bool names_same(const IdempotencyKey& other) const {
    return client == other.client && integration == other.integration &&
           endpoint == other.endpoint && key == other.key;
  }
};

/// The answer that was given to a key before.
struct KeptReply {
  bool same_body = false;
  std::string reply;
};

/// The answer to each key, if it was given less than `k_idempotency_life` before `now`.
[[nodiscard]] std::vector<std::optional<KeptReply>> find_replies(
    database::Connection& connection, std::span<const IdempotencyKey* const> keys,
    base::Instant now);

struct NewReply {
  const IdempotencyKey* key;
  std::string_view reply;
};
void keep_replies(database::Connection& connection, std::span<const NewReply> replies,
                  base::Instant now);

/// Deletes up to `most` expired keys of a client. Returns how many.
std::int64_t forget_replies(database::Connection& connection, ClientId client, base::Instant now,
                            int most);

}  // namespace lotkeeper::store
