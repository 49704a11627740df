#include "api/v1/reply_rules.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <map>

#include "base/uuid.hpp"

namespace lotkeeper::tests {
namespace {

namespace json = boost::json;

const std::map<int, std::string_view> k_messages{
    {9000, "Client Code is missing from the request."},
    {9001, "API Token is missing from the request."},
    {9002, "The supplied API token does not have permission to perform that request."},
    {9003, "Could not parse the request."},
    {9004, "End Time is a required field."},
    {9005, "The end time value is invalid."},
    {9006, "Plate is a required field."},
    {9007, "The start time value is invalid."},
    {9008,
     "Reference ID is required. On a new permit push, a reference id is returned. This is required "
     "for updates and deletes."},
    {9009, "Record not found."},
    {9010, "The Plate Type is required."},
    {9011, "The province or state is required."},
    {9012, "The vehicle is already in the database."},
    {9013, "A unique id is required."},
    {9014, "The login source is required."},
    {9015, "The login source is invalid."},
    {9016, "The user e-mail is required."},
    {9017, "The user's first name is required."},
    {9018, "The user's last name is required."},
    {9019, "The user's email address must be unique."},
    {9020, "The user's username must be unique."},
    {9021, "The vehicle's plate length exceeds 50 characters."},
    {9022, "A record already exists with the supplied details."},
    {9030, "The field's maximum number of characters was exceeded."},
    {9031, "The field is required."},
    {9032, "The field has a minimum number of characters."},
    {9033, "The field's value is invalid."},
    {9100, "No such endpoint."},
    {9101, "Method not allowed."},
    {9102, "Too many requests."},
    {9103, "Busy or stopping; nothing was stored."},
    {9104, "Internal error; nothing was stored."},
    {9105, "The outcome is unknown; the same request may be sent again."},
};

std::string text_at(const json::object& object, std::string_view key) {
  const json::value* found = object.if_contains(key);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

int code_of(const json::object& fault) {
  const json::value* code = fault.if_contains("ErrorCode");
  return code != nullptr && code->is_int64() ? static_cast<int>(code->get_int64()) : 0;
}

std::string name_of(const json::object& fault) {
  std::string name = std::to_string(code_of(fault));
  if (const std::string field = text_at(fault, "Field"); !field.empty()) name += " " + field;
  return name;
}

json::object object_in(const TestApi::Response& reply) {
  json::error_code error;
  json::value value = json::parse(reply.body, error);
  if (error || !value.is_object()) return {};
  return std::move(value.get_object());
}

/// The keys of `object` are among `order`, in that order.
void expect_keys_in_order(const json::object& object, const std::vector<std::string_view>& order) {
  std::size_t at = 0;
  for (const auto& member : object) {
    while (at < order.size() && order[at] != std::string_view(member.key())) ++at;
    EXPECT_LT(at, order.size()) << "the key " << member.key() << " is unknown or out of its place";
  }
}

void expect_fault_form(const json::object& fault) {
  const int code = code_of(fault);
  EXPECT_EQ(text_at(fault, "ErrorMessage"), documented_message(code)) << code;
  const std::string detail = text_at(fault, "Detail");
  EXPECT_FALSE(detail.empty()) << code;
  EXPECT_TRUE(detail.ends_with('.') || detail.ends_with('?')) << "no sentence: " << detail;
}

}  // namespace

std::string_view documented_message(int code) {
  const auto found = k_messages.find(code);
  return found == k_messages.end() ? std::string_view() : found->second;
}

int usual_status(int code) {
  switch (code) {
    case 9000:
    case 9003:
      return 400;
    case 9001:
      return 401;
    case 9002:
      return 403;
    case 9009:
    case 9100:
      return 404;
    case 9012:
    case 9019:
    case 9020:
    case 9022:
      return 409;
    case 9101:
      return 405;
    case 9102:
      return 429;
    case 9103:
    case 9105:
      return 503;
    case 9104:
      return 500;
    default:
      return 422;
  }
}

std::vector<std::string> faults_of(const TestApi::Response& reply) {
  const json::object error = object_in(reply);
  if (code_of(error) == 0) return {};
  const json::value* all = error.if_contains("Errors");
  if (all == nullptr || !all->is_array()) return {name_of(error)};
  std::vector<std::string> names;
  for (const json::value& fault : all->get_array()) names.push_back(name_of(fault.as_object()));
  return names;
}

void expect_error_form(const TestApi::Response& reply) {
  const json::object error = object_in(reply);
  ASSERT_NE(code_of(error), 0) << "no error object";
  expect_keys_in_order(error, {"ErrorCode", "ErrorMessage", "Field", "Detail", "RequestId",
                               "Errors", "reference_id"});
  expect_fault_form(error);
  EXPECT_EQ(text_at(error, "RequestId"), reply.headers.at("X-Request-Id"));

  if (const json::value* all = error.if_contains("Errors")) {
    const json::array& faults = all->as_array();
    ASSERT_GE(faults.size(), 2U) << "one fault alone needs no list";
    for (const json::value& fault : faults) {
      expect_keys_in_order(fault.as_object(), {"ErrorCode", "ErrorMessage", "Field", "Detail"});
      expect_fault_form(fault.as_object());
    }
    EXPECT_EQ(name_of(faults.front().as_object()), name_of(error));
    EXPECT_EQ(text_at(faults.front().as_object(), "Detail"), text_at(error, "Detail"));
  }

  const int code = code_of(error);
  EXPECT_EQ(reply.headers.contains("WWW-Authenticate"), code == 9001);
  EXPECT_EQ(reply.headers.contains("Retry-After"), code == 9102 || code == 9103);
  EXPECT_EQ(reply.headers.contains("Allow"), code == 9101);
}

void expect_receipt_form(const TestApi::Response& reply) {
  const std::string reference = reference_of(reply);
  const auto uuid = base::Uuid::parse(reference);
  ASSERT_TRUE(uuid.has_value());
  EXPECT_EQ(reference, uuid->to_string()) << "not in lower case";
  EXPECT_EQ(uuid->bytes[6] >> 4, 7) << "not of version 7";

  const std::string documented = R"({"status":"success","reference_id":")" + reference +
                                 R"(","InternalReferenceID":")" + reference + '"';
  if (reply.body == documented + "}") return;
  EXPECT_TRUE(reply.body.starts_with(documented + R"(,"warnings":[")"));
  EXPECT_EQ(object_in(reply).size(), 4U);
}

void expect_profile_receipt_form(const TestApi::Response& reply) {
  const std::string reference = reference_of(reply);
  ASSERT_FALSE(reference.empty());
  const std::string documented = R"({"status":"success","reference_id":)" + reference;
  if (reply.body == documented + "}") return;
  EXPECT_TRUE(reply.body.starts_with(documented + R"(,"warnings":[")"));
  EXPECT_EQ(object_in(reply).size(), 3U);
}

std::string reference_of(const TestApi::Response& reply) {
  const json::object object = object_in(reply);
  const json::value* found = object.if_contains("reference_id");
  if (found != nullptr && found->is_int64()) return std::to_string(found->get_int64());
  return text_at(object, "reference_id");
}

}  // namespace lotkeeper::tests
