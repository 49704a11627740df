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

/// The short lists of a client. Ids count up within each client and kind.
namespace lotkeeper::store {

using domain::ListKind;
using ItemId = std::int64_t;

struct ListItem {
  ItemId id = 0;
  std::string name;
  std::optional<std::string> code;
  std::optional<std::string> info;
  std::optional<std::string> other;  ///< JSON: unknown fields that an import brought
  base::Instant created;
  std::optional<base::Instant> modified;
};

/// Identifies one list of one client.
struct ListOf {
  ClientId client = 0;
  ListKind kind;
};

/// All items, ordered by id.
[[nodiscard]] std::vector<ListItem> list_items(database::Connection& connection, ListOf list);

/// At most `limit` items with ids above `after`, ordered by id.
[[nodiscard]] std::vector<ListItem> list_items_after(database::Connection& connection, ListOf list,
                                                     ItemId after, std::int64_t limit);

/// The item of each id, if it exists.
[[nodiscard]] std::vector<std::optional<ListItem>> find_items(database::Connection& connection,
                                                              ListOf list,
                                                              std::span<const ItemId> ids);
[[nodiscard]] std::optional<ListItem> find_item(database::Connection& connection, ListOf list,
                                                ItemId id);

/// For each name, the item that compares equal to it (the lowest id if there are several).
[[nodiscard]] std::vector<std::optional<ItemId>> find_items_by_name(
    database::Connection& connection, ListOf list, std::span<const std::string_view> names);
[[nodiscard]] std::optional<ItemId> find_item_by_name(database::Connection& connection, ListOf list,
                                                      std::string_view name);
/// For each code, the item with exactly this code (the lowest id if there are several).
[[nodiscard]] std::vector<std::optional<ItemId>> find_items_by_code(
    database::Connection& connection, ListOf list, std::span<const std::string_view> codes);
[[nodiscard]] std::optional<ItemId> find_item_by_code(database::Connection& connection, ListOf list,
                                                      std::string_view code);

/// The items of `names`, which must differ as compared. Creates the missing ones. In the order of
/// `names`.
[[nodiscard]] std::vector<ItemId> intern_items(database::Connection& connection, ListOf list,
                                               std::span<const std::string_view> names,
                                               base::Instant now);

/// Adds an item under a new id and returns the id.
ItemId insert_item(database::Connection& connection, ListOf list, ListItem item);

/// Writes items under their own ids, replacing existing ones. New ids will be higher.
void save_items(database::Connection& connection, ListOf list, std::span<const ListItem> items);

/// Fills a client's lists with their initial entries, if it never had provinces.
void fill_reference_lists(database::Connection& connection, ClientId client, base::Instant now);

/// How many records of one kind refer to a list entry.
struct ListUse {
  std::string_view noun;  ///< such as "vehicle"
  std::int64_t count = 0;
};

/// Counts the records that refer to the entry, by kind. Empty if it is unused. Reads all of these
/// tables.
[[nodiscard]] std::vector<ListUse> count_uses(database::Connection& connection, ListOf list,
                                              ItemId id);

/// Deletes an unused item, and its price if it is a violation type. Ids are never reused.
void remove_item(database::Connection& connection, ListOf list, ItemId id);

}  // namespace lotkeeper::store
