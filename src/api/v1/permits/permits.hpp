#pragma once

#include "http/endpoint.hpp"
#include "service/permits/permit_writes.hpp"
#include "service/services.hpp"

namespace lotkeeper::api::v1 {

/// The document's chapter "Permits API", and our `permits/check`. `services` must outlive them.
[[nodiscard]] http::Endpoints permit_endpoints(service::Services& services);

/// Reads a push's attributes into `push`, by all the rules that no stored data is needed for. Of
/// `call` the caller, the body and the moment count. Refused: every fault of them at once.
[[nodiscard]] domain::Result<void> decode_push(const http::Call& call, service::PushPermit& push);

}  // namespace lotkeeper::api::v1
