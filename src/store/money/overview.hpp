#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "database/connection.hpp"
#include "store/ids.hpp"

/// The totals of the overview. These queries read all of a client's violations, so do not run them
/// on an event loop.
namespace lotkeeper::store {

/// The points in time that the totals refer to.
struct ViolationMoments {
  base::Instant now;
  base::Instant day;    ///< start of today
  base::Instant month;  ///< start of this month
};

struct ViolationTotals {
  std::int64_t issued_today = 0;
  std::int64_t issued_this_month = 0;
  std::int64_t open = 0;  ///< unpaid (`store/violations/owed.hpp`), including overdue and appealed
  std::int64_t owed_cents = 0;            ///< on open violations, less discounts that still run
  std::int64_t overdue = 0;               ///< open, past due, no open appeal, not in collections
  std::int64_t appealed = 0;              ///< open, with an open appeal
  std::int64_t in_collections = 0;        ///< open, sent to collections
  std::int64_t in_collections_cents = 0;  ///< owed on those in collections
};
[[nodiscard]] ViolationTotals total_violations(database::Connection& connection, ClientId client,
                                               const ViolationMoments& moments);

/// Totals per quarter of an hour of issue time. Every time-zone offset is a multiple of 15 minutes.
struct FineRow {
  base::Instant begin;
  std::int64_t issued = 0;  ///< without void ones, like the sums
  std::int64_t issued_cents = 0;
  std::int64_t paid_cents = 0;
  std::int64_t owed_cents = 0;  ///< less discounts that still run
  std::int64_t sent = 0;
  std::int64_t sent_cents = 0;  ///< what is still owed on those sent to collections
};
[[nodiscard]] std::vector<FineRow> list_fines(database::Connection& connection, ClientId client,
                                              base::Instant now);

}  // namespace lotkeeper::store
