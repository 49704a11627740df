#include "store/clients/list.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace lotkeeper::store {

using database::Connection;
using database::Parameters;
using database::Row;
using database::Statement;

namespace {

ListItem to_item(const Row& row) {
  ListItem item;
  item.id = row.integer(0);
  item.name = row.text(1);
  if (!row.is_null(2)) item.code = row.text(2);
  if (!row.is_null(3)) item.info = row.text(3);
  if (!row.is_null(4)) item.other = row.text(4);
  item.created = row.instant(5);
  item.modified = row.maybe_instant(6);
  return item;
}

std::string counter_of(ListKind kind) { return fmt::format("list {}", domain::to_string(kind)); }

}  // namespace

constexpr Statement k_list{
    "list_item.list",
    "SELECT item_id, name, code, info, other, created_at, modified_at FROM list_item "
    "WHERE client_id = $1 AND kind = $2 ORDER BY item_id"};

std::vector<ListItem> list_items(Connection& connection, ListOf list) {
  std::vector<ListItem> items;
  connection.run(k_list, {list.client, domain::to_string(list.kind)},
                 [&](const Row& row) { items.push_back(to_item(row)); });
  return items;
}

constexpr Statement k_list_after{
    "list_item.list_after",
    "SELECT item_id, name, code, info, other, created_at, modified_at FROM list_item "
    "WHERE client_id = $1 AND kind = $2 AND item_id > $3 ORDER BY item_id LIMIT $4"};

std::vector<ListItem> list_items_after(Connection& connection, ListOf list, ItemId after,
                                       std::int64_t limit) {
  std::vector<ListItem> items;
  connection.run(k_list_after, {list.client, domain::to_string(list.kind), after, limit},
                 [&](const Row& row) { items.push_back(to_item(row)); });
  return items;
}

constexpr Statement k_find{
    "list_item.find",
    "SELECT item_id, name, code, info, other, created_at, modified_at FROM list_item "
    "WHERE client_id = $1 AND kind = $2 AND item_id = $3"};

std::vector<std::optional<ListItem>> find_items(Connection& connection, ListOf list,
                                                std::span<const ItemId> ids) {
  std::vector<std::optional<ListItem>> found(ids.size());
  std::vector<Parameters> wanted;
  wanted.reserve(ids.size());
  for (const ItemId id : ids) wanted.push_back({list.client, domain::to_string(list.kind), id});
  connection.run_many(k_find, wanted,
                      [&](std::size_t index, const Row& row) { found[index] = to_item(row); });
  return found;
}

std::optional<ListItem> find_item(Connection& connection, ListOf list, ItemId id) {
  return find_items(connection, list, std::span(&id, 1)).front();
}

constexpr Statement k_find_by_name{
    "list_item.by_name",
    "SELECT MIN(item_id) FROM list_item WHERE client_id = $1 AND kind = $2 AND name_norm = $3"};

std::vector<std::optional<ItemId>> find_items_by_name(Connection& connection, ListOf list,
                                                      std::span<const std::string_view> names) {
  std::vector<std::optional<ItemId>> found(names.size());
  std::vector<std::string> norms;
  std::vector<Parameters> wanted;
  norms.reserve(names.size());
  wanted.reserve(names.size());
  for (const std::string_view name : names) {
    norms.push_back(domain::fold_list_name(list.kind, name));
    wanted.push_back({list.client, domain::to_string(list.kind), norms.back()});
  }
  connection.run_many(k_find_by_name, wanted, [&](std::size_t index, const Row& row) {
    found[index] = row.maybe_integer(0);
  });
  return found;
}

std::optional<ItemId> find_item_by_name(Connection& connection, ListOf list,
                                        std::string_view name) {
  return find_items_by_name(connection, list, std::span(&name, 1)).front();
}

constexpr Statement k_find_by_code{
    "list_item.by_code",
    "SELECT MIN(item_id) FROM list_item WHERE client_id = $1 AND kind = $2 AND code = $3"};

