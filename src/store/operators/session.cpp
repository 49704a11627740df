#include "store/operators/session.hpp"

namespace lotkeeper::store {

using database::Bytes;
using database::Connection;
using database::Row;
using database::Statement;

constexpr Statement k_insert{
    "session.insert",
    "INSERT INTO operator_session (session_id, hash, operator_id, client_id, agent, created_at, "
    "last_seen_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"};

SessionId insert_session(Connection& connection, const Session& session, const base::Digest& hash) {
  const SessionId id = take_ids(connection, k_all_clients, "session");
  connection.run(k_insert, {id, Bytes(hash), session.operator_id, session.client, session.agent,
                            session.created, session.last_seen, session.expires});
  return id;
}

namespace {

Session to_session(const Row& row) {
  return {row.integer(0),           row.integer(1), std::string(row.text(2)), row.integer(3),
          std::string(row.text(4)), row.instant(5), row.instant(6),           row.instant(7)};
}

}  // namespace

constexpr Statement k_find{
    "session.find",
    "SELECT s.session_id, s.operator_id, o.name, s.client_id, s.agent, s.created_at, "
    "s.last_seen_at, s.expires_at FROM operator_session s "
    "JOIN operator o ON o.operator_id = s.operator_id "
    "WHERE s.hash = $1 AND s.expires_at > $2 AND s.last_seen_at > $3"};

std::optional<Session> find_session(Connection& connection, const base::Digest& hash,
                                    base::Instant now) {
  std::optional<Session> found;
  connection.run(k_find, {Bytes(hash), now, now - k_session_idle},
                 [&](const Row& row) { found = to_session(row); });
  return found;
}

constexpr Statement k_touch{"session.touch",
                            "UPDATE operator_session SET last_seen_at = $2 WHERE session_id = $1"};

void touch_session(Connection& connection, SessionId id, base::Instant now) {
  connection.run(k_touch, {id, now});
}

constexpr Statement k_set_client{
    "session.client", "UPDATE operator_session SET client_id = $2 WHERE session_id = $1"};

void set_session_client(Connection& connection, SessionId id, ClientId client) {
  connection.run(k_set_client, {id, client});
}

constexpr Statement k_end{"session.end", "DELETE FROM operator_session WHERE session_id = $1"};

void end_session(Connection& connection, SessionId id) { connection.run(k_end, {id}); }

constexpr Statement k_end_of{
    "session.end_of", "DELETE FROM operator_session WHERE operator_id = $1 AND session_id <> $2"};

void end_sessions(Connection& connection, OperatorId id, SessionId kept) {
  connection.run(k_end_of, {id, kept});
}

constexpr Statement k_end_oldest{
    "session.end_oldest",
    "DELETE FROM operator_session WHERE operator_id = $1 AND session_id NOT IN "
    "(SELECT session_id FROM operator_session WHERE operator_id = $1 "
    "ORDER BY session_id DESC LIMIT $2)"};

void end_oldest_sessions(Connection& connection, OperatorId id, std::int64_t most) {
  connection.run(k_end_oldest, {id, most});
}

constexpr Statement k_list{
    "session.list",
    "SELECT s.session_id, s.operator_id, o.name, s.client_id, s.agent, s.created_at, "
    "s.last_seen_at, s.expires_at FROM operator_session s "
    "JOIN operator o ON o.operator_id = s.operator_id "
    "WHERE s.expires_at > $2 AND s.last_seen_at > $3 AND (s.operator_id = $1 OR $1 = 0) "
    "ORDER BY s.session_id DESC"};

std::vector<Session> list_sessions(Connection& connection, OperatorId id, base::Instant now) {
  std::vector<Session> sessions;
  connection.run(k_list, {id, now, now - k_session_idle},
                 [&](const Row& row) { sessions.push_back(to_session(row)); });
  return sessions;
}

constexpr Statement k_forget{
    "session.forget", "DELETE FROM operator_session WHERE expires_at <= $1 OR last_seen_at <= $2"};

void forget_ended_sessions(Connection& connection, base::Instant now) {
  connection.run(k_forget, {now, now - k_session_idle});
}

namespace {

std::string_view name_of(FailureScope scope) {
  return scope == FailureScope::name_at_address ? "name at address" : "address";
}

}  // namespace

constexpr Statement k_find_failures{
    "sign_in_failure.find",
    "SELECT failures, last_at FROM sign_in_failure WHERE scope = $1 AND subject = $2"};

Failures find_failures(Connection& connection, FailureScope scope, std::string_view subject) {
  Failures failures;
  const base::Digest hash = base::sha256(subject);
  connection.run(k_find_failures, {name_of(scope), Bytes(hash)},
                 [&](const Row& row) { failures = {row.integer(0), row.instant(1)}; });
  return failures;
}

constexpr Statement k_set_failures{
    "sign_in_failure.set",
    "INSERT INTO sign_in_failure (scope, subject, failures, last_at) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (scope, subject) DO UPDATE SET failures = $3, last_at = $4"};

void set_failures(Connection& connection, FailureScope scope, std::string_view subject,
                  const Failures& failures) {
  const base::Digest hash = base::sha256(subject);
  connection.run(k_set_failures, {name_of(scope), Bytes(hash), failures.count, failures.last});
}

constexpr Statement k_forget_failures{
    "sign_in_failure.forget", "DELETE FROM sign_in_failure WHERE scope = $1 AND subject = $2"};

void forget_failures(Connection& connection, FailureScope scope, std::string_view subject) {
  const base::Digest hash = base::sha256(subject);
  connection.run(k_forget_failures, {name_of(scope), Bytes(hash)});
}

constexpr Statement k_forget_old{"sign_in_failure.forget_old",
                                 "DELETE FROM sign_in_failure WHERE last_at < $1"};

void forget_old_failures(Connection& connection, base::Instant before) {
  connection.run(k_forget_old, {before});
}

}  // namespace lotkeeper::store
