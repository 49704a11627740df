#include "store/violations/owed.hpp"

#include "domain/violations/violation.hpp"
#include "store/violations/owed_sql.hpp"

namespace lotkeeper::store {

using database::Connection;
using database::Parameters;
using database::Row;
using database::Statement;

std::string_view state_of(const Violation& violation, std::int64_t owed_cents, base::Instant now) {
  if (violation.spoiled) return "spoiled";
  if (violation.cancelled) return "cancelled";
  if (violation.warning.value_or(0) != 0) return "warning";
  if (violation.closed) return "paid";
  if (violation.has_open_appeal()) return "appealed";
  if (violation.sent) return "collections";
  return violation.due < now && owed_cents > 0 ? "overdue" : "open";
}

static_assert(domain::k_longest_discount_hours == 100'000, "as owed_sql.hpp has it");

constexpr Statement k_sum_vehicle{
    "vehicle.sum",
    "SELECT SUM(CASE WHEN COALESCE(warning, 0) = 0 THEN 1 ELSE 0 END), "
    "SUM(CASE WHEN closed_at IS NULL THEN 1 ELSE 0 END), "
    "SUM(CASE WHEN COALESCE(warning, 0) <> 0 THEN 1 ELSE 0 END), "
    "CAST(SUM(" LOTKEEPER_OWED_AT("$3") ") AS BIGINT) "
    "FROM violation WHERE client_id = $1 AND vehicle_id = $2 AND spoiled = 0"};

std::vector<VehicleSum> sum_vehicles(Connection& connection, ClientId client,
                                     std::span<const VehicleId> vehicles, base::Instant now) {
  std::vector<VehicleSum> sums(vehicles.size());
  std::vector<Parameters> wanted;
  wanted.reserve(vehicles.size());
  for (const VehicleId vehicle : vehicles) wanted.push_back({client, vehicle, now});
  const auto number = [](const Row& row, int column) {
    return row.maybe_integer(column).value_or(0);
  };
  connection.run_many(k_sum_vehicle, wanted, [&](std::size_t index, const Row& row) {
    sums[index] = {number(row, 0), number(row, 1), number(row, 2), number(row, 3)};
  });
  return sums;
}

}  // namespace lotkeeper::store
