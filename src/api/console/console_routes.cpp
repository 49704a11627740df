#include <algorithm>
#include <iterator>

#include "api/console/inside.hpp"

/// Which route a request is for.
namespace lotkeeper::api::console {
namespace {

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::size_t end = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

bool is_hole(std::string_view segment) { return segment.starts_with('{'); }

bool matches(std::string_view pattern, const std::vector<std::string_view>& path) {
  const auto wanted = segments_of(pattern);
  return std::ranges::equal(wanted, path, [](std::string_view want, std::string_view have) {
    return is_hole(want) ? !have.empty() : want == have;
  });
}

std::vector<std::string> ids_in(std::string_view pattern,
                                const std::vector<std::string_view>& path) {
  std::vector<std::string> ids;
  const auto wanted = segments_of(pattern);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (is_hole(wanted[i])) ids.emplace_back(path[i]);
  }
  return ids;
}

}  // namespace

bool is_console(std::string_view path) {
  return path.starts_with(k_root) && (path.size() == k_root.size() || path[k_root.size()] == '/');
}

bool takes_upload(std::string_view target) {
  if (!target.starts_with(k_api)) return false;
  const std::string_view path = target.substr(k_api.size(), target.find('?') - k_api.size());
  if (!path.starts_with('/')) return false;
  const auto segments = segments_of(path);
  return std::ranges::any_of(routes(), [&segments](const Route& route) {
    return route.takes_upload && matches(route.path, segments);
  });
}

const Routes& routes() {
  static const Routes all = [] {
    Routes joined;
    for (const auto table :
         {session_routes, operator_routes, overview_routes, plate_routes, violation_routes,
          violation_event_routes, photo_routes, batch_routes, permit_routes, vehicle_routes,
          profile_routes, zone_routes, integration_routes, money_routes, reconciliation_routes,
          settings_routes}) {
      std::ranges::move(table(), std::back_inserter(joined));
    }
    return joined;
  }();
  return all;
}

Console::Match Console::find(const http::Request& request) const {
  Match found;
  const auto path = segments_of(request.path.substr(k_api.size()));
  for (const Route& route : routes()) {
    if (!matches(route.path, path)) continue;
    found.path_is_known = true;
    if (route.method != request.method) continue;
    found.route = &route;
    found.ids = ids_in(route.path, path);
  }
  return found;
}

}  // namespace lotkeeper::api::console
