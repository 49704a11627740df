#include "api/v1/endpoints.hpp"

#include <algorithm>
#include <iterator>

#include "api/v1/permits.hpp"
#include "api/v1/vehicles.hpp"

namespace lotkeeper::api::v1 {

http::Endpoints endpoints(service::Services& services) {
  http::Endpoints all;
  for (const auto& table : {permit_endpoints, vehicle_endpoints}) {
    std::ranges::move(table(services), std::back_inserter(all));
  }
  return all;
}

}  // namespace lotkeeper::api::v1