std::vector<std::optional<ItemId>> find_items_by_code(Connection& connection, ListOf list,
                                                      std::span<const std::string_view> codes) {
  std::vector<std::optional<ItemId>> found(codes.size());
  std::vector<Parameters> wanted;
  wanted.reserve(codes.size());
  for (const std::string_view code : codes) {
    wanted.push_back({list.client, domain::to_string(list.kind), code});
  }
  connection.run_many(k_find_by_code, wanted, [&](std::size_t index, const Row& row) {
    found[index] = row.maybe_integer(0);
  });
  return found;
}

std::optional<ItemId> find_item_by_code(Connection& connection, ListOf list,
                                        std::string_view code) {
  return find_items_by_code(connection, list, std::span(&code, 1)).front();
}

constexpr Statement k_save{
    "list_item.save",
    "INSERT INTO list_item (client_id, kind, item_id, name, name_norm, code, info, other, "
    "created_at, modified_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) "
    "ON CONFLICT (client_id, kind, item_id) DO UPDATE SET name = excluded.name, "
    "name_norm = excluded.name_norm, code = excluded.code, info = excluded.info, "
    "other = excluded.other, created_at = excluded.created_at, "
    "modified_at = excluded.modified_at"};

void save_items(Connection& connection, ListOf list, std::span<const ListItem> items) {
  if (items.empty()) return;
  std::vector<std::string> norms;
  std::vector<Parameters> rows;
  norms.reserve(items.size());
  rows.reserve(items.size());
  ItemId highest = 0;
  for (const ListItem& item : items) {
    norms.push_back(domain::fold_list_name(list.kind, item.name));
    rows.push_back({list.client, domain::to_string(list.kind), item.id, item.name, norms.back(),
                    item.code, item.info, item.other, item.created, item.modified});
    highest = std::max(highest, item.id);
  }
  connection.run_many(k_save, rows);
  raise_ids(connection, list.client, counter_of(list.kind), highest);
}

std::vector<ItemId> intern_items(Connection& connection, ListOf list,
                                 std::span<const std::string_view> names, base::Instant now) {
  auto found = find_items_by_name(connection, list, names);
  const auto missing = std::count(found.begin(), found.end(), std::nullopt);
  if (missing > 0) {
    // Taking ids waits for another server that is adding names. Its new names are then visible
    // here.
    ItemId next = take_ids(connection, list.client, counter_of(list.kind), missing);
    found = find_items_by_name(connection, list, names);
    std::vector<ListItem> items;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (found[i]) continue;
      found[i] = next++;
      items.push_back({*found[i], std::string(names[i]), {}, {}, {}, now, now});
    }
    save_items(connection, list, items);
  }

  std::vector<ItemId> ids;
  ids.reserve(found.size());
  for (const std::optional<ItemId> id : found) ids.push_back(*id);
  return ids;
}

ItemId insert_item(Connection& connection, ListOf list, ListItem item) {
  item.id = take_ids(connection, list.client, counter_of(list.kind));
  save_items(connection, list, std::span(&item, 1));
  return item.id;
}

// Checks the counter and not the list, because every entry may have been removed.
constexpr Statement k_ever_filled{"list_item.ever_filled",
                                  "SELECT 1 FROM id_counter WHERE client_id = $1 AND kind = $2"};

void fill_reference_lists(Connection& connection, ClientId client, base::Instant now) {
  const std::string provinces = counter_of(ListKind::province);
  bool is_filled = false;
  connection.run(k_ever_filled, {client, provinces}, [&](const Row&) { is_filled = true; });
  if (is_filled) return;
  std::map<ListKind, std::vector<ListItem>> lists;
  for (const domain::ReferenceItem& item : domain::reference_data()) {
    ListItem& added = lists[item.kind].emplace_back();
    added.id = item.id;
    added.name = item.name;
    if (!item.code.empty()) added.code = item.code;
    added.created = now;
    added.modified = now;
  }
  for (const auto& [kind, items] : lists) save_items(connection, {client, kind}, items);
}

