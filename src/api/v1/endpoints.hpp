#pragma once

#include "http/endpoint.hpp"
#include "service/collections.hpp"
#include "service/services.hpp"

namespace lotkeeper::api::v1 {

/// Every endpoint of the API, the files' own tables one after another. What they are given must
/// outlive them.
[[nodiscard]] http::Endpoints endpoints(service::Services& services,
                                        service::Collections& collections);

}  // namespace lotkeeper::api::v1
