#pragma once

#include <span>
#include <string>

#include "database/connection.hpp"
#include "store/ids.hpp"
#include "store/violations/violation.hpp"

namespace lotkeeper::service {

/// The records of `violations` as JSON, separated by commas, rendered from the tables, as they are
/// handed to collections: SentToCollections is null in them.
[[nodiscard]] std::string render_records(database::Connection& connection, store::ClientId client,
                                         std::span<const store::Violation> violations);

}  // namespace lotkeeper::service
