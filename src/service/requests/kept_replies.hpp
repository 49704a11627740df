#pragma once

#include <optional>

#include <boost/asio/awaitable.hpp>

#include "service/services.hpp"
#include "store/requests/idempotency.hpp"

namespace lotkeeper::service {

/// The reply that was given to `key` before. A reply to the same body is durable when this returns.
/// Throws DatabaseError.
[[nodiscard]] boost::asio::awaitable<std::optional<store::KeptReply>> find_kept_reply(
    Services& services, const store::IdempotencyKey& key, base::Instant now);

}  // namespace lotkeeper::service
