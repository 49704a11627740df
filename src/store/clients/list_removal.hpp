#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "store/clients/list.hpp"

namespace lotkeeper::store {

/// How many records of a kind name an entry of a list.
struct ListUse {
  std::string_view noun;  ///< vehicle
  std::int64_t count = 0;
};

/// The records that name the entry, by kind; none: it is not in use. Reads each of these tables.
[[nodiscard]] std::vector<ListUse> count_uses(database::Connection& connection, ListOf list,
                                              ItemId id);

/// Takes an item away that nothing names, and what violations of that type cost; its id is not
/// given again.
void remove_item(database::Connection& connection, ListOf list, ItemId id);

}  // namespace lotkeeper::store
