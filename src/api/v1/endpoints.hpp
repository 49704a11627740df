#pragma once

#include "http/endpoint.hpp"
#include "service/services.hpp"

namespace lotkeeper::api::v1 {

/// Every endpoint of the API, the files' own tables one after another. `services` must outlive
/// them.
[[nodiscard]] http::Endpoints endpoints(service::Services& services);

}  // namespace lotkeeper::api::v1
