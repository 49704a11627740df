#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/permits/permit.hpp"

/// What updates do, for many of them in one statement each; deletes find their permits so. Throw
/// database::NotSupported where the engine does not take it.
namespace lotkeeper::store {

/// As `find_permits`.
[[nodiscard]] std::vector<std::optional<Permit>> find_permits_on_arrays(
    database::Connection& connection, std::span<const PermitKey> keys);

/// A permit that changes.
struct PermitChange {
  Permit replaced;  ///< `token` is the one whose request changes it
  Permit next;
};

/// As `update_permits` and `insert_history` together, but throws database::Conflict where one would
/// become identical to another live permit, or is not there. No two of one id.
[[nodiscard]] std::vector<bool> update_permits_on_arrays(database::Connection& connection,
                                                         std::span<const PermitChange> changes,
                                                         base::Instant now);

struct NewPermit {
  const Permit* permit;
  std::string day;  ///< of its start, in the client's time zone
};

/// What `insert_permits`, `change_counts` and `change_income` do, on PostgreSQL and as the last of
/// a transaction: all in one statement that goes out with the COMMIT. `on_stored` is told of each
/// that was stored, once it is durable, before the commit returns. No permit may have been tried
/// before. Throws database::NotSupported, here or in the commit, where the engine does not take the
/// statement.
void insert_permits_with_commit(database::Connection& connection,
                                std::span<const NewPermit> permits, base::Instant now,
                                std::int64_t replica,
                                std::function<void(const base::Uuid& id)> on_stored);

}  // namespace lotkeeper::store
