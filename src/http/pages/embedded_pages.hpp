#pragma once

#include <span>

#include "base/embedded.hpp"

namespace lotkeeper::http {

/// The pages that the build put into the binary: web/build.mjs says which.
[[nodiscard]] std::span<const base::EmbeddedFile> embedded_pages();

}  // namespace lotkeeper::http
