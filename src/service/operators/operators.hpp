#pragma once

#include <optional>
#include <string>
#include <vector>

#include "service/actor.hpp"
#include "store/operators/operator.hpp"
#include "store/operators/session.hpp"

/// What administrators do with the console's operators, on the command line and in the console
/// alike. Passwords are hashed here, which takes a tenth of a second: not on an event loop.
namespace lotkeeper::service {

using domain::Result;
using domain::Role;

inline constexpr std::size_t k_shortest_password = 10;
inline constexpr std::size_t k_longest_password = 200;

/// Adds an operator with a role in `client` (its code), or in every client.
///
/// Refused: a name that stands, or has not 1 to 50 characters; a password shorter than 10 or longer
/// than 200 characters (`any_password`: the demo's may be short); an unknown client; a role in
/// every client that is not administrator.
Result<std::string> add_operator(const Actor& actor, const std::string& name,
                                 const std::string& password, Role role,
                                 const std::optional<std::string>& client,
                                 bool any_password = false);

/// Gives an operator a role in a client, or in every one. Refused: an unknown name or client; where
/// the client would be left without administrator.
Result<std::string> set_operator(const Actor& actor, const std::string& name, Role role,
                                 const std::optional<std::string>& client);

/// Another password; ends the operator's sessions but `kept`.
Result<std::string> set_operator_password(const Actor& actor, const std::string& name,
                                          const std::string& password, store::SessionId kept = 0);

/// Takes an operator from a client, or (without one) removes it. Refused: an unknown name or
/// client; where the client would be left without administrator.
Result<std::string> remove_operator(const Actor& actor, const std::string& name,
                                    const std::optional<std::string>& client);

/// Makes the token of the one-time link under which the first administrator is made, good for a
/// day; the one before is good no more. Refused (9022): there are operators already.
domain::Result<std::string> make_first_link(const Actor& actor);

/// Makes the administrator of every client whom the link is for. Refused (9002): the token is not
/// the link's, the link is too old, or was used; and what `add_operator` refuses.
Result<std::string> make_first_administrator(const Actor& actor, const std::string& token,
                                             const std::string& name, const std::string& password);

}  // namespace lotkeeper::service
