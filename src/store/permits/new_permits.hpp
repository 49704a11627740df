#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "store/permits/permit.hpp"

namespace lotkeeper::store {

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
