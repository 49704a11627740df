#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "base/clock.hpp"
#include "base/text/json.hpp"
#include "domain/clients/client.hpp"
#include "domain/fault.hpp"
#include "http/message.hpp"
#include "store/clients/directory.hpp"
#include "store/requests/idempotency.hpp"

/// An endpoint of the API: `POST /api/{client}/v1/<path>`.
namespace lotkeeper::http {

/// One request that has passed the dispatcher: its caller is known and may do what it asks.
struct Call {
  store::Caller caller;
  base::JsonValue body;  ///< an object
  base::Instant now;
  /// What is wrong outside the body (its Idempotency-Key); comes before the body's own faults.
  std::vector<domain::Fault> header_faults;
  std::optional<store::IdempotencyKey> key;  ///< of a write that was not answered before
};

/// A success: HTTP 200.
struct Answer {
  std::string body;       ///< JSON
  bool replayed = false;  ///< the kept answer to a repeated Idempotency-Key
  std::unique_ptr<BodySource> source =
      {};  ///< JSON that is made while it is sent, instead of `body`
};

/// What an endpoint does to the data. A write honours `Idempotency-Key`.
enum class Effect { reads, writes };

struct Endpoint {
  std::string_view path;  ///< "permits/push"
  domain::Permission permission;
  Effect effect;
  std::function<boost::asio::awaitable<domain::Result<Answer>>(Call&)> handle;
};

using Endpoints = std::vector<Endpoint>;

}  // namespace lotkeeper::http
