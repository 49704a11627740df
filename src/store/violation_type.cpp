#include "store/violation_type.hpp"

namespace lotkeeper::store {

using database::Connection;
using database::Row;
using database::Statement;

constexpr Statement k_find{
    "violation_type.find",
    "SELECT category_id, cost_cents, discount, discount_cents, discount_hours FROM violation_type "
    "WHERE client_id = $1 AND violation_type_id = $2"};

std::optional<ViolationTerms> find_violation_type(Connection& connection, ClientId client,
                                                  ItemId type) {
  std::optional<ViolationTerms> found;
  connection.run(k_find, {client, type}, [&](const Row& row) {
    found = ViolationTerms{row.maybe_integer(0), row.integer(1), row.integer(2) != 0,
                           row.integer(3), row.integer(4)};
  });
  return found;
}

constexpr Statement k_save{
    "violation_type.save",
    "INSERT INTO violation_type (client_id, violation_type_id, category_id, cost_cents, discount, "
    "discount_cents, discount_hours) VALUES ($1, $2, $3, $4, $5, $6, $7) "
    "ON CONFLICT (client_id, violation_type_id) DO UPDATE SET category_id = excluded.category_id, "
    "cost_cents = excluded.cost_cents, discount = excluded.discount, "
    "discount_cents = excluded.discount_cents, discount_hours = excluded.discount_hours"};

void save_violation_type(Connection& connection, ClientId client, ItemId type,
                         const ViolationTerms& terms) {
  connection.run(k_save, {client, type, terms.category, terms.cost_cents, terms.discount ? 1 : 0,
                          terms.discount_cents, terms.discount_hours});
}

}  // namespace lotkeeper::store
