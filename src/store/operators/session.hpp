#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "database/connection.hpp"
#include "store/ids.hpp"

/// Sessions of operators, and the sign-ins that failed.
namespace lotkeeper::store {

/// After so long without a request a session is over.
inline constexpr std::chrono::hours k_session_idle{2};

struct Session {
  SessionId id = 0;
  OperatorId operator_id = 0;
  std::string operator_name;
  ClientId client = 0;  ///< the one that it is about; 0: none yet
  std::string agent;    ///< "Firefox on Android"
  base::Instant created;
  base::Instant last_seen;
  base::Instant expires;
};

/// Stores a session under the hash of its cookie; `operator_name` is not kept. Returns its id.
SessionId insert_session(database::Connection& connection, const Session& session,
                         const base::Digest& hash);
/// The session of this cookie, unless it is over at `now`.
[[nodiscard]] std::optional<Session> find_session(database::Connection& connection,
                                                  const base::Digest& hash, base::Instant now);
void touch_session(database::Connection& connection, SessionId id, base::Instant now);
void set_session_client(database::Connection& connection, SessionId id, ClientId client);
void end_session(database::Connection& connection, SessionId id);
/// Ends an operator's sessions but `kept` (0: all).
void end_sessions(database::Connection& connection, OperatorId id, SessionId kept);
/// Ends an operator's oldest sessions, so that `most` are left.
void end_oldest_sessions(database::Connection& connection, OperatorId id, std::int64_t most);
/// Those that are not over at `now`, latest first: of one operator, or of all (0).
[[nodiscard]] std::vector<Session> list_sessions(database::Connection& connection, OperatorId id,
                                                 base::Instant now);
void forget_ended_sessions(database::Connection& connection, base::Instant now);

/// What failed sign-ins are counted by.
enum class FailureScope { name_at_address, address };

struct Failures {
  std::int64_t count = 0;  ///< in a row
  base::Instant last;
};

/// `subject` itself is not kept, its hash is.
[[nodiscard]] Failures find_failures(database::Connection& connection, FailureScope scope,
                                     std::string_view subject);
void set_failures(database::Connection& connection, FailureScope scope, std::string_view subject,
                  const Failures& failures);
void forget_failures(database::Connection& connection, FailureScope scope,
                     std::string_view subject);
void forget_old_failures(database::Connection& connection, base::Instant before);

}  // namespace lotkeeper::store
