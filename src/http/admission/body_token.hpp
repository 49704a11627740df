#pragma once

#include <optional>
#include <string>

#include "base/text/json.hpp"

namespace lotkeeper::http {

/// The token in a body, trimmed; nullopt where it is absent, null or empty. A value that is no text
/// comes back as text that no token can be.
[[nodiscard]] std::optional<std::string> find_token(const base::JsonValue& body);

/// A sentence for whoever sent a body without a token.
[[nodiscard]] std::string missing_token_detail(const base::JsonValue& body);

}  // namespace lotkeeper::http
