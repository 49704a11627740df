#include "http/admission/idempotency.hpp"

#include <string>
#include <utility>

#include "base/secret.hpp"
#include "base/text/json.hpp"
#include "domain/idempotency_key.hpp"

namespace lotkeeper::http {

boost::asio::awaitable<domain::Result<std::optional<Answer>>> look_up_key(const FindKeptReply& find,
                                                                          std::string_view sent,
                                                                          const Endpoint& endpoint,
                                                                          Call& call) {
  const auto text = domain::read_idempotency_key(sent);
  if (!text) {
    call.header_faults.push_back(text.error());
    co_return std::nullopt;
  }
  store::IdempotencyKey key{call.caller.client->id, call.caller.integration->id,
                            std::string(endpoint.path), std::string(*text),
                            base::sha256(base::canonical_json(call.body, "apiToken"))};
  const auto kept = co_await find(key, call.now);
  if (kept && kept->same_body) co_return Answer{kept->reply, true};
  if (kept) {
    co_return domain::refused(
        domain::ErrorCode::record_exists, "Idempotency-Key",
        "This key was already used with a different body. Send a new key with each new request.");
  }
  call.key = std::move(key);
  co_return std::nullopt;
}

}  // namespace lotkeeper::http
