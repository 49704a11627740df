#include "store/collections/collection.hpp"

namespace lotkeeper::store {

using database::Bytes;
using database::Connection;
using database::Row;
using database::Statement;

namespace {

CollectionBatch to_batch(ClientId client, const Row& row) {
  return {client,         row.integer(0),       row.instant(1),
          row.integer(2), row.maybe_instant(3), row.maybe_instant(4)};
}

}  // namespace

constexpr Statement k_insert_batch{
    "collection_batch.insert",
    "INSERT INTO collection_batch (client_id, batch_id, created_at, violations) "
    "VALUES ($1, $2, $3, $4)"};

void insert_batch(Connection& connection, const CollectionBatch& batch) {
  connection.run(k_insert_batch, {batch.client, batch.id, batch.created, batch.violations});
}

constexpr Statement k_close_batch{"collection_batch.close",
                                  "UPDATE collection_batch SET violations = $3, closed_at = $4 "
                                  "WHERE client_id = $1 AND batch_id = $2 AND closed_at IS NULL"};

void close_batch(Connection& connection, ClientId client, BatchId batch, std::int64_t violations,
                 base::Instant now) {
  connection.run(k_close_batch, {client, batch, violations, now});
}

constexpr Statement k_note_rendered{
    "collection_batch.rendered",
    "UPDATE collection_batch SET rendered_at = $3 "
    "WHERE client_id = $1 AND batch_id = $2 AND rendered_at IS NULL"};

void note_rendered(Connection& connection, ClientId client, BatchId batch, base::Instant now) {
  connection.run(k_note_rendered, {client, batch, now});
}

constexpr Statement k_find_batch{
    "collection_batch.find",
    "SELECT batch_id, created_at, violations, closed_at, rendered_at FROM collection_batch "
    "WHERE client_id = $1 AND batch_id = $2"};

std::optional<CollectionBatch> find_batch(Connection& connection, ClientId client, BatchId batch) {
  std::optional<CollectionBatch> found;
  connection.run(k_find_batch, {client, batch},
                 [&](const Row& row) { found = to_batch(client, row); });
  return found;
}

constexpr Statement k_list_batches{
    "collection_batch.list",
    "SELECT batch_id, created_at, violations, closed_at, rendered_at FROM collection_batch "
    "WHERE client_id = $1 AND batch_id < $2 AND closed_at IS NOT NULL "
    "ORDER BY batch_id DESC LIMIT $3"};

std::vector<CollectionBatch> list_batches(Connection& connection, ClientId client, BatchId before,
                                          std::int64_t limit) {
  std::vector<CollectionBatch> batches;
  connection.run(k_list_batches, {client, before, limit},
                 [&](const Row& row) { batches.push_back(to_batch(client, row)); });
  return batches;
}

constexpr Statement k_list_unfinished{
    "collection_batch.unfinished",
    "SELECT batch_id, created_at, violations, closed_at, rendered_at FROM collection_batch "
    "WHERE client_id = $1 AND rendered_at IS NULL ORDER BY batch_id"};

std::vector<CollectionBatch> list_unfinished_batches(Connection& connection, ClientId client) {
  std::vector<CollectionBatch> batches;
  connection.run(k_list_unfinished, {client},
                 [&](const Row& row) { batches.push_back(to_batch(client, row)); });
  return batches;
}

constexpr Statement k_find_part{"collection_part.find",
                                "SELECT last_violation, content FROM collection_part "
                                "WHERE client_id = $1 AND batch_id = $2 AND part = $3"};

std::optional<CollectionPart> find_part(Connection& connection, ClientId client, BatchId batch,
                                        std::int64_t number) {
  std::optional<CollectionPart> found;
  connection.run(k_find_part, {client, batch, number}, [&](const Row& row) {
    const Bytes content = row.bytes(1);
    found =
        CollectionPart{number, row.integer(0),
                       std::string(reinterpret_cast<const char*>(content.data()), content.size())};
  });
  return found;
}

constexpr Statement k_find_part_end{"collection_part.end",
                                    "SELECT last_violation FROM collection_part "
                                    "WHERE client_id = $1 AND batch_id = $2 AND part = $3"};

std::optional<ViolationId> find_part_end(Connection& connection, ClientId client, BatchId batch,
                                         std::int64_t number) {
  std::optional<ViolationId> found;
  connection.run(k_find_part_end, {client, batch, number},
                 [&](const Row& row) { found = row.integer(0); });
  return found;
}

constexpr Statement k_last_part{
    "collection_part.last",
    "SELECT COALESCE(MAX(part), 0) FROM collection_part WHERE client_id = $1 AND batch_id = $2"};

std::int64_t last_part(Connection& connection, ClientId client, BatchId batch) {
  std::int64_t last = 0;
  connection.run(k_last_part, {client, batch}, [&](const Row& row) { last = row.integer(0); });
  return last;
}

constexpr Statement k_keep_part{
    "collection_part.keep",
    "INSERT INTO collection_part (client_id, batch_id, part, last_violation, content) "
    "VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"};

bool keep_part(Connection& connection, ClientId client, BatchId batch, const CollectionPart& part) {
  const Bytes content{reinterpret_cast<const std::uint8_t*>(part.content.data()),
                      part.content.size()};
  return connection.run(k_keep_part, {client, batch, part.number, part.last_violation, content}) >
         0;
}

}  // namespace lotkeeper::store
