#pragma once

#include <optional>
#include <string>
#include <vector>

#include "service/actor.hpp"
#include "store/operators/operator.hpp"
#include "store/operators/session.hpp"

/// Changes that administrators make to the console's operators, on the command line and in the
/// console. Hashing a password takes a tenth of a second, so do not call these on an event loop.
namespace lotkeeper::service {

using domain::Result;
using domain::Role;

inline constexpr std::size_t k_shortest_password = 10;
inline constexpr std::size_t k_longest_password = 200;

/// Adds an operator with a role in `client` (its code), or in every client.
///
/// Refused: a name that is taken or does not have 1 to 50 characters; a password shorter than 10 or
/// longer than 200 characters (`any_password` allows the demo's short one); an unknown client; a
/// role in every client other than administrator.
Result<std::string> add_operator(const Actor& actor, const std::string& name,
                                 const std::string& password, Role role,
                                 const std::optional<std::string>& client,
                                 bool any_password = false);

/// Gives an operator a role in a client, or in every client. Refused: an unknown name or client; a
/// change that would leave the client without an administrator.
Result<std::string> set_operator(const Actor& actor, const std::string& name, Role role,
                                 const std::optional<std::string>& client);

/// Sets a new password and ends the operator's sessions except `kept`.
Result<std::string> set_operator_password(const Actor& actor, const std::string& name,
                                          const std::string& password, store::SessionId kept = 0);

/// Removes an operator from a client or, if none is given, from all. Refused: an unknown name or
/// client; a change that would leave the client without an administrator.
Result<std::string> remove_operator(const Actor& actor, const std::string& name,
                                    const std::optional<std::string>& client);

/// Makes the token of the one-time link for creating the first administrator. It is valid for a day
/// and replaces the previous token. Refused (9022): there are operators already.
domain::Result<std::string> make_first_link(const Actor& actor);

/// Creates the first administrator, of every client, with the token of the link. Refused (9002): a
/// token that is wrong, expired or used. Also refuses what `add_operator` refuses.
Result<std::string> make_first_administrator(const Actor& actor, const std::string& token,
                                             const std::string& name, const std::string& password);

}  // namespace lotkeeper::service
