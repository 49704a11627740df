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

/// How long a session lasts at most.
inline constexpr std::chrono::hours k_session_life{12};
/// Most sessions of an operator. A further one ends the oldest.
inline constexpr std::int64_t k_most_sessions = 50;
/// The longest wait that wrong sign-ins cause.
inline constexpr std::chrono::seconds k_longest_sign_in_wait{15 * 60};

struct SignIn {
  std::string name;
  std::string password;
  std::string address;  ///< of the browser; empty if unknown
  std::string agent;    ///< its User-Agent
};

struct SignedIn {
  std::string cookie;  ///< cannot be read again later
  store::Session session;
};

/// Refused: 9002 for a wrong name or password, with the same reply and in the same time; 9102 after
/// 5 failures in a row at this name from this address, or 20 from this address. The wait doubles
/// with each failure, up to 15 minutes. Attempts from other addresses make nobody wait. Throws if
/// the password cannot be checked (std::bad_alloc: 64 MiB of memory are not available;
/// DatabaseError). Nothing is counted then.
domain::Result<SignedIn> sign_in(App& app, const SignIn& sign_in);

/// Opens a session without a password, for an operator whom the one-time link has just created.
domain::Result<SignedIn> open_session(App& app, store::OperatorId id, const std::string& agent);

/// Checks the operator's own password again. Refuses as `sign_in` does.
domain::Result<void> require_password(App& app, const std::string& name,
                                      const std::string& password, const std::string& address);

/// The refusal (9102) of an attempt that has to wait.
[[nodiscard]] domain::Refusal wait_first(std::chrono::milliseconds wait);

/// The failed sign-ins from an address, and until when it has to wait.
struct AddressStanding {
  std::int64_t failures = 0;
  base::Instant waits_until;
};
[[nodiscard]] AddressStanding standing_of(database::Connection& connection,
                                          const std::string& address);

/// Notes that a session was used, once a minute at most.
void note_use(App& app, const store::Session& session);

/// A client that an operator may see, and their role in it.
struct ClientChoice {
  store::ClientRow client;
  domain::Role role = domain::Role::viewer;
};
[[nodiscard]] std::vector<ClientChoice> clients_of(database::Connection& connection,
                                                   store::OperatorId id);

/// Shortens a User-Agent so that a person recognizes the device: "Firefox on Android".
[[nodiscard]] std::string short_agent(std::string_view user_agent);

}  // namespace lotkeeper::service
