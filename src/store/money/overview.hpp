#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "database/connection.hpp"
#include "store/ids.hpp"

/// What the overview adds up. These look at all of a client's violations: not for an event loop.
namespace lotkeeper::store {

/// What the totals are about.
struct ViolationMoments {
  base::Instant now;
  base::Instant day;    ///< today's begin
  base::Instant month;  ///< this month's begin
};

struct ViolationTotals {
  std::int64_t issued_today = 0;
  std::int64_t issued_this_month = 0;
  std::int64_t open = 0;  ///< unpaid (`store/violations/owed.hpp`): overdue, appealed … among them
  std::int64_t owed_cents = 0;      ///< of these, less the discounts that still run
  std::int64_t overdue = 0;         ///< of these, due, without an open appeal, not in collections
  std::int64_t appealed = 0;        ///< of these, with an open appeal
  std::int64_t in_collections = 0;  ///< of these, sent to collections
  std::int64_t in_collections_cents = 0;  ///< owed for those
};
[[nodiscard]] ViolationTotals total_violations(database::Connection& connection, ClientId client,
                                               const ViolationMoments& moments);

/// What violations of one quarter of an hour of issue add up to: no time zone divides it.
struct FineRow {
  base::Instant begin;
  std::int64_t issued = 0;  ///< void ones left out, as in the sums
  std::int64_t issued_cents = 0;
  std::int64_t paid_cents = 0;
  std::int64_t owed_cents = 0;  ///< less the discounts that still run
  std::int64_t sent = 0;
  std::int64_t sent_cents = 0;  ///< what is still owed of those sent to collections
};
[[nodiscard]] std::vector<FineRow> list_fines(database::Connection& connection, ClientId client,
                                              base::Instant now);

}  // namespace lotkeeper::store
