#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "support/test_api.hpp"

/// What is true of every reply, whatever the endpoint.
namespace lotkeeper::tests {

/// The message of an error code, letter for letter as in the API document (our own from 9100 on).
/// Written down here a second time, so that a slip in the server's catalogue shows.
[[nodiscard]] std::string_view documented_message(int code);

/// The HTTP status that a code is answered with where nothing else is said.
[[nodiscard]] int usual_status(int code);

/// The faults of an error reply as "9006 plate", in their order. Empty for a success.
[[nodiscard]] std::vector<std::string> faults_of(const TestApi::Response& reply);

/// Fails the test where an error reply is not of the documented form: keys and their order,
/// messages, request id, the list of all faults, the headers that go with its status.
void expect_error_form(const TestApi::Response& reply);

/// Fails the test where the reply of a push, update or delete is not of the documented form.
void expect_receipt_form(const TestApi::Response& reply);

/// The same for `profiles/push`.
void expect_profile_receipt_form(const TestApi::Response& reply);

/// The value of `reference_id` (of a number its digits), or an empty text.
[[nodiscard]] std::string reference_of(const TestApi::Response& reply);

}  // namespace lotkeeper::tests
