#pragma once

#include <compare>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "database/connection.hpp"

/// The connections that write to a shared database, numbered. If two hold the same number by
/// mistake (because a server stood still for longer than the lease), they wait for each other's
/// counters and lose nothing.
namespace lotkeeper::store {

/// After this long without a heartbeat, a writer's number may be taken by another.
constexpr std::chrono::minutes k_writer_lease{1};

/// Takes `count` numbers from 1 upwards for `holder`, first those that are no longer held. Runs in
/// the caller's transaction, which must be serializable.
std::vector<std::int64_t> claim_writers(database::Connection& connection, const base::Uuid& holder,
                                        std::size_t count, base::Instant now);

struct Writer {
  std::int64_t number = 0;
  base::Uuid holder;
  base::Instant seen;  ///< the epoch if the number was given back

  auto operator<=>(const Writer&) const = default;
};

/// All numbers that were ever taken, in order.
[[nodiscard]] std::vector<Writer> list_writers(database::Connection& connection);

/// When a writer of a shared database was last seen. nullopt if there never was one.
[[nodiscard]] std::optional<base::Instant> last_sign_of_writers(database::Connection& connection);

/// Records a heartbeat of `holder`.
void keep_writers(database::Connection& connection, const base::Uuid& holder, base::Instant now);

/// A write to writer `number`'s own row, for a transaction that must write something.
void touch_writer(database::Connection& connection, std::int64_t number, base::Instant now);

/// The same for a number that no server has taken: the only writer of a SQLite file is number 0.
/// Fails if the database's user may not store permits.
void beat(database::Connection& connection, std::int64_t number, base::Instant now);

/// When a server last worked on the database, by that server's own clock. nullopt if none has, or
/// if this is not recorded.
[[nodiscard]] std::optional<base::Instant> last_beat(database::Connection& connection);

/// Gives back the numbers of `holder`.
void release_writers(database::Connection& connection, const base::Uuid& holder);

}  // namespace lotkeeper::store
