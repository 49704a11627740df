#pragma once

// What a violation costs and owes, as SQL on a row of `violation`: the same as domain::cost_at and
// domain::owed_at say, which a test holds against each other on random violations. `NOW` is the
// parameter with the moment ("$2"). The table must go by its own name.

/// As adjusted, without discounts; tax is kept in hundredths of a cent and rounded half up.
#define LOTKEEPER_FULL_COST                                                                   \
  "(CASE WHEN violation.adjusted_fine_cents <> 0 THEN violation.adjusted_fine_cents "         \
  "ELSE violation.fine_cents END + violation.towing_cents + (violation.tax_hundredths + 50) " \
  "/ 100)"

/// The fine, less the discounts that run at that moment. PostgreSQL makes the sum of BIGINTs a
/// NUMERIC unless told otherwise.
#define LOTKEEPER_FINE_AT(NOW)                                                                \
  "(CASE WHEN violation.adjusted_fine_cents <> 0 THEN violation.adjusted_fine_cents "         \
  "ELSE COALESCE((SELECT CASE WHEN SUM(d.discount_cents) > violation.fine_cents THEN 0 ELSE " \
  "violation.fine_cents - CAST(SUM(d.discount_cents) AS BIGINT) END FROM violation_detail d " \
  "WHERE d.client_id = violation.client_id AND d.violation_id = violation.violation_id "      \
  "AND d.discount <> 0 AND violation.issued_at + d.discount_hours * 3600000 >= " NOW          \
  "), violation.fine_cents) END)"

#define LOTKEEPER_COST_AT(NOW) \
  "(" LOTKEEPER_FINE_AT(NOW) " + violation.towing_cents + (violation.tax_hundredths + 50) / 100)"

/// What is still owed. A violation is closed when nothing is owed nor ever will be.
#define LOTKEEPER_OWED_AT(NOW) \
  "(CASE WHEN violation.closed_at IS NOT NULL THEN 0 WHEN "                 \
  LOTKEEPER_COST_AT(NOW) " > violation.paid_cents THEN " LOTKEEPER_COST_AT( \
      NOW) " - violation.paid_cents ELSE 0 END)"

/// Due, something is owed, no open appeal, not sent to collections. The index
/// violation_collectable has just these, but for the moment.
#define LOTKEEPER_IS_OVERDUE_AT(NOW)                                                \
  "(violation.due_at < " NOW                                                        \
  " AND violation.sent_at IS NULL AND violation.closed_at IS NULL "                 \
  "AND (violation.appealed_at IS NULL OR violation.appeal_decided_at IS NOT NULL) " \
  "AND " LOTKEEPER_OWED_AT(NOW) " > 0)"

/// Sent to collections and not paid yet: it is owed like any other.
#define LOTKEEPER_IS_IN_COLLECTIONS \
  "(violation.sent_at IS NOT NULL AND violation.closed_at IS NULL)"
