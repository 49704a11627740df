#pragma once

#include <string>
#include <string_view>

#include <libpq-fe.h>

#include "database/connection.hpp"

/// The meaning of PostgreSQL's SQLSTATEs. Uses only fields that are not translated by locale.
namespace lotkeeper::database {

/// False for 25P01, "there is no transaction in progress".
[[nodiscard]] bool is_warning(const PGresult* notice);

/// 40001 or 40P01: a conflict with another transaction.
[[nodiscard]] bool is_conflict(const PGresult* result);

/// FATAL or PANIC: the server hangs up after it.
[[nodiscard]] bool ends_the_session(const PGresult* result);

/// 25006: this server does not accept writes (any more). It is a standby.
[[nodiscard]] bool is_read_only(const PGresult* result);

/// Added to an error that a connection pooler most likely caused.
inline constexpr std::string_view k_pooler_hint =
    "; is a pooler in transaction mode (pgbouncer) in front of PostgreSQL? Use session "
    "mode, "
    "or see \"Pools and proxies\" in docs/scaling.md";

/// The code, and the part of the message that is safe to log. If a value was refused, names the
/// constraint but not the value.
[[nodiscard]] std::string describe(const PGresult* result);

/// Throws the exception for the error in `result`: Conflict, NotSupported, DatabaseUnavailable or
/// DatabaseError.
[[noreturn]] void throw_error(const PGresult* result, std::string_view what);

}  // namespace lotkeeper::database
