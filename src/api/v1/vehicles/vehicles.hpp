#pragma once

#include "http/endpoint.hpp"
#include "service/services.hpp"

namespace lotkeeper::api::v1 {

/// The document's chapter "Push API: Vehicle Create". `services` must outlive them.
[[nodiscard]] http::Endpoints vehicle_endpoints(service::Services& services);

}  // namespace lotkeeper::api::v1
