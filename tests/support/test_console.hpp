#pragma once

#include <map>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "api/console/console.hpp"
#include "support/test_api.hpp"

namespace lotkeeper::tests {

/// The console on a TestApi's store, without its sockets. It has an operator of each role in
/// OC_TOMA, named by it ("viewer", "officer", "office", "administrator"), `keeper`, an
/// administrator of every client, and `toronto`, an administrator of TORONTO alone.
class TestConsole {
 public:
  struct Response {
    int status = 0;
    std::string body;
    std::map<std::string, std::string> headers;

    [[nodiscard]] boost::json::value json() const;
  };
  /// What a request has besides its body, as a browser on the console's own page sends it.
  struct Manner {
    std::string cookie = {};  ///< the session's value; empty: none
    bool has_header = true;
    std::string fetch_site = "same-origin";
    std::string origin = {};
    std::string host = "localhost";
    std::string agent = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0";
    std::string peer = "203.0.113.7";
    std::string forwarded_for = {};  ///< empty: none
    bool body_over_limit = false;
  };

  /// It trusts the proxy 192.0.2.80.
  TestConsole();
  TestConsole(const TestConsole&) = delete;
  TestConsole& operator=(const TestConsole&) = delete;
  ~TestConsole();

  /// The cookie of a session of this operator, without its password.
  [[nodiscard]] const std::string& cookie(const std::string& name);

  /// `target` below /console/api, with its query. As `name`; empty: nobody.
  Response as(const std::string& name, http::Method method, std::string_view target,
              std::string body = {});
  Response get(const std::string& name, std::string_view target) {
    return as(name, http::Method::get, target);
  }
  Response post(const std::string& name, std::string_view target, std::string body) {
    return as(name, http::Method::post, target, std::move(body));
  }
  Response put(const std::string& name, std::string_view target, std::string body) {
    return as(name, http::Method::put, target, std::move(body));
  }
  Response del(const std::string& name, std::string_view target) {
    return as(name, http::Method::del, target);
  }
  /// The whole of it: `path` as a browser asks for it.
  Response send(http::Method method, std::string_view path, std::string body, const Manner& manner);

  /// Every row that the console can write.
  [[nodiscard]] std::string content();

  TestApi api;
  api::console::Console console;

 private:
  boost::asio::io_context& m_loop = api.add_loop();
  std::map<std::string, std::string> m_cookies;
};

}  // namespace lotkeeper::tests
