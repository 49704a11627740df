#pragma once

#include <functional>
#include <string>

#include "http/dispatcher.hpp"
#include "http/endpoint.hpp"
#include "service/collections/collections.hpp"
#include "service/services.hpp"

namespace lotkeeper::api::v1 {

/// Every endpoint of the API, the files' own tables one after another. What they are given must
/// outlive them.
[[nodiscard]] http::Endpoints endpoints(service::Services& services,
                                        service::Collections& collections);

/// What the dispatcher asks of the store.
[[nodiscard]] http::DispatchStore dispatch_store(service::Services& services,
                                                 std::function<std::string()> why_not_ready);

}  // namespace lotkeeper::api::v1
