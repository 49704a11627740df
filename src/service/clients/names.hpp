#pragma once

#include <string>
#include <string_view>

#include "domain/fault.hpp"

/// What operators write, judged; each refusal a sentence for them.
namespace lotkeeper::service {

/// A refusal of what an operator asked for (field_invalid), not of one field.
[[nodiscard]] tl::unexpected<domain::Refusal> invalid(std::string detail);

/// `name` without white space around it: 1 to 200 characters, none of them a control character.
/// Else refused, in a sentence that begins with `what` ("a zone's name").
[[nodiscard]] domain::Result<std::string> check_name(std::string_view what, std::string_view name);

}  // namespace lotkeeper::service
