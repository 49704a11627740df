#include "service/money/reconciliation.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/text/csv.hpp"
#include "base/text/text.hpp"
#include "domain/money.hpp"
#include "store/permits/permit_search.hpp"

namespace lotkeeper::service {
namespace {

using domain::ErrorCode;
using domain::refused;
using domain::Result;

constexpr std::int64_t k_chunk = 1'000;
// Without accents, spaces and punctuation, as `bare` leaves them.
constexpr std::array<std::string_view, 19> k_ticket_names{
    "ticket",         "ticketnumber", "permit",     "number",       "billet",
    "ticketno",       "ticketid",     "permitno",   "permitnumber", "reference",
    "numerodebillet", "numerobillet", "nodebillet", "nobillet",     "ndebillet",
    "numerodepermis", "nodepermis",   "permis",     "numero"};
constexpr std::array<std::string_view, 14> k_amount_names{
    "amount",       "total",      "price",       "paid",      "montant",
    "amountpaid",   "paidamount", "totalamount", "totalpaid", "montantpaye",
    "montanttotal", "montantttc", "prix",        "paye"};
constexpr std::size_t k_names_in_error = 5;
constexpr std::size_t k_most_amount_shown = 60;

/// Converts a cell to UTF-8. Excel writes Windows-1252 by default, which is close enough to Latin-1
/// for headings and amounts.
std::string as_utf8(std::string_view cell) {
  if (base::is_valid_utf8(cell)) return std::string(cell);
  std::string text;
  for (const char c : cell) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      text += c;
    } else {
      text += static_cast<char>(0xC0 | (byte >> 6));
      text += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return text;
}

/// A heading without case, accents, spaces and punctuation, which people write differently.
std::string bare(std::string_view heading) {
  std::string text;
  for (const char c : base::ascii_lower(base::without_accents(as_utf8(heading)))) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) text += c;
  }
  return text;
}

template <std::size_t Count>
std::optional<std::size_t> find_column(const base::CsvRow& headings,
                                       const std::array<std::string_view, Count>& names) {
  for (const std::string_view name : names) {
    for (std::size_t i = 0; i < headings.size(); ++i) {
      if (bare(headings[i]) == name) return i;
    }
  }
  return std::nullopt;
}

domain::Fault missing_column(std::string_view what, std::span<const std::string_view> names) {
  return {ErrorCode::field_missing, std::string(names.front()),
          fmt::format("The first row has no column for the {}. Use a heading such as {}.", what,
                      fmt::join(names.first(k_names_in_error), ", "))};
}

/// What the statement says about one ticket.
struct Claimed {
  std::int64_t cents = 0;
  std::string currency;  ///< empty if no row names one
  UnclearRow first_row;  ///< shown if the currency differs
};

struct VendorStatement {
  std::map<std::string, Claimed> tickets;
  std::set<std::string> unclear_tickets;
  std::vector<UnclearRow> unclear;
};

void note_unclear(VendorStatement& statement, UnclearRow row) {
  if (row.doubt != RowDoubt::no_ticket && row.doubt != RowDoubt::ticket_encoding) {
    statement.unclear_tickets.insert(row.ticket);
  }
  statement.unclear.push_back(std::move(row));
}

std::optional<RowDoubt> row_doubt(std::string_view ticket, const domain::WrittenAmount& amount) {
  if (ticket.empty()) return RowDoubt::no_ticket;
  if (!base::is_valid_utf8(ticket)) return RowDoubt::ticket_encoding;
  if (!amount.doubt) return std::nullopt;
  switch (*amount.doubt) {
    case domain::AmountDoubt::empty:
      return RowDoubt::no_amount;
    case domain::AmountDoubt::ambiguous:
      return RowDoubt::ambiguous_amount;
    case domain::AmountDoubt::invalid:
      return RowDoubt::invalid_amount;
  }
  return std::nullopt;
}

void add_statement_row(VendorStatement& statement, std::size_t number, std::string ticket,
                       std::string_view written) {
  if (ticket.empty() && written.empty()) return;
  const std::string text = as_utf8(written);
  const domain::WrittenAmount amount = domain::read_written_amount(text);
  UnclearRow row{number, ticket, std::string(base::first_code_points(text, k_most_amount_shown)),
                 RowDoubt::other_currency};
  if (const auto doubt = row_doubt(ticket, amount)) {
    row.doubt = *doubt;
    if (*doubt == RowDoubt::ticket_encoding) row.ticket.clear();
    return note_unclear(statement, std::move(row));
  }
  const auto [found, is_new] = statement.tickets.try_emplace(std::move(ticket));
  Claimed& claimed = found->second;
  if (is_new) claimed.first_row = row;
  if (claimed.currency.empty()) claimed.currency = amount.currency;
  if (!amount.currency.empty() && amount.currency != claimed.currency) {
    return note_unclear(statement, std::move(row));
  }
  claimed.cents += amount.money.cents;
}

