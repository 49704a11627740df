#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "domain/fault.hpp"

namespace lotkeeper::domain {

/// A refusal (9033) of what an operator asked for, not of one attribute.
[[nodiscard]] tl::unexpected<Refusal> invalid(std::string detail);

inline constexpr std::size_t k_name_limit = 200;

/// `name` without white space around it: 1 to `limit` characters, none of them a control character.
/// Else refused, in a sentence that begins with `what` ("a zone's name").
[[nodiscard]] Result<std::string> checked_name(std::string_view what, std::string_view name,
                                               std::size_t limit = k_name_limit);

}  // namespace lotkeeper::domain
