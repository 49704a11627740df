#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "database/connection.hpp"
#include "domain/fault.hpp"
#include "store/ids.hpp"

/// A vendor's statement held against what was pushed.
namespace lotkeeper::service {

struct ReconcileQuestion {
  store::ClientId client = 0;
  std::optional<store::IntegrationId> integration;  ///< none: all
  base::Instant from;  ///< when the permits were pushed that may be in the statement
  base::Instant until;
};

struct Reconciled {
  std::string ticket;
  std::optional<std::int64_t> theirs_cents;
  std::optional<std::int64_t> ours_cents;
  std::string reference;  ///< empty where no permit stands
};

struct Reconciliation {
  std::vector<Reconciled> matched;
  std::vector<Reconciled> missing_here;      ///< in the statement alone
  std::vector<Reconciled> missing_there;     ///< pushed (with a ticket number) alone
  std::vector<Reconciled> different_amount;  ///< in both, with other amounts
};

/// Holds a CSV with a heading, a column of ticket numbers and one of amounts ("14.50") against the
/// live permits. Of a ticket that is in it several times the amounts are added up, and so are those
/// of permits that bear the same one. Looks at all permits of the time asked for: not for an event
/// loop.
///
/// Refused: 9003 a text that is no table; 9031 a column that is missing; 9033 an amount that is
/// none (its row is told).
domain::Result<Reconciliation> reconcile(database::Connection& connection,
                                         const ReconcileQuestion& question,
                                         std::string_view statement);

}  // namespace lotkeeper::service
