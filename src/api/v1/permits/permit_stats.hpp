#pragma once

#include <boost/asio/awaitable.hpp>

#include "http/endpoint.hpp"
#include "service/services.hpp"

namespace lotkeeper::api::v1 {

/// permits/stats: chapter "Pull API: Permit Stats".
[[nodiscard]] boost::asio::awaitable<domain::Result<http::Answer>> stats(
    service::Services& services, http::Call& call);

}  // namespace lotkeeper::api::v1
