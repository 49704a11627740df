#pragma once

#include "http/endpoint.hpp"
#include "service/services.hpp"

namespace lotkeeper::api::v1 {

/// The document's chapter "Permits API", and our `permits/check`. `services` must outlive them.
[[nodiscard]] http::Endpoints permit_endpoints(service::Services& services);

}  // namespace lotkeeper::api::v1
