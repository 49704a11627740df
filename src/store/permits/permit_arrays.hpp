#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/permits/permit.hpp"

/// Updates of many permits in one statement each. Deletes also find their permits with these. Throw
/// database::NotSupported if the engine does not support such statements.
namespace lotkeeper::store {

/// As `find_permits`.
[[nodiscard]] std::vector<std::optional<Permit>> find_permits_on_arrays(
    database::Connection& connection, std::span<const PermitKey> keys);

/// A change of a permit.
struct PermitChange {
  Permit replaced;  ///< `token` is the token of the request that changes it
  Permit next;
};

/// As `update_permits` and `insert_history` together. Throws database::Conflict if a permit would
/// become identical to another live permit or does not exist. Each id may occur only once.
[[nodiscard]] std::vector<bool> update_permits_on_arrays(database::Connection& connection,
                                                         std::span<const PermitChange> changes,
                                                         base::Instant now);

struct NewPermit {
  const Permit* permit;
  std::string day;  ///< of its start, in the client's time zone
};

/// Does what `insert_permits`, `change_counts` and `change_income` do, in one statement that is
/// sent with the COMMIT. PostgreSQL only. It must come last in a transaction. Calls `on_stored` for
/// each stored permit once it is durable, before the commit returns. No permit may have been tried
/// before. Throws database::NotSupported, here or in the commit, if the engine does not support the
/// statement.
void insert_permits_with_commit(database::Connection& connection,
                                std::span<const NewPermit> permits, base::Instant now,
                                std::int64_t replica,
                                std::function<void(const base::Uuid& id)> on_stored);

}  // namespace lotkeeper::store
