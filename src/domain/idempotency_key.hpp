#pragma once

#include <string_view>

#include <tl/expected.hpp>

#include "domain/fault.hpp"

namespace lotkeeper::domain {

/// The key that a header bears, without the quotes that a structured field has around it. Refused:
/// 9030 where it has more than 255 characters, 9033 where it is empty or has others than visible
/// ASCII with blanks between.
[[nodiscard]] tl::expected<std::string_view, Fault> read_idempotency_key(std::string_view header);

}  // namespace lotkeeper::domain
