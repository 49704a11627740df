#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <map>
#include <set>

#include "api/v1/endpoints.hpp"
#include "api/v1/reply_rules.hpp"
#include "api/v1/scenario.hpp"
#include "http/pages/embedded_pages.hpp"
#include "service/clients/tenancy.hpp"

// Routes, api/openapi.yaml and the scenario tables, compared with each other: none can be
// forgotten.
namespace lotkeeper::tests {
namespace {

namespace json = boost::json;

const json::object& openapi() {
  static const json::value description = [] {
    for (const base::EmbeddedFile& page : http::embedded_pages()) {
      if (page.path == "/openapi.json") return json::parse(page.content);
    }
    throw std::runtime_error("the binary carries no /openapi.json");
  }();
  return description.as_object();
}

/// `value`, or what its `$ref` leads to.
const json::object& resolved(const json::value& value) {
  const json::value* reference = value.as_object().if_contains("$ref");
  if (reference == nullptr) return value.as_object();
  const json::value* at = nullptr;
  std::string_view rest = reference->as_string();
  rest.remove_prefix(2);  // "#/"
  for (const json::object* in = &openapi();;) {
    const std::size_t slash = rest.find('/');
    at = &in->at(rest.substr(0, slash));
    if (slash == std::string_view::npos) return resolved(*at);
    in = &at->as_object();
    rest.remove_prefix(slash + 1);
  }
}

/// The numbers from 9000 to 9999 in a text.
std::set<int> codes_in(std::string_view text) {
  std::set<int> codes;
  std::string digits;
  for (const char c : std::string(text) + ' ') {
    if (c >= '0' && c <= '9') {
      digits += c;
      continue;
    }
    if (digits.size() == 4 && digits.front() == '9') codes.insert(std::stoi(digits));
    digits.clear();
  }
  return codes;
}

/// An operation's error codes by the HTTP status that it lists them under.
using CodesByStatus = std::map<int, std::set<int>>;

CodesByStatus documented_codes(const json::object& operation) {
  CodesByStatus codes;
  for (const auto& [status, response] : operation.at("responses").as_object()) {
    const std::set<int> found = codes_in(resolved(response).at("description").as_string());
    if (!found.empty()) codes[std::stoi(std::string(status))] = found;
  }
  return codes;
}

struct Operation {
  std::string path;
  std::string method;
  const json::object* description;
};

std::vector<Operation> operations() {
  std::vector<Operation> all;
  for (const auto& [path, item] : openapi().at("paths").as_object()) {
    for (const char* method : {"get", "post", "put", "patch", "delete", "head", "options"}) {
      if (const json::value* found = item.as_object().if_contains(method)) {
        all.push_back({path, method, &found->as_object()});
      }
    }
  }
  return all;
}

constexpr std::string_view k_prefix = "/api/{client}/v1/";

/// The operation of an endpoint, or null.
const json::object* operation_of(std::string_view endpoint) {
  for (const Operation& operation : operations()) {
    if (operation.path == std::string(k_prefix) + std::string(endpoint)) {
      return operation.description;
    }
  }
  return nullptr;
}

/// The endpoint or page that a row goes to; empty where there is none.
std::string target_of(const Scenario& row) {
  if (row.path.empty()) return std::string(row.to);
  for (const Operation& operation : operations()) {
    if (operation.path == row.path) return operation.path;
  }
  const std::string_view left_out = "/api/v1/";
  return row.path.starts_with(left_out) ? std::string(row.path.substr(left_out.size()))
                                        : std::string();
}

/// What the rows of the tables are answered with, by endpoint.
std::map<std::string, std::set<int>> codes_of_scenarios() {
  std::map<std::string, std::set<int>> codes;
  for (const Table& table : scenario_tables()) {
    for (const Scenario& row : table.rows) {
      for (const std::string_view error : row.errors) {
        codes[target_of(row)].insert(std::stoi(std::string(error.substr(0, 4))));
      }
    }
  }
  return codes;
}

http::Endpoints endpoints(TestApi& api) {
  return api::v1::endpoints(api.app.services(), api.collections);
}

TEST(Coverage, every_route_is_in_the_openapi_file_with_its_permission) {
  TestApi api;
  for (const http::Endpoint& endpoint : endpoints(api)) {
    const json::object* operation = operation_of(endpoint.path);
    ASSERT_NE(operation, nullptr) << endpoint.path;
    EXPECT_EQ(std::string_view(operation->at("x-lotkeeper-permission").as_string()),
              domain::to_string(endpoint.permission))
        << endpoint.path;
  }
}

TEST(Coverage, every_permission_is_named_as_the_path_of_its_route) {
  TestApi api;
  std::set<std::string> names;
  for (const http::Endpoint& endpoint : endpoints(api)) {
    std::string name(endpoint.path);
    std::ranges::replace(name, '/', '.');
    EXPECT_EQ(domain::to_string(endpoint.permission), name);
    names.insert(name);
  }
  EXPECT_EQ(names.size(), domain::k_permission_names.size()) << "a permission without a route";
}

TEST(Coverage, every_operation_of_the_openapi_file_is_a_route) {
  TestApi api;
  const http::Endpoints routes = endpoints(api);
  for (const Operation& operation : operations()) {
    if (!operation.path.starts_with(k_prefix)) {
      EXPECT_EQ(operation.method, "get") << operation.path;
      const auto reply = api.request(http::Method::get, operation.path, {});
      // Figures are there where the operator wants them alone.
      EXPECT_EQ(reply.status, operation.path == "/metrics" ? 404 : 200) << operation.path;
      continue;
    }
    EXPECT_EQ(operation.method, "post") << operation.path;
    const std::string_view tail = std::string_view(operation.path).substr(k_prefix.size());
    EXPECT_TRUE(std::ranges::any_of(routes, [&](const auto& route) { return route.path == tail; }))
        << operation.path;
  }
}

TEST(Coverage, every_route_has_scenarios_of_success_and_of_refusal) {
  TestApi api;
  std::map<std::string, int> successes;
  for (const Table& table : scenario_tables()) {
    for (const Scenario& row : table.rows) {
      if (row.errors.size() == 0 && row.method == http::Method::post) ++successes[target_of(row)];
    }
  }
  const auto codes = codes_of_scenarios();
  const http::Endpoints routes = endpoints(api);
  EXPECT_EQ(routes.size(), endpoints_under_test().size());
  for (const http::Endpoint& endpoint : routes) {
    EXPECT_GT(successes[std::string(endpoint.path)], 0) << endpoint.path;
    EXPECT_TRUE(codes.contains(std::string(endpoint.path))) << endpoint.path;
  }
}

TEST(Coverage, every_error_code_of_an_operation_has_a_scenario) {
  const auto codes = codes_of_scenarios();
  for (const Operation& operation : operations()) {
    const std::string target = operation.path.starts_with(k_prefix)
                                   ? operation.path.substr(k_prefix.size())
                                   : operation.path;
    const auto found = codes.find(target);
    for (const auto& [status, documented] : documented_codes(*operation.description)) {
      for (const int code : documented) {
        EXPECT_TRUE(found != codes.end() && found->second.contains(code))
            << target << " may answer " << code << " under " << status
            << " by the OpenAPI file, and no scenario does";
      }
    }
  }
}

TEST(Coverage, every_error_code_of_a_scenario_is_in_its_operation) {
  for (const Table& table : scenario_tables()) {
    for (const Scenario& row : table.rows) {
      const std::string target = target_of(row);
      if (row.errors.size() == 0 || target.empty()) continue;
      const json::object* operation = operation_of(target);
      if (operation == nullptr) continue;
      CodesByStatus documented = documented_codes(*operation);
      const int first = std::stoi(std::string(row.errors.begin()->substr(0, 4)));
      const int status =
          row.options == nullptr || row.status != 200 ? row.status : usual_status(first);
      if (first != 9003) {
        EXPECT_TRUE(documented[status].contains(first))
            << target << " answers " << first << " under " << status << " in " << row.name;
      }
      std::set<int> anywhere;
      for (const auto& [under, codes] : documented) anywhere.insert(codes.begin(), codes.end());
      for (const std::string_view error : row.errors) {
        EXPECT_TRUE(anywhere.contains(std::stoi(std::string(error.substr(0, 4)))))
            << target << " answers " << error << " in " << row.name;
      }
    }
  }
}

TEST(Coverage, the_openapi_files_table_of_errors_is_the_catalogue) {
  const std::string_view text = openapi().at("info").at("description").as_string();
  for (const domain::ErrorEntry& entry : domain::error_catalogue()) {
    const std::string row = "| " + std::to_string(static_cast<int>(entry.code)) + " | " +
                            std::string(entry.message) + " | " + std::to_string(entry.http_status);
    EXPECT_NE(text.find(row), std::string_view::npos) << row;
  }
}

/// What an example of a request is answered with, its headers and status as x-lotkeeper-… say.
void replay_example(TestApi& api, std::string_view endpoint, std::string_view name,
                    const json::object& example) {
  TestApi::Headers headers;
  if (const json::value* sent = example.if_contains("x-lotkeeper-headers")) {
    for (const auto& [header, value] : sent->as_object()) {
      headers.emplace_back(header, value.as_string());
    }
  }
  const json::value* status = example.if_contains("x-lotkeeper-status");
  const std::string body = json::serialize(example.at("value"));
  const auto reply = api.post(endpoint, body, headers);
  EXPECT_EQ(reply.status, status == nullptr ? 200 : status->as_int64())
      << endpoint << ", example " << name << ": " << reply.body;
  if (reply.status == 200) {
    EXPECT_TRUE(faults_of(reply).empty()) << reply.body;
  } else {
    expect_error_form(reply);
  }
}

TEST(OpenApiExamples, are_answered_as_they_say_in_the_order_in_which_they_stand) {
  TestApi api;
  const auto issued =
      service::issue_token(api.app, "OC_TOMA", "HotSpot", std::nullopt, "YOUR-API-TOKEN");
  ASSERT_TRUE(issued.has_value());
  int replayed = 0;
  for (const Operation& operation : operations()) {
    if (operation.method != "post") continue;
    const json::object& content =
        operation.description->at("requestBody").at("content").at("application/json").as_object();
    for (const auto& [name, example] : content.at("examples").as_object()) {
      replay_example(api, std::string_view(operation.path).substr(k_prefix.size()), name,
                     resolved(example));
      ++replayed;
    }
  }
  EXPECT_GE(replayed, 10);
}

TEST(OpenApiExamples, of_replies_bear_the_codes_of_their_status_and_the_documents_messages) {
  for (const Operation& operation : operations()) {
    for (const auto& [status, response] : operation.description->at("responses").as_object()) {
      const json::object& described = resolved(response);
      const json::value* content = described.if_contains("content");
      if (content == nullptr || !content->as_object().contains("application/json")) continue;
      std::vector<json::object> examples;
      const json::object& body = content->at("application/json").as_object();
      if (const json::value* one = body.if_contains("example"))
        examples.push_back(one->as_object());
      if (const json::value* several = body.if_contains("examples")) {
        for (const auto& [name, example] : several->as_object()) {
          examples.push_back(resolved(example).at("value").as_object());
        }
      }
      for (const json::object& example : examples) {
        const json::value* code = example.if_contains("ErrorCode");
        if (code == nullptr) continue;
        const int number = static_cast<int>(code->as_int64());
        EXPECT_EQ(std::string_view(example.at("ErrorMessage").as_string()),
                  documented_message(number))
            << operation.path;
        EXPECT_TRUE(codes_in(described.at("description").as_string()).contains(number))
            << operation.path << " has an example of " << number << " under " << status;
      }
    }
  }
}

}  // namespace
}  // namespace lotkeeper::tests
