#include "service/requests/kept_replies.hpp"

#include <span>

namespace lotkeeper::service {

boost::asio::awaitable<std::optional<store::KeptReply>> find_kept_reply(
    Services& services, const store::IdempotencyKey& key, base::Instant now) {
  const ReadPool::Asker asker{key.client, key.integration};
  auto kept = co_await services.quick_reads.ask(asker, [&](database::Connection& connection) {
    const store::IdempotencyKey* wanted = &key;
    return store::find_replies(connection, std::span(&wanted, 1), now).front();
  });
  // Its transaction may be committed but not synced yet.
  if (kept && kept->same_body) co_await services.quick_reads.sync(asker);
  co_return kept;
}

}  // namespace lotkeeper::service
