#pragma once

// The cost and debt of a violation as SQL on a row of `violation`. Equal to domain::cost_at and
// domain::owed_at. A test compares the two on random violations. `NOW` is the parameter with the
// moment ("$2"). The table must not have an alias.

/// Tax is kept in hundredths of a cent and rounded half up.
#define LOTKEEPER_TOWING_AND_TAX "violation.towing_cents + (violation.tax_hundredths + 50) / 100"

/// As adjusted, without discounts.
#define LOTKEEPER_FULL_COST                                                           \
  "(CASE WHEN violation.adjusted_fine_cents <> 0 THEN violation.adjusted_fine_cents " \
  "ELSE violation.fine_cents END + " LOTKEEPER_TOWING_AND_TAX ")"

/// The discounts of its details that run at that moment, as `d`. An older import may have brought
/// any number of hours. More than domain::k_longest_discount_hours count as that many.
#define LOTKEEPER_RUNNING_DISCOUNTS(NOW)                             \
  "FROM violation_detail d WHERE d.client_id = violation.client_id " \
  "AND d.violation_id = violation.violation_id AND d.discount <> 0 " \
  "AND CASE WHEN d.discount_hours > 100000 THEN 100000 "             \
  "WHEN d.discount_hours < 0 THEN 0 ELSE d.discount_hours END "      \
  ">= (" NOW " - violation.issued_at + 3599999) / 3600000 "

/// The fine less the sum of `d`. PostgreSQL's sum of BIGINTs is a NUMERIC unless it is cast.
#define LOTKEEPER_FINE_LESS_DISCOUNTS                                         \
  "CASE WHEN COALESCE(SUM(d.discount_cents), 0) > violation.fine_cents THEN " \
  "0 ELSE violation.fine_cents - CAST(COALESCE(SUM(d.discount_cents), 0) AS BIGINT) END"

/// What it costs if it is paid at that moment.
#define LOTKEEPER_COST_AT(NOW)                                                  \
  "(CASE WHEN violation.adjusted_fine_cents <> 0 THEN " LOTKEEPER_FULL_COST     \
  " ELSE (SELECT " LOTKEEPER_FINE_LESS_DISCOUNTS " + " LOTKEEPER_TOWING_AND_TAX \
  " " LOTKEEPER_RUNNING_DISCOUNTS(NOW) ") END)"

/// What is still owed. A violation is closed when nothing is owed nor ever will be. Details are
/// read once, and only if a discount may count, because the overview computes this for everything
/// open.
#define LOTKEEPER_OWED_AT(NOW)                                                                 \
  "(CASE WHEN violation.closed_at IS NOT NULL THEN 0 "                                         \
  "WHEN violation.adjusted_fine_cents <> 0 THEN "                                              \
  "CASE WHEN " LOTKEEPER_FULL_COST " > violation.paid_cents THEN " LOTKEEPER_FULL_COST         \
  " - violation.paid_cents ELSE 0 END "                                                        \
  "ELSE (SELECT CASE WHEN " LOTKEEPER_FINE_LESS_DISCOUNTS " + " LOTKEEPER_TOWING_AND_TAX       \
  " > violation.paid_cents THEN " LOTKEEPER_FINE_LESS_DISCOUNTS " + " LOTKEEPER_TOWING_AND_TAX \
  " - violation.paid_cents ELSE 0 END " LOTKEEPER_RUNNING_DISCOUNTS(NOW) ") END)"

/// Past due, something is owed, no open appeal, not sent to collections. The index
/// violation_collectable has the same conditions, except the moment.
#define LOTKEEPER_IS_OVERDUE_AT(NOW)                                                \
  "(violation.due_at < " NOW                                                        \
  " AND violation.sent_at IS NULL AND violation.closed_at IS NULL "                 \
  "AND (violation.appealed_at IS NULL OR violation.appeal_decided_at IS NOT NULL) " \
  "AND " LOTKEEPER_OWED_AT(NOW) " > 0)"

/// Sent to collections and not paid yet. It is owed like any other.
#define LOTKEEPER_IS_IN_COLLECTIONS \
  "(violation.sent_at IS NOT NULL AND violation.closed_at IS NULL)"
