#pragma once

#include <optional>
#include <span>
#include <vector>

#include "database/connection.hpp"
#include "store/clients/list.hpp"
#include "store/ids.hpp"

namespace lotkeeper::store {

/// What a violation of a type costs; its name is the item of the list violation-type with this id.
struct ViolationType {
  ItemId id = 0;
  std::optional<ItemId> category;
  std::int64_t cost_cents = 0;
  bool discount = false;  ///< paid early, it costs less
  std::int64_t discount_cents = 0;
  std::int64_t discount_hours = 0;  ///< from the issue on
};

/// All of a client, by id.
[[nodiscard]] std::vector<ViolationType> list_violation_types(database::Connection& connection,
                                                              ClientId client);

/// For each id its type, where there is one.
[[nodiscard]] std::vector<std::optional<ViolationType>> find_violation_types(
    database::Connection& connection, ClientId client, std::span<const ItemId> ids);

/// Writes types under their ids, over what stood there.
void save_violation_types(database::Connection& connection, ClientId client,
                          std::span<const ViolationType> types);

}  // namespace lotkeeper::store
