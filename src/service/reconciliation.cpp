#include "service/reconciliation.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include <fmt/format.h>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "store/permit_search.hpp"

namespace lotkeeper::service {
namespace {

using domain::ErrorCode;
using domain::refused;
using domain::Result;

constexpr std::int64_t k_chunk = 1'000;
constexpr std::array<std::string_view, 6> k_ticket_names{"ticket",   "ticketnumber", "ticketno",
                                                         "permitno", "number",       "reference"};
constexpr std::array<std::string_view, 4> k_amount_names{"amount", "total", "price", "paid"};

/// A heading without what people write differently.
std::string bare(std::string_view heading) {
  std::string text;
  for (const char c : base::ascii_lower(heading)) {
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
          fmt::format("The first row names the columns: of {} it has none; name it {}.", what,
                      fmt::join(names, ", "))};
}

/// "14.50", "14.5", "14", "1,234.50", "$14.50"; a credit is negative. Never by way of a fraction.
std::optional<std::int64_t> read_cents(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c != '$' && c != ',' && c != ' ') digits += c;
  }
  const bool is_credit = digits.starts_with('-');
  if (is_credit) digits.erase(0, 1);
  const std::size_t point = digits.find('.');
  std::string cents = point == std::string::npos ? "" : digits.substr(point + 1);
  if (point != std::string::npos) digits.resize(point);
  if (cents.size() > 2 || digits.size() > 12) return std::nullopt;
  cents.append(2 - cents.size(), '0');
  digits += cents;
  std::int64_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [read, error] = std::from_chars(digits.data(), end, value);
  if (error != std::errc() || read != end || digits.size() < 3 || digits.front() == '-') {
    return std::nullopt;
  }
  return is_credit ? -value : value;
}

using Amounts = std::map<std::string, std::int64_t>;

Result<Amounts> read_statement(std::string_view statement) {
  Amounts amounts;
  try {
    base::CsvReader reader([&statement](std::span<char> room) {
      const std::size_t count = std::min(room.size(), statement.size());
      std::copy_n(statement.data(), count, room.data());
      statement.remove_prefix(count);
      return count;
    });
    const auto headings = reader.next();
    if (!headings) return refused(ErrorCode::unparsable, {}, "The statement is empty.");
    const auto ticket = find_column(*headings, k_ticket_names);
    const auto amount = find_column(*headings, k_amount_names);
    if (!ticket || !amount) {
      domain::Refusal refusal;
      if (!ticket) refusal.faults.push_back(missing_column("ticket numbers", k_ticket_names));
      if (!amount) refusal.faults.push_back(missing_column("amounts", k_amount_names));
      return tl::unexpected(std::move(refusal));
    }
    for (std::size_t number = 2; const auto row = reader.next(); ++number) {
      if (row->size() <= std::max(*ticket, *amount) || (*row)[*ticket].empty()) continue;
      const auto cents = read_cents((*row)[*amount]);
      if (!cents || !base::is_valid_utf8((*row)[*ticket])) {
        return refused(
            ErrorCode::field_invalid, {},
            fmt::format("Row {} has no ticket number and amount such as 14.50.", number));
      }
      amounts[(*row)[*ticket]] += *cents;
    }
  } catch (const base::CsvError& error) {
    return refused(ErrorCode::unparsable, {}, error.what());
  }
  return amounts;
}

struct Pushed {
  std::int64_t cents = 0;
  std::string reference;
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
      one.cents += permit.amount_cents.value_or(0);
      one.reference = permit.id.to_string();
    }
  }
  return pushed;
}

}  // namespace

Result<Reconciliation> reconcile(database::Connection& connection,
                                 const ReconcileQuestion& question, std::string_view statement) {
  const auto theirs = read_statement(statement);
  if (!theirs) return tl::unexpected(theirs.error());
  const auto ours = find_pushed(connection, question);

  Reconciliation result;
  for (const auto& [ticket, cents] : *theirs) {
    const auto found = ours.find(ticket);
    if (found == ours.end()) {
      result.missing_here.push_back({ticket, cents, std::nullopt, {}});
      continue;
    }
    auto& rows = found->second.cents == cents ? result.matched : result.different_amount;
    rows.push_back({ticket, cents, found->second.cents, found->second.reference});
  }
  for (const auto& [ticket, permit] : ours) {
    if (theirs->contains(ticket)) continue;
    result.missing_there.push_back({ticket, std::nullopt, permit.cents, permit.reference});
  }
  return result;
}

}  // namespace lotkeeper::service
