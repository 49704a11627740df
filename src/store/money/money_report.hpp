#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "database/connection.hpp"
#include "store/ids.hpp"

/// The sums behind the money reports, per quarter of an hour. Callers add up the days and months of
/// their time zone. These queries read all rows of the requested period, so do not run them on an
/// event loop.
namespace lotkeeper::store {

/// What violations cost when they were issued, and what happened to that amount. `issued_cents` is
/// always the sum of the amounts from `adjusted_cents` to `owed_cents`. Warnings cost nothing.
struct FineSums {
  std::int64_t violations = 0;        ///< without warnings
  std::int64_t issued_cents = 0;      ///< without discounts or later decisions
  std::int64_t adjusted_cents = 0;    ///< reductions by staff; below 0 if a fine was raised
  std::int64_t discounted_cents = 0;  ///< discounts that were used or still run
  std::int64_t cancelled_cents = 0;   ///< cancelled or spoiled
  std::int64_t paid_cents = 0;        ///< less reversed payments
  std::int64_t overpaid_cents = 0;    ///< below 0: paid beyond the current cost
  std::int64_t owed_cents = 0;        ///< see `store/violations/owed.hpp`
  std::int64_t sent = 0;              ///< sent to collections
  std::int64_t sent_cents = 0;        ///< the part of what is owed that is in collections

  FineSums& operator+=(const FineSums& other);
};

struct FinesOfQuarter {
  base::Instant begin;
  FineSums sums;
};

/// Of the violations issued from `from` up to but not including `until`, in their state at `now`.
[[nodiscard]] std::vector<FinesOfQuarter> sum_fines(database::Connection& connection,
                                                    ClientId client, base::Instant from,
                                                    base::Instant until, base::Instant now);

/// Payments received, and payments reversed.
struct TakingSums {
  std::int64_t payments = 0;
  std::int64_t reversals = 0;
  std::int64_t taken_cents = 0;
  std::int64_t reversed_cents = 0;

  [[nodiscard]] std::int64_t net_cents() const { return taken_cents - reversed_cents; }
  TakingSums& operator+=(const TakingSums& other);
};

struct TakingsOfQuarter {
  base::Instant begin;
  std::string method;          ///< for a reversal: the method of the reversed payment
  OperatorId operator_id = 0;  ///< who took or reversed it; 0: no console operator
  std::string operator_name;   ///< empty for no operator or a removed one
  TakingSums sums;
};

/// Payments from `from` up to but not including `until`. A reversal counts at the time of the
/// reversal.
[[nodiscard]] std::vector<TakingsOfQuarter> sum_takings(database::Connection& connection,
                                                        ClientId client, base::Instant from,
                                                        base::Instant until);

}  // namespace lotkeeper::store
