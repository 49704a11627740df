#pragma once

#include <optional>
#include <span>
#include <vector>

#include "database/connection.hpp"
#include "store/clients/list.hpp"
#include "store/ids.hpp"

namespace lotkeeper::store {

/// The price of a violation type. Its name is the entry with this id in the list violation-type.
struct ViolationType {
  ItemId id = 0;
  std::optional<ItemId> category;
  std::int64_t cost_cents = 0;
  bool discount = false;  ///< it costs less if paid early
  std::int64_t discount_cents = 0;
  std::int64_t discount_hours = 0;  ///< counted from the issue
};

/// All types of a client, ordered by id.
[[nodiscard]] std::vector<ViolationType> list_violation_types(database::Connection& connection,
                                                              ClientId client);

/// The type of each id, if it exists.
[[nodiscard]] std::vector<std::optional<ViolationType>> find_violation_types(
    database::Connection& connection, ClientId client, std::span<const ItemId> ids);

/// Writes types under their ids, replacing existing ones.
void save_violation_types(database::Connection& connection, ClientId client,
                          std::span<const ViolationType> types);

}  // namespace lotkeeper::store
