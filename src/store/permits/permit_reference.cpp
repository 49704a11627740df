#include "store/permits/permit_reference.hpp"

namespace lotkeeper::store {

using database::Connection;
using database::Parameters;
using database::Row;
using database::Statement;

constexpr Statement k_find_references{
    "permit.references",
    "SELECT p.integration_id, p.permit_type, p.plate_norm, p.permit_no, p.start_at, p.end_at, "
    "p.amount_cents, p.currency, p.deleted_at, n.name_norm "
    "FROM permit p "
    "LEFT JOIN zone_name n ON n.client_id = p.client_id AND n.zone_name_id = p.zone_name_id "
    "WHERE p.client_id = $1 AND p.permit_id = $2"};

std::vector<std::optional<ReferencedPermit>> find_references(Connection& connection,
                                                             std::span<const PermitKey> keys) {
  std::vector<std::optional<ReferencedPermit>> found(keys.size());
  std::vector<Parameters> wanted;
  wanted.reserve(keys.size());
  for (const PermitKey& key : keys) wanted.push_back({key.client, key.id});
  connection.run_many(k_find_references, wanted, [&](std::size_t index, const Row& row) {
    ReferencedPermit standing;
    Permit& permit = standing.permit;
    permit.client = keys[index].client;
    permit.id = keys[index].id;
    permit.integration = row.integer(0);
    permit.type = static_cast<domain::PermitType>(row.integer(1));
    permit.plate_norm = row.text(2);
    permit.permit_no = row.text(3);
    permit.start = row.instant(4);
    permit.end = row.instant(5);
    permit.amount_cents = row.maybe_integer(6);
    if (!row.is_null(7)) permit.currency = row.text(7);
    standing.is_deleted = !row.is_null(8);
    standing.zone_name_norm = row.text(9);
    found[index] = std::move(standing);
  });
  return found;
}

}  // namespace lotkeeper::store
