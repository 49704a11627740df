#include "base/compress.hpp"

#include <stdexcept>

#include <zstd.h>

namespace lotkeeper::base {
namespace {

constexpr int k_level = 1;
constexpr unsigned long long k_longest = 256ULL * 1024 * 1024;

}  // namespace

std::string compress(std::string_view text) {
  std::string compressed(ZSTD_compressBound(text.size()), '\0');
  const std::size_t size =
      ZSTD_compress(compressed.data(), compressed.size(), text.data(), text.size(), k_level);
  if (ZSTD_isError(size) != 0) throw std::runtime_error(ZSTD_getErrorName(size));
  compressed.resize(size);
  return compressed;
}

std::string decompress(std::string_view compressed) {
  // `compress` writes the length of the content into the frame.
  const unsigned long long length = ZSTD_getFrameContentSize(compressed.data(), compressed.size());
  if (length == ZSTD_CONTENTSIZE_ERROR || length == ZSTD_CONTENTSIZE_UNKNOWN ||
      length > k_longest) {
    throw std::runtime_error("this is not a text that Lotkeeper compressed");
  }
  std::string text(static_cast<std::size_t>(length), '\0');
  const std::size_t size =
      ZSTD_decompress(text.data(), text.size(), compressed.data(), compressed.size());
  if (ZSTD_isError(size) != 0 || size != text.size()) {
    throw std::runtime_error("a compressed text is damaged");
  }
  return text;
}

}  // namespace lotkeeper::base
