#include "support/test_api.hpp"

#include <deque>
#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "api/v1/permits.hpp"
#include "http/embedded_pages.hpp"
#include "service/tenancy.hpp"

namespace lotkeeper::tests {
namespace {

// 2026-03-02T12:00:00Z
const base::Instant k_noon = base::from_epoch_ms(1'772'452'800'000);

std::string require(const domain::Result<std::string>& result) {
  if (!result) throw std::runtime_error(result.error().faults.front().detail);
  return *result;
}

std::string without_line_end(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "lotkeeper-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  m_path = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(m_path, ignored);
}

TestApi::TestApi(http::DispatchOptions options)
    : clock(k_noon),
      office({"sqlite:" + (folder.path() / "test.db").string(), {}, {}, {}}, clock),
      dispatcher(std::move(options), api::v1::permit_endpoints(office.services()),
                 http::Pages(http::embedded_pages()), office.directory(), office.database(), clock,
                 metrics) {
  require(service::add_client(office, "OC_TOMA", {"Tomahawk", "UTC", "CAD"}));
  require(service::add_client(office, "TORONTO", {"Toronto", "America/Toronto", "USD"}));
  for (const char* zone : {"zone1", "Lot 01", "Lot 02", "Lot 4"}) {
    require(service::add_zone(office, "OC_TOMA", zone, std::nullopt));
  }
  require(service::alias_zone(office, "OC_TOMA", "Four", "Lot 4"));
  require(service::add_zone(office, "TORONTO", "Lot 4", std::nullopt));

  require(service::add_integration(office, "OC_TOMA", "HotSpot", {"all", "temp"}));
  require(service::add_integration(office, "OC_TOMA", "Other", {"all", "standard"}));
  require(service::add_integration(office, "OC_TOMA", "Reports", {"permits.stats", std::nullopt}));
  require(service::add_integration(office, "TORONTO", "HotSpot", {"all", std::nullopt}));
  const auto issue = [&](const char* client, const char* integration,
                         std::optional<std::string> expires = {}) {
    return without_line_end(
        require(service::issue_token(office, client, integration, expires)));
  };
  m_tokens["all"] = issue("OC_TOMA", "HotSpot");
  m_tokens["other"] = issue("OC_TOMA", "Other");
  m_tokens["stats-only"] = issue("OC_TOMA", "Reports");
  m_tokens["expired"] = issue("OC_TOMA", "HotSpot", "2026-03-01");
  m_tokens["toronto"] = issue("TORONTO", "HotSpot");
  m_tokens["revoked"] = issue("OC_TOMA", "HotSpot");
  require(service::revoke_token(office, number("SELECT MAX(token_id) FROM token")));
}

const std::string& TestApi::token(const std::string& name) const { return m_tokens.at(name); }

TestApi::Response TestApi::post(std::string_view endpoint, std::string body, const Headers& headers,
                                std::string_view client) {
  for (const auto& [name, token] : m_tokens) {
    const std::string placeholder = "TOKEN:" + name;
    for (std::size_t at = 0; (at = body.find(placeholder, at)) != std::string::npos;) {
      body.replace(at, placeholder.size(), token);
    }
  }
  const std::string path = "/api/" + std::string(client) + "/v1/" + std::string(endpoint);
  return request(http::Method::post, path, std::move(body), headers);
}

TestApi::Response TestApi::request(http::Method method, std::string_view path, std::string body,
                                   const Headers& headers) {
  http::Request request;
  request.method = method;
  request.method_name = "TEST";
  request.path = path;
  request.body = body;
  const std::map<std::string_view, std::optional<std::string_view>*> places{
      {"Content-Type", &request.content_type},
      {"Idempotency-Key", &request.idempotency_key},
      {"X-Request-Id", &request.request_id},
      {"Origin", &request.origin},
      {"Authorization", &request.authorization},
      {"Accept-Encoding", &request.accept_encoding},
      {"If-None-Match", &request.if_none_match},
      {"Access-Control-Request-Method", &request.requested_method}};
  for (const auto& [name, value] : headers) {
    if (name == "test-body-over-limit") {
      request.body_over_limit = true;
      request.body = {};
    } else {
      *places.at(name) = value;
    }
  }

  auto reply =
      boost::asio::co_spawn(m_loop, dispatcher.handle(request), boost::asio::use_future);
  m_loop.restart();
  m_loop.run();
  http::Reply got = reply.get();
  Response response{got.status,
                    got.static_body.empty() ? std::move(got.body) : std::string(got.static_body),
                    {}};
  for (const http::Header& header : got.headers) response.headers[header.name] = header.value;
  return response;
}

std::int64_t TestApi::footprint() {
  return number(
      "SELECT (SELECT COUNT(*) FROM permit) + (SELECT COALESCE(SUM(version), 0) FROM permit) "
      "+ (SELECT COUNT(*) FROM permit_history) + (SELECT COUNT(*) FROM permit_count) "
      "+ (SELECT COALESCE(SUM(total), 0) FROM permit_count) "
      "+ (SELECT COUNT(*) FROM zone_name) + (SELECT COUNT(*) FROM idempotency_key)");
}

std::int64_t TestApi::number(const char* sql) {
  // Prepared statements are kept by their address: texts of tests live as long as the program.
  static std::deque<std::string> texts;
  const std::string& text = texts.emplace_back(sql);
  const database::Statement statement{"test", text};
  std::int64_t result = 0;
  office.database().read()->run(statement, {}, [&](const database::Row& row) {
    result = row.integer(0);
  });
  return result;
}

}  // namespace lotkeeper::tests
