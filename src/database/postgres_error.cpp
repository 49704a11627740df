#include "database/postgres_error.hpp"

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
// The last two: CREATE TABLE IF NOT EXISTS at the moment in which another makes it.
constexpr std::array<std::string_view, 5> k_conflicts{"40001", "40P01", k_unique_violation, "42710",
                                                      "42P07"};
constexpr std::string_view k_not_supported = "0A000";
constexpr std::string_view k_read_only = "25006";
constexpr std::string_view k_protocol_violation = "08P01";
// Of these whole classes a later try may succeed: connections, resources, the operator.
constexpr std::array<std::string_view, 3> k_passing_classes{"08", "53", "57"};
// Their messages may quote what was sent: a plate, a name.
constexpr std::array<std::string_view, 2> k_quoting_classes{"22", "23"};

template <std::size_t Size>
bool has(const std::array<std::string_view, Size>& codes, std::string_view code) {
  return std::ranges::find(codes, code) != codes.end();
}

}  // namespace

bool is_warning(const PGresult* notice) {
  return field(notice, PG_DIAG_SEVERITY_NONLOCALIZED) == "WARNING";
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
  const std::string text = fmt::format("{}: {}", what, describe(result));
  const std::string_view code = field(result, PG_DIAG_SQLSTATE);
  if (has(k_conflicts, code)) throw Conflict(text);
  if (code == k_not_supported) throw NotSupported(text);
  // A statement with the wrong number of parameters is this program's own fault.
  if (has(k_passing_classes, code.substr(0, 2)) && code != k_protocol_violation) {
    throw DatabaseUnavailable(text);
  }
  throw DatabaseError(text);
}

}  // namespace lotkeeper::database
