#pragma once

#include <span>
#include <string_view>

namespace lotkeeper::base {

/// A file that the build embedded in the binary.
struct EmbeddedFile {
  std::string_view path;          ///< migrations: the file's name; pages: the path of the URL
  std::string_view content_type;  ///< pages only
  std::string_view content;
  std::string_view gzipped;  ///< pages only: the same content, compressed
};

}  // namespace lotkeeper::base
