#include "store/money/money_report.hpp"

#include "store/violations/owed_sql.hpp"

namespace lotkeeper::store {

using database::Connection;
using database::Row;
using database::Statement;

FineSums& FineSums::operator+=(const FineSums& other) {
  violations += other.violations;
  issued_cents += other.issued_cents;
  adjusted_cents += other.adjusted_cents;
  discounted_cents += other.discounted_cents;
  cancelled_cents += other.cancelled_cents;
  paid_cents += other.paid_cents;
  overpaid_cents += other.overpaid_cents;
  owed_cents += other.owed_cents;
  sent += other.sent;
  sent_cents += other.sent_cents;
  return *this;
}

TakingSums& TakingSums::operator+=(const TakingSums& other) {
  payments += other.payments;
  reversals += other.reversals;
  taken_cents += other.taken_cents;
  reversed_cents += other.reversed_cents;
  return *this;
}

// PostgreSQL's sum of BIGINTs is a NUMERIC unless it is cast. For a void violation, everything that
// was issued counts as cancelled. For any other, the part that is neither paid nor owed nor
// adjusted was a discount. If more was paid than it costs, the excess is overpaid.
constexpr Statement k_fine_sums{
    "money_report.fines",
    "SELECT quarter, SUM(counted), CAST(SUM(issued) AS BIGINT), "
    "CAST(SUM(CASE WHEN is_void = 1 THEN 0 ELSE issued - cost END) AS BIGINT), "
    "CAST(SUM(CASE WHEN is_void = 0 AND cost > paid + owed THEN cost - paid - owed ELSE 0 END) "
    "AS BIGINT), "
    "CAST(SUM(CASE WHEN is_void = 1 THEN issued ELSE 0 END) AS BIGINT), "
    "CAST(SUM(paid) AS BIGINT), "
    "CAST(SUM(CASE WHEN is_void = 1 THEN 0 - paid - owed WHEN cost < paid + owed "
    "THEN cost - paid - owed ELSE 0 END) AS BIGINT), "
    "CAST(SUM(owed) AS BIGINT), SUM(was_sent), "
    "CAST(SUM(CASE WHEN in_collections = 1 THEN owed ELSE 0 END) AS BIGINT) FROM ("
    "SELECT violation.issued_at - violation.issued_at % 900000 AS quarter, "
    "CASE WHEN COALESCE(violation.warning, 0) = 0 THEN 1 ELSE 0 END AS counted, "
    "CASE WHEN COALESCE(violation.warning, 0) = 0 THEN violation.fine_cents + "
    "violation.towing_cents + (violation.tax_hundredths + 50) / 100 ELSE 0 END AS issued, "
    "CASE WHEN COALESCE(violation.warning, 0) = 0 THEN " LOTKEEPER_FULL_COST
    " ELSE 0 END AS cost, "
    "CASE WHEN COALESCE(violation.warning, 0) = 0 AND (violation.spoiled <> 0 "
    "OR violation.cancelled_at IS NOT NULL) THEN 1 ELSE 0 END AS is_void, "
    "violation.paid_cents AS paid, " LOTKEEPER_OWED_AT("$4") " AS owed, "
    "CASE WHEN violation.sent_at IS NULL THEN 0 ELSE 1 END AS was_sent, "
    "CASE WHEN " LOTKEEPER_IS_IN_COLLECTIONS " THEN 1 ELSE 0 END AS in_collections "
    "FROM violation WHERE violation.client_id = $1 AND violation.issued_at >= $2 "
    "AND violation.issued_at < $3) v GROUP BY quarter ORDER BY quarter"};

std::vector<FinesOfQuarter> sum_fines(Connection& connection, ClientId client, base::Instant from,
                                      base::Instant until, base::Instant now) {
  std::vector<FinesOfQuarter> quarters;
  connection.run(k_fine_sums, {client, from, until, now}, [&](const Row& row) {
    quarters.push_back(
        {row.instant(0),
         {row.integer(1), row.integer(2), row.integer(3), row.integer(4), row.integer(5),
          row.integer(6), row.integer(7), row.integer(8), row.integer(9), row.integer(10)}});
  });
  return quarters;
}

constexpr Statement k_taking_sums{
    "money_report.takings",
    "SELECT t.quarter, t.method, COALESCE(t.operator_id, 0), COALESCE(o.name, ''), "
    "SUM(t.payments), SUM(t.reversals), CAST(SUM(t.taken) AS BIGINT), "
    "CAST(SUM(t.reversed) AS BIGINT) FROM ("
    "SELECT paid_at - paid_at % 900000 AS quarter, method, operator_id, 1 AS payments, "
    "0 AS reversals, amount_cents AS taken, 0 AS reversed FROM payment "
    "WHERE client_id = $1 AND paid_at >= $2 AND paid_at < $3 "
    "UNION ALL "
    "SELECT r.reversed_at - r.reversed_at % 900000, p.method, r.operator_id, 0, 1, 0, "
    "p.amount_cents FROM payment_reversal r JOIN payment p ON p.client_id = r.client_id "
    "AND p.violation_id = r.violation_id AND p.payment_id = r.payment_id "
    "WHERE r.client_id = $1 AND r.reversed_at >= $2 AND r.reversed_at < $3) t "
    "LEFT JOIN operator o ON o.operator_id = t.operator_id "
    "GROUP BY t.quarter, t.method, t.operator_id, o.name ORDER BY 1, 2, 3"};

std::vector<TakingsOfQuarter> sum_takings(Connection& connection, ClientId client,
                                          base::Instant from, base::Instant until) {
  std::vector<TakingsOfQuarter> quarters;
  connection.run(k_taking_sums, {client, from, until}, [&](const Row& row) {
    quarters.push_back({row.instant(0),
                        std::string(row.text(1)),
                        row.integer(2),
                        std::string(row.text(3)),
                        {row.integer(4), row.integer(5), row.integer(6), row.integer(7)}});
  });
  return quarters;
}

}  // namespace lotkeeper::store
