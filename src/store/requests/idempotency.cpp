#include "store/requests/idempotency.hpp"

#include <algorithm>

namespace lotkeeper::store {

using database::Connection;
using database::Parameters;
using database::Row;
using database::Statement;

constexpr Statement k_find{
    "idempotency_key.find",
    "SELECT body_hash, reply FROM idempotency_key WHERE client_id = $1 AND integration_id = $2 "
    "AND endpoint = $3 AND key = $4 AND created_at > $5"};

std::vector<std::optional<KeptReply>> find_replies(Connection& connection,
                                                   std::span<const IdempotencyKey* const> keys,
                                                   base::Instant now) {
  std::vector<std::optional<KeptReply>> found(keys.size());
  std::vector<Parameters> wanted;
  wanted.reserve(keys.size());
  for (const IdempotencyKey* key : keys) {
    wanted.push_back(
        {key->client, key->integration, key->endpoint, key->key, now - k_idempotency_life});
  }
  connection.run_many(k_find, wanted, [&](std::size_t index, const Row& row) {
    found[index] =
        KeptReply{std::ranges::equal(row.bytes(0), keys[index]->body), std::string(row.text(1))};
  });
  return found;
}

// An expired row may still exist and is then overwritten.
constexpr Statement k_keep{
    "idempotency_key.keep",
    "INSERT INTO idempotency_key (client_id, integration_id, endpoint, key, body_hash, reply, "
    "created_at) VALUES ($1, $2, $3, $4, $5, $6, $7) "
    "ON CONFLICT (client_id, integration_id, endpoint, key) DO UPDATE SET "
    "body_hash = excluded.body_hash, reply = excluded.reply, created_at = excluded.created_at"};

void keep_replies(Connection& connection, std::span<const NewReply> replies, base::Instant now) {
  std::vector<Parameters> rows;
  rows.reserve(replies.size());
  for (const NewReply& reply : replies) {
    const IdempotencyKey& key = *reply.key;
    rows.push_back({key.client, key.integration, key.endpoint, key.key, database::Bytes(key.body),
                    reply.reply, now});
  }
  connection.run_many(k_keep, rows);
}

constexpr Statement k_forget{
    "idempotency_key.forget",
    "DELETE FROM idempotency_key WHERE client_id = $1 AND (integration_id, endpoint, key) IN "
    "(SELECT integration_id, endpoint, key FROM idempotency_key "
    "WHERE client_id = $1 AND created_at <= $2 LIMIT $3)"};

std::int64_t forget_replies(Connection& connection, ClientId client, base::Instant now, int most) {
  return connection.run(k_forget, {client, now - k_idempotency_life, most});
}

}  // namespace lotkeeper::store