Result<VendorStatement> read_statement(std::string_view text) {
  VendorStatement statement;
  try {
    base::CsvReader reader([&text](std::span<char> room) {
      const std::size_t count = std::min(room.size(), text.size());
      std::copy_n(text.data(), count, room.data());
      text.remove_prefix(count);
      return count;
    });
    const auto headings = reader.next();
    if (!headings) return refused(ErrorCode::unparsable, {}, "The statement is empty.");
    const auto ticket = find_column(*headings, k_ticket_names);
    const auto amount = find_column(*headings, k_amount_names);
    if (!ticket || !amount) {
      domain::Refusal refusal;
      if (!ticket) refusal.faults.push_back(missing_column("ticket number", k_ticket_names));
      if (!amount) refusal.faults.push_back(missing_column("amount", k_amount_names));
      return tl::unexpected(std::move(refusal));
    }
    for (std::size_t number = 2; auto row = reader.next(); ++number) {
      row->resize(std::max(row->size(), std::max(*ticket, *amount) + 1));
      add_statement_row(statement, number, std::move((*row)[*ticket]), (*row)[*amount]);
    }
  } catch (const base::CsvError& error) {
    return refused(ErrorCode::unparsable, {}, error.what());
  }
  return statement;
}

/// The permits of one ticket number.
struct Pushed {
  std::map<std::string, std::int64_t> cents;  ///< by currency; empty if all are free
  std::string reference;

  [[nodiscard]] bool is_free() const {
    return std::ranges::all_of(cents, [](const auto& sum) { return sum.second == 0; });
  }
};

std::map<std::string, Pushed> find_pushed(database::Connection& connection,
                                          const ReconcileQuestion& question) {
  std::map<std::string, Pushed> pushed;
  store::TimePlace place = store::TimePlace::before(question.until);
  for (bool has_more = true; has_more;) {
    const auto permits =
        store::list_permits(connection, question.client, question.from, place, k_chunk);
    has_more = static_cast<std::int64_t>(permits.size()) == k_chunk;
    for (const store::ListedPermit& permit : permits) {
      place = store::place_of(permit);
      if (permit.deleted || permit.permit_no.empty()) continue;
      if (question.integration && permit.integration != *question.integration) continue;
      Pushed& one = pushed[permit.permit_no];
      if (permit.amount_cents) one.cents[permit.currency.value_or("")] += *permit.amount_cents;
      one.reference = permit.id.to_string();
    }
  }
  return pushed;
}

}  // namespace

Result<Reconciliation> reconcile(database::Connection& connection,
                                 const ReconcileQuestion& question, std::string_view statement) {
  auto theirs = read_statement(statement);
  if (!theirs) return tl::unexpected(theirs.error());
  const auto ours = find_pushed(connection, question);

  Reconciliation result;
  result.unclear = std::move(theirs->unclear);
  for (const auto& [ticket, claimed] : theirs->tickets) {
    if (theirs->unclear_tickets.contains(ticket)) continue;
    const auto found = ours.find(ticket);
    if (found == ours.end()) {
      result.missing_here.push_back({ticket, claimed.cents, std::nullopt, {}});
      continue;
    }
    const Pushed& pushed = found->second;
    const auto ours_in = pushed.cents.begin();
    const bool has_price = ours_in != pushed.cents.end();
    const std::string currency = has_price ? ours_in->first : std::string();
    if (pushed.cents.size() > 1 ||
        (!claimed.currency.empty() && !currency.empty() && claimed.currency != currency)) {
      result.unclear.push_back(claimed.first_row);
      continue;
    }
    const std::int64_t cents = has_price ? ours_in->second : 0;
    auto& rows = cents == claimed.cents ? result.matched : result.different_amount;
    rows.push_back({ticket, claimed.cents, cents, pushed.reference});
  }
  for (const auto& [ticket, pushed] : ours) {
    if (theirs->tickets.contains(ticket) || theirs->unclear_tickets.contains(ticket)) continue;
    if (pushed.is_free()) {
      if (question.with_free) {
        result.missing_there.push_back({ticket, std::nullopt, 0, pushed.reference});
      } else {
        ++result.free_left_out;
      }
      continue;
    }
    for (const auto& [currency, cents] : pushed.cents) {
      result.missing_there.push_back({ticket, std::nullopt, cents, pushed.reference});
    }
  }
  std::ranges::stable_sort(result.unclear, {}, &UnclearRow::number);
  return result;
}

std::string_view to_string(RowDoubt doubt) {
  switch (doubt) {
    case RowDoubt::no_ticket:
      return "noTicket";
    case RowDoubt::ticket_encoding:
      return "ticketEncoding";
    case RowDoubt::no_amount:
      return "noAmount";
    case RowDoubt::ambiguous_amount:
      return "twoReadings";
    case RowDoubt::invalid_amount:
      return "notAnAmount";
    case RowDoubt::other_currency:
      return "otherCurrency";
  }
  return {};
}

}  // namespace lotkeeper::service
