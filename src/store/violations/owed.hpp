#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "database/connection.hpp"
#include "store/ids.hpp"
#include "store/violations/violation.hpp"

/// What is owed, overdue and in collections: one definition for lists, sums and what is handed
/// out. `owed_sql.hpp` has it as SQL, `domain/violations/violation.hpp` as functions.
///
/// - Owed: the adjusted fine, or the fine less the discounts that still run; towing and tax; less
///   what was paid. Nothing for what is spoiled, cancelled or a warning.
/// - Unpaid: something is owed, or will be when a discount is over. What is in collections or under
///   appeal is unpaid too.
/// - Overdue: its due date has passed, something is owed, no appeal is open, and it is not in
///   collections.
/// - In collections: sent, and unpaid.
namespace lotkeeper::store {

/// spoiled, cancelled, warning, paid, appealed, collections, overdue or open: the first that holds.
[[nodiscard]] std::string_view state_of(const Violation& violation, std::int64_t owed_cents,
                                        base::Instant now);

/// A vehicle's violations, counted from their rows: an import may say something else of a vehicle,
/// which is handed on and not believed.
struct VehicleSum {
  std::int64_t violations = 0;  ///< spoiled ones and warnings left out
  std::int64_t unpaid = 0;
  std::int64_t warnings = 0;
  std::int64_t owed_cents = 0;
};
[[nodiscard]] std::vector<VehicleSum> sum_vehicles(database::Connection& connection,
                                                   ClientId client,
                                                   std::span<const VehicleId> vehicles,
                                                   base::Instant now);

}  // namespace lotkeeper::store
