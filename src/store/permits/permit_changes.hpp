#pragma once

#include <optional>
#include <span>
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

}  // namespace lotkeeper::store
