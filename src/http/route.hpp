#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "http/endpoint.hpp"

namespace lotkeeper::http {

/// An API path taken apart: `/api/{client}/v1/<tail>`.
struct ApiPath {
  std::string client;  ///< percent-decoded; empty where the segment is missing or empty
  std::string_view tail;
};

/// nullopt where `path` is no API path at all.
[[nodiscard]] std::optional<ApiPath> parse_api_path(std::string_view path);

/// The endpoint of this tail, or null.
[[nodiscard]] const Endpoint* find_endpoint(std::span<const Endpoint> endpoints,
                                            std::string_view tail);

/// What to call instead of `path`, as a sentence that names the nearest of `endpoints` and `pages`,
/// or `/docs` where none is near.
[[nodiscard]] std::string suggest(std::string_view path, std::span<const Endpoint> endpoints,
                                  std::span<const std::string> pages);

}  // namespace lotkeeper::http
