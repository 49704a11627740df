#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "base/clock.hpp"
#include "http/endpoint.hpp"
#include "store/requests/idempotency.hpp"

namespace lotkeeper::http {

/// The reply that a request with this key got before, if any. If the body was the same, what that
/// request stored is on disk. Answers without holding up an event loop.
using FindKeptReply = std::function<boost::asio::awaitable<std::optional<store::KeptReply>>(
    const store::IdempotencyKey& key, base::Instant now)>;

/// Looks for an earlier request with this `Idempotency-Key`. Returns its answer if the body was the
/// same. Otherwise the key goes into `call`, so that the answer is kept with what is written. A key
/// that is not well formed becomes a fault of the call. Refused (9022) if the key came with another
/// body before.
[[nodiscard]] boost::asio::awaitable<domain::Result<std::optional<Answer>>> look_up_key(
    const FindKeptReply& find, std::string_view key, const Endpoint& endpoint, Call& call);

}  // namespace lotkeeper::http
