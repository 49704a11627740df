#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/embedded.hpp"
#include "http/message.hpp"

namespace lotkeeper::http {

/// The documents that the binary carries: `/`, `/docs`, `/openapi.json`.
class Pages {
 public:
  explicit Pages(std::span<const base::EmbeddedFile> files);

  [[nodiscard]] const base::EmbeddedFile* find(std::string_view path) const;

  /// The file, compressed where the reader takes gzip, or 304 where it has it already. Under a
  /// policy that lets the page load nothing from elsewhere.
  [[nodiscard]] Reply reply(const base::EmbeddedFile& file, const Request& request) const;

  /// The pages that a person would ask for, for suggestions.
  [[nodiscard]] const std::vector<std::string>& titles() const { return m_titles; }

 private:
  std::span<const base::EmbeddedFile> m_files;
  std::vector<std::string> m_etags;  ///< one for each file
  std::vector<std::string> m_titles;
};

}  // namespace lotkeeper::http
