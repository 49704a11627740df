#include "store/money/overview.hpp"

#include "store/violations/owed_sql.hpp"

namespace lotkeeper::store {

using database::Connection;
using database::Row;
using database::Statement;

namespace {

std::int64_t number(const Row& row, int column) { return row.maybe_integer(column).value_or(0); }

}  // namespace

constexpr Statement k_totals{
    "violation.totals",
    "SELECT SUM(CASE WHEN issued_at >= $3 THEN 1 ELSE 0 END), "
    "SUM(CASE WHEN issued_at >= $4 THEN 1 ELSE 0 END), "
    "SUM(CASE WHEN closed_at IS NULL THEN 1 ELSE 0 END), "
    "CAST(SUM(" LOTKEEPER_OWED_AT(
        "$2") ") AS BIGINT), "
              "SUM(CASE WHEN " LOTKEEPER_IS_OVERDUE_AT(
                  "$2") " THEN 1 ELSE 0 END), "
                        "SUM(CASE WHEN appealed_at IS NOT NULL AND appeal_decided_at IS NULL "
                        "AND closed_at IS NULL THEN 1 ELSE 0 END), "
                        "SUM(CASE WHEN " LOTKEEPER_IS_IN_COLLECTIONS
    " THEN 1 ELSE 0 END), CAST(SUM(CASE WHEN " LOTKEEPER_IS_IN_COLLECTIONS
    " THEN " LOTKEEPER_OWED_AT("$2") " ELSE 0 END) AS BIGINT) "
    "FROM violation WHERE client_id = $1 AND spoiled = 0"};

ViolationTotals total_violations(Connection& connection, ClientId client,
                                 const ViolationMoments& moments) {
  ViolationTotals totals;
  connection.run(k_totals, {client, moments.now, moments.day, moments.month}, [&](const Row& row) {
    totals = {number(row, 0), number(row, 1), number(row, 2), number(row, 3),
              number(row, 4), number(row, 5), number(row, 6), number(row, 7)};
  });
  return totals;
}

// Per quarter of an hour, so that callers can add up the days and months of any time zone.
constexpr Statement k_fines{
    "violation.fines",
    "SELECT issued_at - issued_at % 900000, COUNT(*), CAST(SUM(" LOTKEEPER_FULL_COST
    ") AS BIGINT), CAST(SUM(paid_cents) AS BIGINT), CAST(SUM(" LOTKEEPER_OWED_AT(
        "$2") ") AS BIGINT), SUM(CASE WHEN sent_at IS NULL THEN 0 ELSE 1 END), "
              "CAST(SUM(CASE WHEN " LOTKEEPER_IS_IN_COLLECTIONS
    " THEN " LOTKEEPER_OWED_AT("$2") " ELSE 0 END) AS BIGINT) "
    "FROM violation WHERE client_id = $1 AND spoiled = 0 AND cancelled_at IS NULL "
    "AND (warning IS NULL OR warning = 0) GROUP BY issued_at - issued_at % 900000 ORDER BY 1"};

std::vector<FineRow> list_fines(Connection& connection, ClientId client, base::Instant now) {
  std::vector<FineRow> rows;
  connection.run(k_fines, {client, now}, [&](const Row& row) {
    rows.push_back({row.instant(0), number(row, 1), number(row, 2), number(row, 3), number(row, 4),
                    number(row, 5), number(row, 6)});
  });
  return rows;
}

}  // namespace lotkeeper::store
