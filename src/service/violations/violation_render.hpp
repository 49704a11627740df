#pragma once

#include <span>
#include <string>

#include "database/connection.hpp"
#include "store/ids.hpp"
#include "store/violations/violation.hpp"

namespace lotkeeper::service {

/// Renders the records of `violations` from the tables as JSON, separated by commas, as they are
/// handed to collections. Their SentToCollections is null.
[[nodiscard]] std::string render_records(database::Connection& connection, store::ClientId client,
                                         std::span<const store::Violation> violations);

}  // namespace lotkeeper::service
