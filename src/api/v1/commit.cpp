#include "api/v1/commit.hpp"

namespace lotkeeper::api::v1 {

boost::asio::awaitable<domain::Result<http::Answer>> commit(
    service::Services& services, http::Call& call, service::Command& command,
    std::string (*encode)(const service::Receipt& receipt)) {
  command.key = std::move(call.key);
  command.encode = encode;
  command.party = {call.caller.client->id, call.caller.integration->id};
  co_await services.committer.commit(command);

  if (!command.outcome) co_return tl::unexpected(std::move(command.outcome.error()));
  if (command.replayed_reply) co_return http::Answer{std::move(*command.replayed_reply), true};
  co_return http::Answer{encode(*command.outcome)};
}

}  // namespace lotkeeper::api::v1
