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

/// A vendor's statement compared with what was pushed.
namespace lotkeeper::service {

struct ReconcileQuestion {
  store::ClientId client = 0;
  std::optional<store::IntegrationId> integration;  ///< none: all
  base::Instant from;  ///< when the permits were pushed that may be in the statement
  base::Instant until;
  bool with_free = false;  ///< permits without an amount, or of 0.00, may be missing there too
};

struct Reconciled {
  std::string ticket;
  std::optional<std::int64_t> theirs_cents;
  std::optional<std::int64_t> ours_cents;
  std::string reference;  ///< empty where there is no permit
};

/// Why a row of the statement was not compared.
enum class RowDoubt {
  no_ticket,         ///< an amount without a ticket number
  ticket_encoding,   ///< the ticket number is no UTF-8 text
  no_amount,         ///< the cell is empty or missing
  ambiguous_amount,  ///< it can be read in two ways: "1,234"
  invalid_amount,
  other_currency,  ///< the statement names another one than the permit has, or permits have two
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
  std::vector<Reconciled> missing_here;      ///< in the statement alone
  std::vector<Reconciled> missing_there;     ///< pushed (with a ticket number) alone
  std::vector<Reconciled> different_amount;  ///< in both, with other amounts
  std::vector<UnclearRow> unclear;           ///< their tickets are in none of the lists above
  std::int64_t free_left_out = 0;            ///< tickets of 0.00 that would be missing there
};

/// Compares a CSV with a heading, a column of ticket numbers and one of amounts
/// (`domain::read_written_amount`) with the live permits. The amounts of a ticket that is in it
/// several times are added up, and so are those of permits with the same number, each currency by
/// itself. Looks at all permits of the time asked for: not for an event loop.
///
/// Refused: 9003 a text that is no table; 9031 a column that is missing.
domain::Result<Reconciliation> reconcile(database::Connection& connection,
                                         const ReconcileQuestion& question,
                                         std::string_view statement);

}  // namespace lotkeeper::service
