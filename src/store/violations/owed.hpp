#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "database/connection.hpp"
#include "store/ids.hpp"
#include "store/violations/violation.hpp"

/// What is owed, overdue and in collections: one definition for lists, sums and batches for
/// collections. `owed_sql.hpp` has it as SQL, `domain/violations/violation.hpp` as functions.
///
/// - Owed: the adjusted fine, or else the fine less discounts that still run; plus towing and tax;
///   less payments. Nothing is owed on spoiled or cancelled violations or warnings.
/// - Unpaid: something is owed, or will be when a discount ends. Violations in collections or under
///   appeal are unpaid too.
/// - Overdue: the due date has passed, something is owed, no appeal is open, and it is not in
///   collections.
/// - In collections: sent and unpaid.
namespace lotkeeper::store {

/// The first that applies: spoiled, cancelled, warning, paid, appealed, collections, overdue, open.
[[nodiscard]] std::string_view state_of(const Violation& violation, std::int64_t owed_cents,
                                        base::Instant now);

/// A vehicle's violations, counted from their rows. An import may claim other numbers for a
/// vehicle. Those are passed on but not used.
struct VehicleSum {
  std::int64_t violations = 0;  ///< without spoiled ones and warnings
  std::int64_t unpaid = 0;
  std::int64_t warnings = 0;
  std::int64_t owed_cents = 0;
};
[[nodiscard]] std::vector<VehicleSum> sum_vehicles(database::Connection& connection,
                                                   ClientId client,
                                                   std::span<const VehicleId> vehicles,
                                                   base::Instant now);

}  // namespace lotkeeper::store
