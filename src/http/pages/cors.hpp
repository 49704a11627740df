#pragma once

#include <string>
#include <vector>

#include "http/message.hpp"

namespace lotkeeper::http {

/// Which pages of other origins may call the API. The document's own samples run in a browser; the
/// token is in the body and no cookie is read, so any origin may by default.
class Cors {
 public:
  /// `origins` as a browser sends them (`https://example.org`), or `*` alone.
  explicit Cors(std::vector<std::string> origins) : m_origins(std::move(origins)) {}

  /// Adds to `reply` what lets the page that sent `request` read it.
  void allow(const Request& request, Reply& reply) const;

  /// The answer to an OPTIONS request for a path that takes `methods` ("POST, OPTIONS").
  [[nodiscard]] Reply preflight(const Request& request, std::string_view methods) const;

 private:
  std::vector<std::string> m_origins;
};

}  // namespace lotkeeper::http
