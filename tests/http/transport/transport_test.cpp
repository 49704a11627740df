// What the transport reads as a request, and what it refuses.

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "transport_support.hpp"

namespace lotkeeper::http::transport_test {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

class TransportTest : public ::testing::Test {
 protected:
  static ServerOptions options() {
    ServerOptions options;
    options.io_threads = 2;
    return options;
  }

  void SetUp() override { m_server.start(); }

  [[nodiscard]] std::uint16_t port() const { return m_server.port(); }

  ScriptedHandler m_handler;
  Server m_server{options(), m_handler};
};

struct Row {
  std::string name;
  std::string bytes;
  int status;
  std::string body = {};
};

TEST_F(TransportTest, reads_what_is_http_and_refuses_what_is_not) {
  const std::string host = "Host: localhost\r\n";
  const std::string start = "POST /p HTTP/1.1\r\n" + host;
  const std::vector<Row> rows = {
      {"get", "GET /p HTTP/1.1\r\n" + host + "\r\n", 200, "GET /p "},
      {"query", "GET /p?q=1 HTTP/1.1\r\n" + host + "\r\n", 200, "GET /p "},
      {"own_method", "PATCH /p HTTP/1.1\r\n" + host + "\r\n", 200, "PATCH /p "},
      {"options_asterisk", "OPTIONS * HTTP/1.1\r\n" + host + "\r\n", 200, "OPTIONS * "},
      {"absolute_form", "GET http://localhost:80/p?q HTTP/1.1\r\n" + host + "\r\n", 200, "GET /p "},
      {"absolute_form_no_path", "GET HTTP://localhost HTTP/1.1\r\n" + host + "\r\n", 200, "GET / "},
      {"absolute_form_query", "GET http://a?q HTTP/1.1\r\n" + host + "\r\n", 200, "GET / "},
      {"leading_empty_line", "\r\nGET /p HTTP/1.1\r\n" + host + "\r\n", 200, "GET /p "},
      {"no_space_after_colon", "GET /p HTTP/1.1\r\nHost:localhost\r\n\r\n", 200, "GET /p "},
      {"empty_host", "GET /p HTTP/1.1\r\nHost:\r\n\r\n", 200, "GET /p "},
      {"ipv6_host", "GET /p HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", 200, "GET /p "},
      {"tab_and_obs_text", "GET /p HTTP/1.1\r\n" + host + "X: a\tb\xc3\xa9\r\n\r\n", 200},
      {"length", start + "Content-Length: 3\r\n\r\nabc", 200, "POST /p abc"},
      {"length_zero", start + "Content-Length: 0\r\n\r\n", 200, "POST /p "},
      {"no_length", start + "\r\n", 200, "POST /p "},
      {"chunked", start + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 200,
       "POST /p abc"},
      {"chunked_case", start + "transfer-encoding: Chunked\r\n\r\n0\r\n\r\n", 200, "POST /p "},
      {"chunks", start + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n2;x=\"y\"\r\nbc\r\n0\r\n\r\n",
       200, "POST /p abc"},
      {"trailer", start + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nHost: b\r\n\r\n", 200,
       "POST /p a"},
      {"http_1_0", "GET /p HTTP/1.0\r\n\r\n", 200, "GET /p "},

      {"both_lengths",
       start + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 400},
      {"both_lengths_reversed",
       start + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 400},
      {"identity_and_length", start + "Transfer-Encoding: identity\r\nContent-Length: 3\r\n\r\nabc",
       400},
      {"two_lengths", start + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400},
      {"two_equal_lengths", start + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400},
      {"length_list", start + "Content-Length: 3, 3\r\n\r\nabc", 400},
      {"length_signed", start + "Content-Length: +3\r\n\r\nabc", 400},
      {"length_negative", start + "Content-Length: -3\r\n\r\nabc", 400},
      {"length_hex", start + "Content-Length: 0x3\r\n\r\nabc", 400},
      {"length_empty", start + "Content-Length:\r\n\r\n", 400},
      {"length_words", start + "Content-Length: 3 3\r\n\r\nabc", 400},
      {"length_overflow", start + "Content-Length: 18446744073709551619\r\n\r\nabc", 400},
      {"other_coding", start + "Transfer-Encoding: gzip\r\n\r\n", 400},
      {"coding_list", start + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400},
      {"coding_list_reversed", start + "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", 400},
      {"coding_twice",
       start + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"coding_quoted", start + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", 400},
      {"coding_parameter", start + "Transfer-Encoding: chunked;a=b\r\n\r\n0\r\n\r\n", 400},
      {"coding_empty", start + "Transfer-Encoding:\r\n\r\n", 400},
      {"coding_http_1_0",
       "POST /p HTTP/1.0\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"chunk_size_not_hex", start + "Transfer-Encoding: chunked\r\n\r\nx\r\nabc\r\n0\r\n\r\n",
       400},
      {"chunk_size_prefixed", start + "Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n",
       400},
      {"chunk_size_negative", start + "Transfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n0\r\n\r\n",
       400},
      {"chunk_size_overflow",
       start + "Transfer-Encoding: chunked\r\n\r\n10000000000000003\r\nabc\r\n0\r\n\r\n", 400},
      {"chunk_without_end", start + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
       400},
      {"chunk_bare_feed", start + "Transfer-Encoding: chunked\r\n\r\n3\nabc\n0\n\n\r\n\r\n", 400},
      {"chunk_extension_feed",
       start + "Transfer-Encoding: chunked\r\n\r\n3;a=\"\n\"\r\nabc\r\n0\r\n\r\n", 400},

      {"bare_feeds", "GET /p HTTP/1.1\nHost: localhost\n\n", 400},
      {"bare_feed_in_head", "GET /p HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n", 400},
      {"bare_feed_at_end", "GET /p HTTP/1.1\r\nHost: localhost\r\n\n", 400},
      {"bare_feed_first", "\nGET /p HTTP/1.1\r\n" + host + "\r\n", 400},
      {"bare_return_in_value", "GET /p HTTP/1.1\r\n" + host + "X: a\rb\r\n\r\n", 400},
      {"bare_return_in_line", "GET /p HTTP/1.1\rX\r\n" + host + "\r\n", 400},
      {"folded_field", "GET /p HTTP/1.1\r\n" + host + "X: a\r\n b\r\n\r\n", 400},
      {"folded_with_tab", "GET /p HTTP/1.1\r\n" + host + "X: a\r\n\tb\r\n\r\n", 400},
      {"folded_first", "GET /p HTTP/1.1\r\n " + host + "\r\n", 400},
      {"no_host", "GET /p HTTP/1.1\r\n\r\n", 400},
      {"two_hosts", "GET /p HTTP/1.1\r\n" + host + host + "\r\n", 400},
      {"two_hosts_http_1_0", "GET /p HTTP/1.0\r\n" + host + host + "\r\n", 400},
      {"host_with_space", "GET /p HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
      {"host_with_path", "GET /p HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
      {"host_with_user", "GET /p HTTP/1.1\r\nHost: me@a\r\n\r\n", 400},
      {"nul_in_value", "GET /p HTTP/1.1\r\n" + host + "X: a\0b\r\n\r\n"s, 400},
      {"control_in_value", "GET /p HTTP/1.1\r\n" + host + "X: a\x01z\r\n\r\n", 400},
      {"delete_in_value", "GET /p HTTP/1.1\r\n" + host + "X: a\x7fz\r\n\r\n", 400},
      {"nul_in_name", "GET /p HTTP/1.1\r\n" + host + "X\0Y: a\r\n\r\n"s, 400},
      {"space_before_colon", "GET /p HTTP/1.1\r\n" + host + "X : a\r\n\r\n", 400},
      {"space_before_coding_colon", start + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400},
      {"no_colon", "GET /p HTTP/1.1\r\n" + host + "X\r\n\r\n", 400},
      {"no_name", "GET /p HTTP/1.1\r\n" + host + ": a\r\n\r\n", 400},
      {"version_0_9", "GET /p HTTP/0.9\r\n" + host + "\r\n", 400},
      {"version_1_2", "GET /p HTTP/1.2\r\n" + host + "\r\n", 400},
      {"version_2_0", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
      {"version_case", "GET /p http/1.1\r\n" + host + "\r\n", 400},
      {"version_none", "GET /p\r\n\r\n", 400},
      {"version_and_more", "GET /p HTTP/1.1 x\r\n" + host + "\r\n", 400},
      {"two_spaces", "GET  /p HTTP/1.1\r\n" + host + "\r\n", 400},
      {"tab_for_space", "GET\t/p HTTP/1.1\r\n" + host + "\r\n", 400},
      {"space_first", " GET /p HTTP/1.1\r\n" + host + "\r\n", 400},
      {"no_target", "GET HTTP/1.1\r\n" + host + "\r\n", 400},
      {"nul_in_target", "GET /\0 HTTP/1.1\r\n"s + host + "\r\n", 400},
      {"relative_target", "GET p HTTP/1.1\r\n" + host + "\r\n", 400},
      {"other_scheme", "GET ftp://localhost/p HTTP/1.1\r\n" + host + "\r\n", 400},
      {"absolute_without_host", "GET http:///p HTTP/1.1\r\n" + host + "\r\n", 400},
      {"authority_form", "CONNECT localhost:80 HTTP/1.1\r\n" + host + "\r\n", 400},
      {"get_asterisk", "GET * HTTP/1.1\r\n" + host + "\r\n", 400},
      {"tls_greeting", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s, 400},
      {"connection_not_a_list", "GET /p HTTP/1.1\r\n" + host + "Connection: a b\r\n\r\n", 400},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Client client(port());
    ASSERT_TRUE(client.send(row.bytes));
    const Answer answer = client.read();
    EXPECT_EQ(answer.status, row.status);
    if (!row.body.empty()) {
      EXPECT_EQ(answer.body, row.body);
    }
    if (row.status == 400) {
      EXPECT_TRUE(answer.body.starts_with("malformed")) << answer.body;
      EXPECT_EQ(answer.field("Connection"), "close");
      client.end_sending();
      EXPECT_EQ(client.read_to_end(), "");
    }
  }
}

TEST_F(TransportTest, a_request_may_come_in_single_bytes) {
  const std::string chunked = "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::vector<std::pair<std::string, std::string>> requests = {
      {post("/p", "abc"), "POST /p abc"},
      {chunked + "1\r\na\r\n2\r\nbc\r\n0\r\n\r\n", "POST /p abc"},
      {chunked + "3;x=y\r\nabc\r\n0;x\r\nA: b\r\n\r\n", "POST /p abc"},
      {chunked + "0\r\n\r\n", "POST /p "},
  };
  Client client(port());
  for (const auto& [request, body] : requests) {
    SCOPED_TRACE(request);
    for (const char& byte : request) {
      ASSERT_TRUE(client.send({&byte, 1}));
      std::this_thread::sleep_for(1ms);
    }
    EXPECT_EQ(client.read().body, body);
  }
}

TEST_F(TransportTest, pipelined_requests_are_answered_in_their_order) {
  std::string requests;
  for (int i = 0; i < 100; ++i) {
    requests += post("/" + std::to_string(i), std::string(static_cast<std::size_t>(i) * 7, 'x'));
  }
  Client client(port());
  ASSERT_TRUE(client.send(requests));
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(client.read().body, "POST /" + std::to_string(i) + " " +
                                      std::string(static_cast<std::size_t>(i) * 7, 'x'));
  }
}

TEST_F(TransportTest, fields_are_handed_over_and_the_first_of_several_counts) {
  ScriptedHandler handler([](const Request& request) -> boost::asio::awaitable<Reply> {
    const auto shown = [](std::optional<std::string_view> value) {
      return value ? "<" + std::string(*value) + ">" : std::string("-");
    };
    Reply reply;
    reply.body = shown(request.content_type) + shown(request.idempotency_key) +
                 shown(request.request_id) + shown(request.origin) + shown(request.authorization) +
                 shown(request.accept_encoding) + shown(request.if_none_match) +
                 shown(request.requested_method) + std::string(request.body) + shown(request.host) +
                 shown(request.cookie) + shown(request.user_agent) + shown(request.fetch_site) +
                 shown(request.forwarded_for) + shown(request.console);
    co_return reply;
  });
  Server server(options(), handler);
  server.start();
  Client client(server.port());
  // The body comes later and is large, so that the buffer under the fields has to grow.
  ASSERT_TRUE(
      client.send("POST /p HTTP/1.1\r\nHost: a\r\ncontent-TYPE:  a/b \r\nIdempotency-key: k\r\n"
                  "Content-Type: c/d\r\nX-REQUEST-ID: r\r\nOrigin: o\r\nAuthorization: Bearer t\r\n"
                  "Accept-Encoding: zstd\r\nIf-None-Match: \"e\"\r\n"
                  "Access-Control-Request-Method:\r\nCookie: c=1\r\nUser-Agent: u\r\n"
                  "sec-fetch-SITE: cross-site\r\nSec-Fetch-Site: same-origin\r\n"
                  "X-Forwarded-For: 1\r\nX-Forwarded-For: 2\r\nX-Lotkeeper-Console: 1\r\n"
                  "Content-Length: 60000\r\n\r\n"));
  std::this_thread::sleep_for(20ms);
  ASSERT_TRUE(client.send(std::string(60000, 'b')));
  EXPECT_EQ(client.read().body, "<a/b><k><r><o><Bearer t><zstd><\"e\"><>" +
                                    std::string(60000, 'b') + "<a><c=1><u><cross-site><2><1>");
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_EQ(client.read().body, "--------<a>-----");
  // Trailers are not header fields: the check of the head has not seen them.
  ASSERT_TRUE(client.send(
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n"
      "Content-Type: a/b\r\nX-Request-Id: r\r\nAuthorization: t\r\nSec-Fetch-Site: same-origin\r\n"
      "X-Lotkeeper-Console: 1\r\n\r\n"));
  EXPECT_EQ(client.read().body, "--------x<a>-----");
}

}  // namespace
}  // namespace lotkeeper::http::transport_test
