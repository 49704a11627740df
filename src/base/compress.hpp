#pragma once

#include <string>
#include <string_view>

namespace lotkeeper::base {

/// `text` compressed (zstd, at a level that keeps up with a disk).
[[nodiscard]] std::string compress(std::string_view text);

/// What `compress` was given. Throws std::runtime_error for anything that it did not make.
[[nodiscard]] std::string decompress(std::string_view compressed);

}  // namespace lotkeeper::base
