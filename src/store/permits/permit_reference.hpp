#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/permits/permit.hpp"

namespace lotkeeper::store {

/// What bears a reference: whosever it is, and deleted or not. Of `permit` the integration and the
/// values that a push sets are there, but the plate in its normalised form alone.
struct ReferencedPermit {
  Permit permit;
  std::string zone_name_norm;  ///< empty: without zone
  bool is_deleted = false;
};

/// For each of `keys` the client's permit with this reference, whatever its integration.
[[nodiscard]] std::vector<std::optional<ReferencedPermit>> find_references(
    database::Connection& connection, std::span<const PermitKey> keys);

}  // namespace lotkeeper::store