namespace {

struct Use {
  ListKind kind;
  std::string_view noun;
  Statement count;
};

}  // namespace

constexpr Use k_uses[] = {
    {ListKind::plate_type,
     "vehicle",
     {"list_use.plate_type",
      "SELECT COUNT(*) FROM vehicle WHERE client_id = $1 AND plate_type_id = $2"}},
    {ListKind::province,
     "vehicle",
     {"list_use.vehicle_province",
      "SELECT COUNT(*) FROM vehicle WHERE client_id = $1 AND province_id = $2"}},
    {ListKind::make,
     "vehicle",
     {"list_use.make", "SELECT COUNT(*) FROM vehicle WHERE client_id = $1 AND make_id = $2"}},
    {ListKind::vehicle_type,
     "vehicle",
     {"list_use.vehicle_type",
      "SELECT COUNT(*) FROM vehicle WHERE client_id = $1 AND vehicle_type_id = $2"}},
    {ListKind::colour,
     "vehicle",
     {"list_use.colour", "SELECT COUNT(*) FROM vehicle WHERE client_id = $1 AND colour_id = $2"}},
    {ListKind::province,
     "profile",
     {"list_use.profile_province",
      "SELECT COUNT(*) FROM profile WHERE client_id = $1 "
      "AND (province_id = $2 OR province2_id = $2 OR licence_province_id = $2)"}},
    {ListKind::user_type,
     "profile",
     {"list_use.user_type",
      "SELECT COUNT(*) FROM profile WHERE client_id = $1 AND user_type_id = $2"}},
    {ListKind::locker_user_type,
     "profile",
     {"list_use.locker_user_type",
      "SELECT COUNT(*) FROM profile WHERE client_id = $1 AND locker_user_type_id = $2"}},
    {ListKind::login_source,
     "profile",
     {"list_use.login_source",
      "SELECT COUNT(*) FROM profile WHERE client_id = $1 AND login_source_id = $2"}},
    {ListKind::location,
     "violation",
     {"list_use.location",
      "SELECT COUNT(*) FROM (SELECT violation_id FROM violation WHERE client_id = $1 "
      "AND location_id = $2 UNION SELECT violation_id FROM violation_detail WHERE client_id = $1 "
      "AND location_id = $2) named"}},
    {ListKind::violation_type,
     "violation",
     {"list_use.violation_type",
      "SELECT COUNT(*) FROM (SELECT violation_id FROM violation WHERE client_id = $1 "
      "AND violation_type_id = $2 UNION SELECT violation_id FROM violation_detail "
      "WHERE client_id = $1 AND violation_type_id = $2) named"}},
    {ListKind::category,
     "violation",
     {"list_use.violation_category",
      "SELECT COUNT(*) FROM violation WHERE client_id = $1 AND category_id = $2"}},
    {ListKind::category,
     "violation type",
     {"list_use.type_category",
      "SELECT COUNT(*) FROM violation_type WHERE client_id = $1 AND category_id = $2"}},
};

std::vector<ListUse> count_uses(Connection& connection, ListOf list, ItemId id) {
  std::vector<ListUse> uses;
  for (const Use& use : k_uses) {
    if (use.kind != list.kind) continue;
    connection.run(use.count, {list.client, id}, [&](const Row& row) {
      if (row.integer(0) > 0) uses.push_back({use.noun, row.integer(0)});
    });
  }
  return uses;
}

constexpr Statement k_remove{
    "list_item.remove",
    "DELETE FROM list_item WHERE client_id = $1 AND kind = $2 AND item_id = $3"};

constexpr Statement k_remove_type{
    "violation_type.remove",
    "DELETE FROM violation_type WHERE client_id = $1 AND violation_type_id = $2"};

void remove_item(Connection& connection, ListOf list, ItemId id) {
  connection.run(k_remove, {list.client, domain::to_string(list.kind), id});
  if (list.kind == ListKind::violation_type) connection.run(k_remove_type, {list.client, id});
}

}  // namespace lotkeeper::store
