#include "store/violations/violation_type.hpp"

namespace lotkeeper::store {

using database::Connection;
using database::Parameters;
using database::Row;
using database::Statement;

namespace {

ViolationType to_type(const Row& row) {
  ViolationType type;
  type.id = row.integer(0);
  type.category = row.maybe_integer(1);
  type.cost_cents = row.integer(2);
  type.discount = row.integer(3) != 0;
  type.discount_cents = row.integer(4);
  type.discount_hours = row.integer(5);
  return type;
}

}  // namespace

constexpr Statement k_list{
    "violation_type.list",
    "SELECT violation_type_id, category_id, cost_cents, discount, discount_cents, discount_hours "
    "FROM violation_type WHERE client_id = $1 ORDER BY violation_type_id"};

std::vector<ViolationType> list_violation_types(Connection& connection, ClientId client) {
  std::vector<ViolationType> types;
  connection.run(k_list, {client}, [&](const Row& row) { types.push_back(to_type(row)); });
  return types;
}

constexpr Statement k_find{
    "violation_type.find",
    "SELECT violation_type_id, category_id, cost_cents, discount, discount_cents, discount_hours "
    "FROM violation_type WHERE client_id = $1 AND violation_type_id = $2"};

std::vector<std::optional<ViolationType>> find_violation_types(Connection& connection,
                                                               ClientId client,
                                                               std::span<const ItemId> ids) {
  std::vector<std::optional<ViolationType>> found(ids.size());
  std::vector<Parameters> wanted;
  wanted.reserve(ids.size());
  for (const ItemId id : ids) wanted.push_back({client, id});
  connection.run_many(k_find, wanted,
                      [&](std::size_t index, const Row& row) { found[index] = to_type(row); });
  return found;
}

constexpr Statement k_save{
    "violation_type.save",
    "INSERT INTO violation_type (client_id, violation_type_id, category_id, cost_cents, discount, "
    "discount_cents, discount_hours) VALUES ($1, $2, $3, $4, $5, $6, $7) "
    "ON CONFLICT (client_id, violation_type_id) DO UPDATE SET category_id = excluded.category_id, "
    "cost_cents = excluded.cost_cents, discount = excluded.discount, "
    "discount_cents = excluded.discount_cents, discount_hours = excluded.discount_hours"};

void save_violation_types(Connection& connection, ClientId client,
                          std::span<const ViolationType> types) {
  std::vector<Parameters> rows;
  rows.reserve(types.size());
  for (const ViolationType& type : types) {
    rows.push_back({client, type.id, type.category, type.cost_cents, type.discount ? 1 : 0,
                    type.discount_cents, type.discount_hours});
  }
  connection.run_many(k_save, rows);
}

}  // namespace lotkeeper::store
