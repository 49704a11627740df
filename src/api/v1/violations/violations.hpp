#pragma once

#include "http/endpoint.hpp"
#include "service/collections/collections.hpp"

namespace lotkeeper::api::v1 {

/// `violations/send_overdue_to_collections` (chapter "Pull API: Overdue Violations") and the
/// extension `violations/batches`.
[[nodiscard]] http::Endpoints violation_endpoints(service::Services& services,
                                                  service::Collections& collections);

}  // namespace lotkeeper::api::v1
