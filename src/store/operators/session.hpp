#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "database/connection.hpp"
#include "store/ids.hpp"

/// Operators' sessions, and failed sign-ins.
namespace lotkeeper::store {

/// A session ends after this long without a request.
inline constexpr std::chrono::hours k_session_idle{2};

struct Session {
  SessionId id = 0;
  OperatorId operator_id = 0;
  std::string operator_name;
  ClientId client = 0;  ///< the client it works with; 0: none yet
  std::string agent;    ///< "Firefox on Android"
  base::Instant created;
  base::Instant last_seen;
  base::Instant expires;
};

/// Stores a session under the hash of its cookie and returns its id. `operator_name` is not stored.
SessionId insert_session(database::Connection& connection, const Session& session,
                         const base::Digest& hash);
/// The session of this cookie, unless it has ended by `now`.
[[nodiscard]] std::optional<Session> find_session(database::Connection& connection,
                                                  const base::Digest& hash, base::Instant now);
void touch_session(database::Connection& connection, SessionId id, base::Instant now);
void set_session_client(database::Connection& connection, SessionId id, ClientId client);
void end_session(database::Connection& connection, SessionId id);
/// Ends all sessions of an operator except `kept` (0: no exception).
void end_sessions(database::Connection& connection, OperatorId id, SessionId kept);
/// Ends an operator's oldest sessions until `most` are left.
void end_oldest_sessions(database::Connection& connection, OperatorId id, std::int64_t most);
/// Sessions that have not ended by `now`, latest first: of one operator, or of all (0).
[[nodiscard]] std::vector<Session> list_sessions(database::Connection& connection, OperatorId id,
                                                 base::Instant now);
void forget_ended_sessions(database::Connection& connection, base::Instant now);

/// Failed sign-ins are counted by these.
enum class FailureScope { name_at_address, address };

struct Failures {
  std::int64_t count = 0;  ///< in a row
  base::Instant last;
};

/// Stores only the hash of `subject`.
[[nodiscard]] Failures find_failures(database::Connection& connection, FailureScope scope,
                                     std::string_view subject);
void set_failures(database::Connection& connection, FailureScope scope, std::string_view subject,
                  const Failures& failures);
void forget_failures(database::Connection& connection, FailureScope scope,
                     std::string_view subject);
void forget_old_failures(database::Connection& connection, base::Instant before);

}  // namespace lotkeeper::store
