#include "http/route.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>
#include <boost/url/pct_string_view.hpp>

#include "base/text/text.hpp"

namespace lotkeeper::http {
namespace {

constexpr std::string_view k_prefix = "/api/";

/// A segment that cannot be decoded is a code that no client has.
std::string decode(std::string_view segment) {
  const auto encoded = boost::urls::make_pct_string_view(segment);
  if (encoded.has_error()) return std::string(segment);
  return encoded->decode();
}

}  // namespace

std::optional<ApiPath> parse_api_path(std::string_view path) {
  if (!path.starts_with(k_prefix)) return std::nullopt;
  const std::string_view rest = path.substr(k_prefix.size());
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return std::nullopt;

  const std::string_view segment = rest.substr(0, slash);
  const std::string_view after = rest.substr(slash + 1);
  if (after.starts_with("v1/")) return ApiPath{decode(segment), after.substr(3)};
  if (segment == "v1") return ApiPath{{}, after};  // the client's segment was left out
  return std::nullopt;
}

const Endpoint* find_endpoint(std::span<const Endpoint> endpoints, std::string_view tail) {
  const auto found = std::ranges::find(endpoints, tail, &Endpoint::path);
  return found == endpoints.end() ? nullptr : &*found;
}

std::string suggest(std::string_view path, std::span<const Endpoint> endpoints,
                    std::span<const std::string> pages) {
  // Past this length nothing is near, and the distance would cost what the path is long.
  constexpr std::size_t k_longest = 200;
  const std::string wanted = base::ascii_lower(path.substr(0, k_longest));
  const auto api_path = parse_api_path(path);
  const std::string tail =
      api_path ? base::ascii_lower(api_path->tail.substr(0, k_longest)) : wanted;

  std::string nearest;
  std::size_t least = std::numeric_limits<std::size_t>::max();
  const auto consider = [&](std::size_t distance, std::size_t most, std::string name) {
    if (distance > most || distance >= least) return;
    least = distance;
    nearest = std::move(name);
  };
  for (const Endpoint& endpoint : endpoints) {
    const std::string whole = fmt::format("/api/{{client}}/v1/{}", endpoint.path);
    // Half of it right is near enough: `permits/remove` is after `permits/delete`.
    consider(base::edit_distance(tail, endpoint.path),
             std::max(tail.size(), endpoint.path.size()) / 2, "POST " + whole);
    consider(base::edit_distance(wanted, whole), std::max(wanted.size(), whole.size()) / 2,
             "POST " + whole);
  }
  for (const std::string& page : pages) {
    // Pages are short words: if half of one differs, it is another word.
    consider(base::edit_distance(wanted, page), std::max(wanted.size(), page.size()) / 3,
             "GET " + page);
  }
  if (nearest.empty()) return "No endpoint has a similar address. GET /docs lists them all.";
  return fmt::format("The nearest endpoint is {}.", nearest);
}

}  // namespace lotkeeper::http
