#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/app.hpp"
#include "store/operators/operator.hpp"
#include "store/operators/session.hpp"

/// Signing in to the console.
namespace lotkeeper::service {

/// So long a session lasts at the most.
inline constexpr std::chrono::hours k_session_life{12};
/// An operator has no more sessions than these; the oldest ends for another.
inline constexpr std::int64_t k_most_sessions = 50;
/// The longest wait that wrong sign-ins cause.
inline constexpr std::chrono::seconds k_longest_sign_in_wait{15 * 60};

struct SignIn {
  std::string name;
  std::string password;
  std::string address;  ///< of the browser; empty where it is not known
  std::string agent;    ///< its User-Agent
};

struct SignedIn {
  std::string cookie;  ///< the only time that it can be seen
  store::Session session;
};

/// Refused: 9002 a wrong name or password, alike and in the same time; 9102 after several failures
/// in a row at this name from this address (5) or from this address (20), for a time that doubles
/// with each (at most 15 minutes). What other addresses try makes nobody wait. Throws where it
/// cannot be judged (std::bad_alloc: 64 MiB are not to be had; DatabaseError); nothing is counted
/// then.
domain::Result<SignedIn> sign_in(App& app, const SignIn& sign_in);

/// A session without a password: for whom has just been made by the one-time link.
domain::Result<SignedIn> open_session(App& app, store::OperatorId id, const std::string& agent);

/// The operator's own password is asked for once more. Refused as signing in.
domain::Result<void> require_password(App& app, const std::string& name,
                                      const std::string& password, const std::string& address);

/// The refusal (9102) of whoever has to wait.
[[nodiscard]] domain::Refusal wait_first(std::chrono::milliseconds wait);

/// How the wrong sign-ins from an address stand.
struct AddressStanding {
  std::int64_t failures = 0;
  base::Instant waits_until;
};
[[nodiscard]] AddressStanding standing_of(database::Connection& connection,
                                          const std::string& address);

/// Notes that a session was used, once a minute at most.
void note_use(App& app, const store::Session& session);

/// A client that an operator may look at, and as what.
struct ClientChoice {
  store::ClientRow client;
  domain::Role role = domain::Role::viewer;
};
[[nodiscard]] std::vector<ClientChoice> clients_of(database::Connection& connection,
                                                   store::OperatorId id);

/// "Firefox on Android": as much of a User-Agent as tells a person which device it is.
[[nodiscard]] std::string short_agent(std::string_view user_agent);

}  // namespace lotkeeper::service
