#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "database/connection.hpp"
#include "store/ids.hpp"

/// The sums behind the reports of money, by the quarter of an hour: whoever asks adds up the days
/// and months of a time zone. They look at all rows of the time asked for: not for an event loop.
namespace lotkeeper::store {

/// What violations cost when they were issued, and what became of it: `issued_cents` is always the
/// sum of the other amounts from `adjusted_cents` to `owed_cents`. Warnings cost nothing.
struct FineSums {
  std::int64_t violations = 0;        ///< warnings left out
  std::int64_t issued_cents = 0;      ///< without discounts, whatever was decided since
  std::int64_t adjusted_cents = 0;    ///< taken off by the office; below 0 where it raised a fine
  std::int64_t discounted_cents = 0;  ///< discounts that were used or still run
  std::int64_t cancelled_cents = 0;   ///< cancelled or spoiled
  std::int64_t paid_cents = 0;        ///< less what was reversed
  std::int64_t overpaid_cents = 0;    ///< below 0: paid beyond what it costs now
  std::int64_t owed_cents = 0;        ///< see `store/violations/owed.hpp`
  std::int64_t sent = 0;              ///< sent to collections
  std::int64_t sent_cents = 0;        ///< of what is owed, in collections

  FineSums& operator+=(const FineSums& other);
};

struct FinesOfQuarter {
  base::Instant begin;
  FineSums sums;
};

/// Of the violations issued from `from` on and before `until`, as they are at `now`.
[[nodiscard]] std::vector<FinesOfQuarter> sum_fines(database::Connection& connection,
                                                    ClientId client, base::Instant from,
                                                    base::Instant until, base::Instant now);

/// Payments that came in, and payments that were reversed.
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
  std::string method;          ///< of a reversal: of the payment that was reversed
  OperatorId operator_id = 0;  ///< who took or reversed it; 0: nobody in the console
  std::string operator_name;   ///< empty for nobody, and for one that was removed
  TakingSums sums;
};

/// What came in from `from` on and before `until`. A reversal counts at the time of the reversal.
[[nodiscard]] std::vector<TakingsOfQuarter> sum_takings(database::Connection& connection,
                                                        ClientId client, base::Instant from,
                                                        base::Instant until);

}  // namespace lotkeeper::store
