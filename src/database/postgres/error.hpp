#pragma once

#include <string>
#include <string_view>

#include <libpq-fe.h>

#include "database/connection.hpp"

/// What PostgreSQL's SQLSTATEs mean here. Judged by fields that no locale translates.
namespace lotkeeper::database {

/// But for 25P01, "there is no transaction in progress".
[[nodiscard]] bool is_warning(const PGresult* notice);

/// 40001 or 40P01: another transaction came in between.
[[nodiscard]] bool is_conflict(const PGresult* result);

/// FATAL or PANIC: after it the server hangs up.
[[nodiscard]] bool ends_the_session(const PGresult* result);

/// 25006: this server takes no writes (any more): a standby.
[[nodiscard]] bool is_read_only(const PGresult* result);

/// Follows a message that a connection pooler most likely caused.
inline constexpr std::string_view k_pooler_hint =
    "; does a pooler in transaction mode (pgbouncer) stand in front of PostgreSQL? Use session "
    "mode, "
    "or see \"Pools and proxies\" in docs/scaling.md";

/// The code, and what is safe to log of the message: of a value that was refused, the name of the
/// rule but not the value.
[[nodiscard]] std::string describe(const PGresult* result);

/// Throws what the error in `result` counts as: Conflict, NotSupported, DatabaseUnavailable or
/// DatabaseError.
[[noreturn]] void throw_error(const PGresult* result, std::string_view what);

}  // namespace lotkeeper::database
