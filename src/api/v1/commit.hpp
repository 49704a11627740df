#pragma once

#include <string>

#include "http/endpoint.hpp"
#include "service/commit/command.hpp"
#include "service/services.hpp"

namespace lotkeeper::api::v1 {

/// Whose question a call is, for the pool of reads.
[[nodiscard]] inline service::ReadPool::Asker asker_of(const http::Call& call) {
  return {call.caller.client->id, call.caller.integration->id};
}

/// Commits `command` durably and turns its outcome into the caller's answer; `encode` makes the
/// reply of a receipt. A repeated Idempotency-Key gets the first answer again.
[[nodiscard]] boost::asio::awaitable<domain::Result<http::Answer>> commit(
    service::Services& services, http::Call& call, service::Command& command,
    std::string (*encode)(const service::Receipt& receipt));

}  // namespace lotkeeper::api::v1
