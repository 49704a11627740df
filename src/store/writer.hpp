#pragma once

#include <compare>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "database/connection.hpp"

/// The connections that write to a shared database. Two that hold one number by mistake (a server
/// stood still for longer than the lease) wait for one another's counters, and lose nothing.
namespace lotkeeper::store {

/// After so long without a sign of life the number of a writer is another's to take.
constexpr std::chrono::minutes k_writer_lease{1};

/// Takes `count` numbers from 1 on for `holder`, those first that nobody holds any more. Runs in
/// the caller's transaction, which must be serializable.
std::vector<std::int64_t> claim_writers(database::Connection& connection, const base::Uuid& holder,
                                        std::size_t count, base::Instant now);

struct Writer {
  std::int64_t number = 0;
  base::Uuid holder;
  base::Instant seen;  ///< the beginning of time where its number was given back

  auto operator<=>(const Writer&) const = default;
};

/// All numbers that were ever taken, in order.
[[nodiscard]] std::vector<Writer> list_writers(database::Connection& connection);

/// When one of the writers of a shared database was last seen; nullopt where there is none.
[[nodiscard]] std::optional<base::Instant> last_sign_of_writers(database::Connection& connection);

/// A sign of life of `holder`.
void keep_writers(database::Connection& connection, const base::Uuid& holder, base::Instant now);

/// A write of writer `number`'s own, for a transaction that has to write something.
void touch_writer(database::Connection& connection, std::int64_t number, base::Instant now);

/// The same where no server has taken the number: a SQLite file's one writer is number 0. Fails
/// where the database's user may not store permits.
void beat(database::Connection& connection, std::int64_t number, base::Instant now);

/// When a server was last at work on the database, by that server's own clock; nullopt where none
/// was, or none says.
[[nodiscard]] std::optional<base::Instant> last_beat(database::Connection& connection);

/// Gives back the numbers of `holder`.
void release_writers(database::Connection& connection, const base::Uuid& holder);

}  // namespace lotkeeper::store
