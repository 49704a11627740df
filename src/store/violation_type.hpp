#pragma once

#include <optional>

#include "database/connection.hpp"
#include "store/ids.hpp"
#include "store/list.hpp"

namespace lotkeeper::store {

/// What a violation of a type costs. Its name and bylaw are in the list of violation types.
struct ViolationTerms {
  std::optional<ItemId> category;
  std::int64_t cost_cents = 0;
  bool discount = false;  ///< paid within discount_hours it costs discount_cents less
  std::int64_t discount_cents = 0;
  std::int64_t discount_hours = 0;
};

[[nodiscard]] std::optional<ViolationTerms> find_violation_type(database::Connection& connection,
                                                                ClientId client, ItemId type);

/// Writes the terms, over what stood under the id.
void save_violation_type(database::Connection& connection, ClientId client, ItemId type,
                         const ViolationTerms& terms);

}  // namespace lotkeeper::store
