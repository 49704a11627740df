#include "api/v1/endpoints.hpp"

#include <algorithm>
#include <iterator>

#include "api/v1/permits.hpp"
#include "api/v1/profiles.hpp"

namespace lotkeeper::api::v1 {

http::Endpoints all_endpoints(service::Services& services) {
  http::Endpoints all = permit_endpoints(services);
  std::ranges::move(profile_endpoints(services), std::back_inserter(all));
  return all;
}

}  // namespace lotkeeper::api::v1
