#pragma once

#include "api/console/call.hpp"

/// Fines by month and takings by day; `money_routes` adds them to its own.
namespace lotkeeper::api::console {

[[nodiscard]] Routes money_report_routes();

}  // namespace lotkeeper::api::console
