#pragma once

#include "http/endpoint.hpp"
#include "service/services.hpp"

namespace lotkeeper::api::v1 {

/// The document's chapters "Pull API: UserType" and "Push API: User Create/Update". `services` must
/// outlive them.
[[nodiscard]] http::Endpoints profile_endpoints(service::Services& services);

}  // namespace lotkeeper::api::v1
