#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "database/connection.hpp"
#include "store/ids.hpp"

/// Batches of violations that were sent to collections, and the replies that delivered them.
namespace lotkeeper::store {

struct CollectionBatch {
  ClientId client = 0;
  BatchId id = 0;
  base::Instant created;
  std::int64_t violations = 0;  ///< final once the batch is closed
  std::optional<base::Instant> closed;
  std::optional<base::Instant> rendered;
};

/// A piece of a batch's reply.
struct CollectionPart {
  std::int64_t number = 0;         ///< 1, 2, …
  ViolationId last_violation = 0;  ///< the next part begins after it
  std::string content;             ///< compressed records, separated by commas
};

void insert_batch(database::Connection& connection, const CollectionBatch& batch);
void close_batch(database::Connection& connection, ClientId client, BatchId batch,
                 std::int64_t violations, base::Instant now);
void note_rendered(database::Connection& connection, ClientId client, BatchId batch,
                   base::Instant now);

[[nodiscard]] std::optional<CollectionBatch> find_batch(database::Connection& connection,
                                                        ClientId client, BatchId batch);
/// Closed batches with ids below `before`, newest first.
[[nodiscard]] std::vector<CollectionBatch> list_batches(database::Connection& connection,
                                                        ClientId client, BatchId before,
                                                        std::int64_t limit);
/// Batches that are not closed, or whose reply is not fully rendered.
[[nodiscard]] std::vector<CollectionBatch> list_unfinished_batches(database::Connection& connection,
                                                                   ClientId client);

[[nodiscard]] std::optional<CollectionPart> find_part(database::Connection& connection,
                                                      ClientId client, BatchId batch,
                                                      std::int64_t number);
/// The last violation of a part, without reading the part's content.
[[nodiscard]] std::optional<ViolationId> find_part_end(database::Connection& connection,
                                                       ClientId client, BatchId batch,
                                                       std::int64_t number);
/// The number of the last stored part, or 0 if there is none.
[[nodiscard]] std::int64_t last_part(database::Connection& connection, ClientId client,
                                     BatchId batch);
/// Stores a part unless one with this number is stored already. Returns whether it was stored.
bool keep_part(database::Connection& connection, ClientId client, BatchId batch,
               const CollectionPart& part);

}  // namespace lotkeeper::store
