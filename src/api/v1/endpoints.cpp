#include "api/v1/endpoints.hpp"

#include <algorithm>
#include <iterator>

#include "api/v1/permits.hpp"
#include "api/v1/profiles.hpp"
#include "api/v1/vehicles.hpp"
#include "api/v1/violations.hpp"

namespace lotkeeper::api::v1 {

http::Endpoints endpoints(service::Services& services, service::Collections& collections) {
  http::Endpoints all;
  for (const auto& table : {permit_endpoints, vehicle_endpoints, profile_endpoints}) {
    std::ranges::move(table(services), std::back_inserter(all));
  }
  std::ranges::move(violation_endpoints(services, collections), std::back_inserter(all));
  return all;
}

}  // namespace lotkeeper::api::v1
