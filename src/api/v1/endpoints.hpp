#pragma once

#include "http/endpoint.hpp"
#include "service/services.hpp"

namespace lotkeeper::api::v1 {

/// Every endpoint of the API. `services` must outlive them.
[[nodiscard]] http::Endpoints all_endpoints(service::Services& services);

}  // namespace lotkeeper::api::v1
