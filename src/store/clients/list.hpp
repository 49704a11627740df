#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "database/connection.hpp"
#include "domain/clients/list.hpp"
#include "store/ids.hpp"

/// The short lists of a client. Ids count up within a client and kind.
namespace lotkeeper::store {

using domain::ListKind;
using ItemId = std::int64_t;

struct ListItem {
  ItemId id = 0;
  std::string name;
  std::optional<std::string> code;
  std::optional<std::string> info;
  std::optional<std::string> other;  ///< JSON: what an import brought beyond
  base::Instant created;
  std::optional<base::Instant> modified;
};

/// A list of one client.
struct ListOf {
  ClientId client = 0;
  ListKind kind;
};

/// All items, by id.
[[nodiscard]] std::vector<ListItem> list_items(database::Connection& connection, ListOf list);

/// At most `limit` items whose ids are above `after`, by id.
[[nodiscard]] std::vector<ListItem> list_items_after(database::Connection& connection, ListOf list,
                                                     ItemId after, std::int64_t limit);

/// For each id its item, where there is one.
[[nodiscard]] std::vector<std::optional<ListItem>> find_items(database::Connection& connection,
                                                              ListOf list,
                                                              std::span<const ItemId> ids);
[[nodiscard]] std::optional<ListItem> find_item(database::Connection& connection, ListOf list,
                                                ItemId id);

/// For each name the item that compares equal to it (the lowest id of several).
[[nodiscard]] std::vector<std::optional<ItemId>> find_items_by_name(
    database::Connection& connection, ListOf list, std::span<const std::string_view> names);
[[nodiscard]] std::optional<ItemId> find_item_by_name(database::Connection& connection, ListOf list,
                                                      std::string_view name);
/// For each code the item that has it, to the letter (the lowest id of several).
[[nodiscard]] std::vector<std::optional<ItemId>> find_items_by_code(
    database::Connection& connection, ListOf list, std::span<const std::string_view> codes);
[[nodiscard]] std::optional<ItemId> find_item_by_code(database::Connection& connection, ListOf list,
                                                      std::string_view code);

/// The items of `names` (distinct as they are compared), made where they are missing. In the order
/// given.
[[nodiscard]] std::vector<ItemId> intern_items(database::Connection& connection, ListOf list,
                                               std::span<const std::string_view> names,
                                               base::Instant now);

/// Adds an item under a new id, which it returns.
ItemId insert_item(database::Connection& connection, ListOf list, ListItem item);

/// Writes items under their own ids, over what stood there; later ids count on above them.
void save_items(database::Connection& connection, ListOf list, std::span<const ListItem> items);

/// Gives a client's lists what they begin with, where it never had provinces.
void fill_reference_lists(database::Connection& connection, ClientId client, base::Instant now);

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
