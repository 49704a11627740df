#include "http/error_reply.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace lotkeeper::http {
namespace {

namespace json = boost::json;

json::object to_json(const domain::Fault& fault) {
  const domain::ErrorEntry& entry = domain::error_entry(fault.code);
  json::object object;
  object["ErrorCode"] = static_cast<int>(entry.code);
  object["ErrorMessage"] = entry.message;
  if (!fault.field.empty()) object["Field"] = fault.field;
  if (!fault.detail.empty()) object["Detail"] = fault.detail;
  return object;
}

}  // namespace

Reply error_reply(const domain::Refusal& refusal, std::string_view request_id) {
  json::object object = to_json(refusal.faults.front());
  object["RequestId"] = request_id;
  if (refusal.faults.size() > 1) {
    json::array all;
    for (const domain::Fault& fault : refusal.faults) all.push_back(to_json(fault));
    object["Errors"] = std::move(all);
  }
  if (!refusal.standing_reference.empty()) object["reference_id"] = refusal.standing_reference;

  Reply reply;
  reply.status = domain::error_entry(refusal.faults.front().code).http_status;
  reply.body = json::serialize(object);
  if (reply.status == 401) {
    reply.headers.push_back({"WWW-Authenticate", "apiToken realm=\"lotkeeper\""});
  }
  if (refusal.retry_after_seconds > 0) {
    reply.headers.push_back({"Retry-After", std::to_string(refusal.retry_after_seconds)});
  }
  return reply;
}

FramingRefusal framing_refusal(FramingFault fault) {
  using domain::ErrorCode;
  const auto unparsable = [](const char* detail, int status = 0) {
    return FramingRefusal{domain::refuse(ErrorCode::unparsable, {}, detail), status};
  };
  const auto busy = [](const char* detail) {
    FramingRefusal refused{domain::refuse(ErrorCode::busy, {}, detail)};
    refused.refusal.retry_after_seconds = 1;
    return refused;
  };
  switch (fault) {
    case FramingFault::malformed:
      return unparsable("The length of this HTTP/1.1 request is unclear.");
    case FramingFault::header_too_large:
      return unparsable("The request's header is too large.");
    case FramingFault::body_too_large:
      return unparsable("The body is far over the limit. Send one request at a time.", 413);
    case FramingFault::timed_out:
      return unparsable("The request did not arrive completely in time.", 408);
    case FramingFault::too_many_connections:
      return busy("Too many connections are open. Try again shortly.");
    case FramingFault::too_much_memory:
      return busy("Too many large requests are being sent. Try again shortly.");
    case FramingFault::plain_on_tls:
      return unparsable("This port uses TLS. Use an address that begins with https.");
  }
  return unparsable("This is not an HTTP/1.1 request.");
}

}  // namespace lotkeeper::http
