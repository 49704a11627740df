// The console behind the real transport: what its guards go by is bytes on a socket.

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "api/console/console.hpp"
#include "base/log.hpp"
#include "http/error_reply.hpp"
#include "http/transport/transport_support.hpp"
#include "support/captured_log.hpp"
#include "support/test_console.hpp"

namespace lotkeeper::tests {
namespace {

using http::transport_test::Answer;
using http::transport_test::Client;

class ConsoleWire : public ::testing::Test {
 protected:
  ConsoleWire() { m_server.start(); }
  ~ConsoleWire() override {
    // The order that Server asks for: first everyone who wakes its event loops, then the loops.
    m_server.stop();
    m_console.console.stop();
    m_console.api.app.stop();
  }

  static http::ServerOptions options() {
    http::ServerOptions options;
    options.io_threads = 1;
    options.takes_upload = api::console::takes_upload;
    options.wants_peer = api::console::is_console;
    options.upload_memory = 10'000'000;
    return options;
  }

  /// The head of a POST with a session of `name`, with a field or more besides.
  std::string head(const std::string& name, std::string_view path, std::size_t length,
                   std::string_view fields = "Sec-Fetch-Site: same-origin\r\n") {
    std::string head = "POST /console/api";
    head.append(path).append(" HTTP/1.1\r\nHost: localhost\r\nX-Lotkeeper-Console: 1\r\n");
    if (!name.empty()) {
      head += "Cookie: other=1; lotkeeper_session=" + m_console.cookie(name) + "\r\n";
    }
    head.append(fields);
    return head + "Content-Length: " + std::to_string(length) + "\r\n\r\n";
  }

  Answer post(const std::string& name, std::string_view path, std::string_view body,
              std::string_view fields = "Sec-Fetch-Site: same-origin\r\n") {
    Client client(m_server.port());
    EXPECT_TRUE(client.send(head(name, path, body.size(), fields)));
    EXPECT_TRUE(client.send(body));
    return client.read();
  }

