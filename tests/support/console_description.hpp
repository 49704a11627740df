#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "api/console/call.hpp"

/// What api/console.yaml says of the console's operations, for tests that try every one.
namespace lotkeeper::tests {

struct DescribedOperation {
  std::string role;
  std::vector<std::string> query_keys;
};

[[nodiscard]] std::string_view method_name(http::Method method);
/// "get /permits/{reference}"
[[nodiscard]] std::string operation_name(const api::console::Route& route);
/// All of them by that name.
[[nodiscard]] std::map<std::string, DescribedOperation> described_operations();
/// A value that `route` takes for this key of its query; throws where none is known.
[[nodiscard]] std::string sample_value(const api::console::Route& route, const std::string& key);

}  // namespace lotkeeper::tests
