#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "database/connection.hpp"
#include "domain/fault.hpp"
#include "store/ids.hpp"

/// Compares a vendor's statement with the permits that were pushed.
namespace lotkeeper::service {

struct ReconcileQuestion {
  store::ClientId client = 0;
  std::optional<store::IntegrationId> integration;  ///< nullopt: all
  base::Instant from;  ///< compares permits pushed from here up to `until`
  base::Instant until;
  bool with_free = false;  ///< also lists permits without an amount, or of 0.00
};

struct Reconciled {
  std::string ticket;
  std::optional<std::int64_t> theirs_cents;
  std::optional<std::int64_t> ours_cents;
  std::string reference;  ///< empty if there is no permit
};

/// Why a row of the statement was not compared.
enum class RowDoubt {
  no_ticket,         ///< an amount without a ticket number
  ticket_encoding,   ///< the ticket number is not valid UTF-8
  no_amount,         ///< the cell is empty or missing
  ambiguous_amount,  ///< it can be read in two ways: "1,234"
  invalid_amount,
  other_currency,  ///< it differs from the permit's, or the permits have two
};
[[nodiscard]] std::string_view to_string(RowDoubt doubt);

struct UnclearRow {
  std::size_t number = 0;  ///< the headings are row 1; empty lines do not count
  std::string ticket;
  std::string amount;  ///< as written
  RowDoubt doubt = RowDoubt::no_amount;
};

struct Reconciliation {
  std::vector<Reconciled> matched;
  std::vector<Reconciled> missing_here;      ///< only in the statement
  std::vector<Reconciled> missing_there;     ///< only pushed (with a ticket number)
  std::vector<Reconciled> different_amount;  ///< in both, with different amounts
  std::vector<UnclearRow> unclear;           ///< their tickets are not in the lists above
  std::int64_t free_left_out = 0;            ///< tickets of 0.00 left out of missing_there
};

/// Compares a CSV with the live permits. The CSV has a heading row, a column of ticket numbers and
/// a column of amounts (see `domain::read_written_amount`). Amounts of the same ticket are added
/// up, and so are those of permits with the same number, per currency. Reads all permits of the
/// period, so do not call this on an event loop.
///
/// Refused: 9003 for text that is not a table; 9031 for a missing column.
domain::Result<Reconciliation> reconcile(database::Connection& connection,
                                         const ReconcileQuestion& question,
                                         std::string_view statement);

}  // namespace lotkeeper::service