  TestConsole m_console;
  http::transport_test::ScriptedHandler m_elsewhere;
  api::console::Router m_door{m_elsewhere, m_console.console};
  http::Server m_server{options(), m_door};
};

TEST_F(ConsoleWire, changes_from_another_site_are_refused_and_store_nothing) {
  const std::string body = R"({"name":"Lot 99"})";
  const std::string before = m_console.content();
  for (const std::string fields :
       {"Sec-Fetch-Site: cross-site\r\n", "sec-fetch-site: same-site\r\n",
        "SEC-FETCH-SITE: none\r\n", "Sec-Fetch-Site: garbage\r\n", "Sec-Fetch-Site:\r\n",
        "Sec-Fetch-Site: same-origin, cross-site\r\n",
        "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Site: same-origin\r\n",
        "Sec-Fetch-Site: cross-site\r\nOrigin: http://localhost\r\n",
        "Origin: https://evil.example\r\n", "Origin: null\r\n"}) {
    const Answer answer = post("administrator", "/zones", body, fields);
    EXPECT_EQ(answer.status, 403) << fields;
    EXPECT_NE(answer.body.find(R"("error":"origin")"), std::string::npos) << answer.body;
  }
  Client without_header(m_server.port());
  std::string request = head("administrator", "/zones", body.size());
  const std::string field = "X-Lotkeeper-Console: 1\r\n";
  request.erase(request.find(field), field.size());
  ASSERT_TRUE(without_header.send(request + body));
  EXPECT_EQ(without_header.read().status, 403);
  EXPECT_EQ(m_console.content(), before);

  EXPECT_EQ(post("administrator", "/zones", body).status, 200);
  EXPECT_EQ(post("administrator", "/zones", R"({"name":"Lot 98"})", "Origin: http://localhost\r\n")
                .status,
            200);
}

TEST_F(ConsoleWire, a_method_that_is_none_is_not_logged_as_it_was_sent) {
  const CapturedLog log;
  Client client(m_server.port());
  ASSERT_TRUE(client.send("FORGED=1 /console/api/session HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  EXPECT_EQ(client.read().status, 400) << "the equals sign is none of a token";
  // Refusals of the tests before may have used up the lines of this second.
  for (int i = 0; i < 100 && !log.has("console method=other"); ++i) {
    Client token(m_server.port());
    ASSERT_TRUE(token.send("FORGED /console/api/session HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    EXPECT_EQ(token.read().status, 405);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    base::log_held_back();
  }
  EXPECT_TRUE(log.has("console method=other"));
  EXPECT_FALSE(log.has("FORGED"));
}

TEST_F(ConsoleWire, what_is_no_whole_request_is_refused_as_by_the_api) {
  using http::FramingFault;
  for (const FramingFault fault :
       {FramingFault::malformed, FramingFault::header_too_large, FramingFault::body_too_large,
        FramingFault::timed_out, FramingFault::too_many_connections, FramingFault::too_much_memory,
        FramingFault::plain_on_tls}) {
    const http::FramingRefusal refused = http::framing_refusal(fault);
    const domain::Fault& first = refused.refusal.faults.front();
    const http::Reply reply = m_console.console.refuse(fault, {});
    EXPECT_EQ(reply.status,
              refused.status != 0 ? refused.status : domain::error_entry(first.code).http_status);
    EXPECT_NE(reply.body.find(first.detail), std::string::npos) << reply.body;
    EXPECT_TRUE(reply.close);
  }
  // Where the head was whole the request is known to be for the console.
  Client client(m_server.port());
  ASSERT_TRUE(
      client.send("POST /console/api/session HTTP/1.1\r\nHost: localhost\r\n"
                  "Transfer-Encoding: chunked\r\n\r\nno length\r\n"));
  const Answer answer = client.read();
  EXPECT_EQ(answer.status, 400);
  EXPECT_NE(answer.body.find("The length of this HTTP/1.1 request is unclear."), std::string::npos)
      << answer.body;
}

TEST_F(ConsoleWire, a_large_body_is_read_only_from_who_may_send_it) {
  const std::string path = "/violations/1/photos";
  const std::string before = m_console.content();
  struct Row {
    std::string name;
    std::string path;
    std::string fields;
    int status;
  };
  const std::string good = "Sec-Fetch-Site: same-origin\r\n";
  const std::string forged = good + "Cookie: lotkeeper_session=" + std::string(43, 'x') + "\r\n";
  for (const Row& row :
       {Row{"", path, good, 401}, Row{"", path, forged, 401}, Row{"viewer", path, good, 403},
        Row{"officer", path, "Sec-Fetch-Site: cross-site\r\n", 403},
        Row{"", "/reconciliation", good, 401}, Row{"", "/reconciliation.csv", good, 401},
        Row{"officer", "/reconciliation", good, 403}}) {
    SCOPED_TRACE(row.name + " " + row.path);
    Client client(m_server.port());
    // The answer comes on the head alone.
    ASSERT_TRUE(client.send(head(row.name, row.path, 8 << 20, row.fields)));
    const Answer answer = client.read();
    EXPECT_EQ(answer.status, row.status);
    EXPECT_EQ(answer.field("Connection"), "close");
    EXPECT_TRUE(answer.field("Content-Security-Policy").has_value());
    EXPECT_TRUE(answer.field("X-Request-Id").has_value());
  }
  // Chunks tell no length.
  Client chunks(m_server.port());
  ASSERT_TRUE(
      chunks.send("POST /console/api/violations/1/photos HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
                  "chunked\r\nX-Lotkeeper-Console: 1\r\n\r\n"));
  EXPECT_EQ(chunks.read().status, 401);
  EXPECT_EQ(m_console.content(), before);
}

TEST_F(ConsoleWire, only_the_addresses_of_uploads_take_a_large_body) {
  using api::console::takes_upload;
  EXPECT_TRUE(takes_upload("/console/api/violations/1/photos"));
  EXPECT_TRUE(takes_upload("/console/api/reconciliation?from=2026-01-01"));
  EXPECT_TRUE(takes_upload("/console/api/reconciliation.csv"));
  for (const char* other :
       {"/console/api/reconciliationXYZ", "/console/api/reconciliation/x", "/console/api",
        "/console/apireconciliation", "/console/api/violations//photos",
        "/console/api?/reconciliation", "/console/api/violations/1/2/photos",
        "/console/api/violations/1/photos/2", "/console/api/"}) {
    EXPECT_FALSE(takes_upload(other)) << other;
  }
  // Others are read to the ordinary limit, and drained beyond it.
  EXPECT_EQ(post("office", "/reconciliationXYZ", std::string(100'000, 'b')).status, 404);
  EXPECT_EQ(post("office", "/zones", std::string(100'000, 'b')).status, 413);
}

TEST_F(ConsoleWire, who_may_sends_a_large_body_and_all_of_them_together_are_bounded) {
  // The handler has it then, and finds no picture in it.
  const std::string most(8 << 20, 'b');
  const Answer alone = post("officer", "/violations/1/photos", most);
  EXPECT_EQ(alone.status, 422) << alone.body;

  // Two at once are over the limit of this server: one of them is refused.
  Client clients[2] = {Client(m_server.port()), Client(m_server.port())};
  for (Client& client : clients) {
    ASSERT_TRUE(client.send(head("officer", "/violations/1/photos", most.size())));
    ASSERT_TRUE(client.send(std::string_view(most).substr(1)));
  }
  std::size_t refused = 0;
  ASSERT_TRUE(http::transport_test::comes_true([&] {
    for (refused = 0; refused < 2; ++refused) {
      if (!clients[refused].stays_silent(std::chrono::milliseconds(10))) return true;
    }
    return false;
  }));
  const Answer answer = clients[refused].read();
  EXPECT_EQ(answer.status, 503);
  EXPECT_NE(answer.body.find(R"("error":"busy")"), std::string::npos) << answer.body;
  EXPECT_EQ(answer.field("Retry-After"), "1");
  Client& other = clients[1 - refused];
  ASSERT_TRUE(other.send("b"));
  EXPECT_EQ(other.read().status, alone.status);
}

}  // namespace
}  // namespace lotkeeper::tests
