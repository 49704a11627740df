#include "database/postgres/error.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace lotkeeper::database {
namespace {

std::string_view field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text != nullptr ? text : std::string_view();
}

// https://www.postgresql.org/docs/15/errcodes-appendix.html
constexpr std::string_view k_unique_violation = "23505";
// The last two: CREATE TABLE IF NOT EXISTS while another session creates the same table.
constexpr std::array<std::string_view, 5> k_conflicts{"40001", "40P01", k_unique_violation, "42710",
                                                      "42P07"};
constexpr std::string_view k_not_supported = "0A000";
constexpr std::string_view k_read_only = "25006";
constexpr std::string_view k_no_transaction = "25P01";
// Errors of a session that a pooler gave to someone else before: prepared statements that are
// missing, or exist already.
constexpr std::array<std::string_view, 2> k_of_others_session{"26000", "42P05"};
constexpr std::string_view k_protocol_violation = "08P01";
// For these whole classes a later try may succeed: connections, resources, operator intervention.
constexpr std::array<std::string_view, 3> k_passing_classes{"08", "53", "57"};
// Revoked rights, and failures of the system or of the server itself.
constexpr std::string_view k_insufficient_privilege = "42501";
constexpr std::array<std::string_view, 3> k_broken_classes{"58", "XX", "F0"};
// Messages of these classes may quote what was sent, such as a plate or a name.
constexpr std::array<std::string_view, 2> k_quoting_classes{"22", "23"};

template <std::size_t Size>
bool has(const std::array<std::string_view, Size>& codes, std::string_view code) {
  return std::ranges::find(codes, code) != codes.end();
}

}  // namespace

bool is_warning(const PGresult* notice) {
  return field(notice, PG_DIAG_SEVERITY_NONLOCALIZED) == "WARNING" &&
         field(notice, PG_DIAG_SQLSTATE) != k_no_transaction;
}

bool is_conflict(const PGresult* result) {
  const std::string_view code = field(result, PG_DIAG_SQLSTATE);
  return code == "40001" || code == "40P01";
}

bool ends_the_session(const PGresult* result) {
  const std::string_view severity = field(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  return severity == "FATAL" || severity == "PANIC";
}

bool is_read_only(const PGresult* result) { return field(result, PG_DIAG_SQLSTATE) == k_read_only; }

std::string describe(const PGresult* result) {
  const std::string_view code = field(result, PG_DIAG_SQLSTATE);
  if (!has(k_quoting_classes, code.substr(0, 2))) {
    return fmt::format("{} (PostgreSQL code {})", field(result, PG_DIAG_MESSAGE_PRIMARY), code);
  }
  const std::string_view rule = field(result, PG_DIAG_CONSTRAINT_NAME);
  return fmt::format("a value was refused{}{} (PostgreSQL code {})", rule.empty() ? "" : " by ",
                     rule, code);
}

void throw_error(const PGresult* result, std::string_view what) {
  const std::string_view code = field(result, PG_DIAG_SQLSTATE);
  const bool is_pooled = code == k_read_only || has(k_of_others_session, code);
  const std::string text =
      fmt::format("{}: {}{}", what, describe(result), is_pooled ? k_pooler_hint : "");
  if (has(k_conflicts, code)) throw Conflict(text);
  if (code == k_not_supported) throw NotSupported(text);
  // A statement with the wrong number of parameters is a bug in this program.
  if (has(k_passing_classes, code.substr(0, 2)) && code != k_protocol_violation) {
    throw DatabaseUnavailable(text);
  }
  if (code == k_insufficient_privilege || has(k_broken_classes, code.substr(0, 2))) {
    throw StoreBroken(text);
  }
  throw DatabaseError(text);
}

}  // namespace lotkeeper::database
