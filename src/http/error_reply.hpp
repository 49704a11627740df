#pragma once

#include <string_view>

#include "domain/fault.hpp"
#include "http/message.hpp"

namespace lotkeeper::http {

/// The document's error object with our extensions after its two keys, under the HTTP status that
/// the catalogue has for its first fault.
[[nodiscard]] Reply error_reply(const domain::Refusal& refusal, std::string_view request_id);

/// What is said of that which could not be read as a request.
struct FramingRefusal {
  domain::Refusal refusal;
  int status = 0;  ///< 0: the catalogue's
};
[[nodiscard]] FramingRefusal framing_refusal(FramingFault fault);

}  // namespace lotkeeper::http
