#include "store/clients/list_removal.hpp"

namespace lotkeeper::store {

using database::Connection;
using database::Row;
using database::Statement;

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
