#pragma once

#include "service/app.hpp"

namespace lotkeeper::cli {

inline constexpr const char* k_demo_client = "OC_TOMA";
inline constexpr const char* k_demo_token = "YOUR-API-TOKEN";
inline constexpr const char* k_demo_operator = "demo";
inline constexpr const char* k_demo_password = "demo";

/// Creates the demo's client, integration, token, zones, user types, some people and permits if
/// they are missing. Throws std::runtime_error if that fails.
void fill_demo(service::App& app);

}  // namespace lotkeeper::cli
