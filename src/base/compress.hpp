#pragma once

#include <string>
#include <string_view>

namespace lotkeeper::base {

/// Compresses `text` with zstd, at a level fast enough to keep up with a disk.
[[nodiscard]] std::string compress(std::string_view text);

/// Reverses `compress`. Throws std::runtime_error for data that `compress` did not make.
[[nodiscard]] std::string decompress(std::string_view compressed);

}  // namespace lotkeeper::base
