// What the transport makes of a reply, and how much of a body it takes before.

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "transport_support.hpp"

namespace lotkeeper::http::transport_test {
namespace {

using namespace std::chrono_literals;

ServerOptions options() {
  ServerOptions options;
  options.io_threads = 1;
  return options;
}

/// A server that answers with what one function says.
struct Running {
  explicit Running(ScriptedHandler::Answer answer, ServerOptions with = options())
      : handler(std::move(answer)), server(with, handler) {
    server.start();
  }
  explicit Running(ServerOptions with = options()) : server(with, handler) { server.start(); }

  [[nodiscard]] std::uint16_t port() const { return server.port(); }

  ScriptedHandler handler;
  Server server;
};

const std::string k_chunked_post =
    "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

std::string length_head(std::size_t length, std::string_view more = {}) {
  return "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(length) + "\r\n" +
         std::string(more) + "\r\n";
}

TEST(TransportBody, up_to_the_limit_it_is_handed_over_whole) {
  Running running;
  Client client(running.port());
  const std::string body(64 * 1024, 'b');
  ASSERT_TRUE(client.send(post("/p", body)));
  EXPECT_EQ(client.read().body, "POST /p " + body);
  ASSERT_TRUE(client.send(k_chunked_post + "8000\r\n" + body.substr(0, 0x8000) + "\r\n8000\r\n" +
                          body.substr(0x8000) + "\r\n0\r\n\r\n"));
  EXPECT_EQ(client.read().body, "POST /p " + body);
}

TEST(TransportBody, over_the_limit_it_is_drained_and_the_connection_survives) {
  Running running;
  Client client(running.port());
  for (const std::size_t size : {65'537U, 204'800U, 1'048'576U}) {
    ASSERT_TRUE(client.send(post("/p", std::string(size, 'b'))));
    EXPECT_EQ(client.read().body, "POST /p (over the limit)");
  }
  ASSERT_TRUE(client.send(k_chunked_post));
  for (int i = 0; i < 32; ++i) {
    ASSERT_TRUE(client.send("8000\r\n" + std::string(0x8000, 'b') + "\r\n"));
  }
  ASSERT_TRUE(client.send("0\r\n\r\n"));
  EXPECT_EQ(client.read().body, "POST /p (over the limit)");
  ASSERT_TRUE(client.send(k_get));
  EXPECT_EQ(client.read().body, "GET /p ");
}

TEST(TransportBody, one_too_large_to_drain_is_refused_and_the_client_gets_to_read_it) {
  Running running;
  Client by_length(running.port());
  std::string body;
  body.assign(10'000'000, 'b');
  // All of it is sent before the reply is looked at, as simple clients do.
  ASSERT_TRUE(by_length.send(length_head(body.size())));
  ASSERT_TRUE(by_length.send(body));
  const Answer answer = by_length.read();
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.body, "body_too_large /p");
  EXPECT_EQ(answer.field("Connection"), "close");
  EXPECT_EQ(by_length.read_to_end(), "");

  Client by_chunks(running.port());
  ASSERT_TRUE(by_chunks.send(k_chunked_post));
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(by_chunks.send("10000\r\n" + std::string(0x10000, 'b') + "\r\n"));
  }
  EXPECT_EQ(by_chunks.read().status, 413);
  EXPECT_EQ(by_chunks.read_to_end(), "");

  Client one_chunk(running.port());
  ASSERT_TRUE(one_chunk.send(k_chunked_post + "7fffffffffffffff\r\n"));
  EXPECT_EQ(one_chunk.read().status, 413);
}

TEST(TransportBody, a_chunk_line_without_an_end_is_refused) {
  Running running;
  for (const std::string& start : {k_chunked_post + "3;", k_chunked_post + "0\r\nA: "}) {
    Client client(running.port());
    ASSERT_TRUE(client.send(start));
    ASSERT_TRUE(client.send(std::string(100'000, 'x')));
    EXPECT_EQ(client.read().status, 431);
  }
}

TEST(TransportBody, a_client_that_asks_is_told_to_go_on) {
  Running running;
  Client client(running.port());
  ASSERT_TRUE(client.send(length_head(3, "Expect: 100-continue\r\n")));
  EXPECT_EQ(client.read().head, "HTTP/1.1 100 Continue\r\n\r\n");
  ASSERT_TRUE(client.stays_silent(50ms));
  ASSERT_TRUE(client.send("abc"));
  EXPECT_EQ(client.read().body, "POST /p abc");

  ASSERT_TRUE(client.send(length_head(3, "Expect: 100-continue\r\n") + "abc"));
  EXPECT_EQ(client.read().status, 200) << "the body was there: nothing to wait for";

  ASSERT_TRUE(client.send(length_head(2'000'000, "Expect: 100-continue\r\n")));
  EXPECT_EQ(client.read().status, 413);
}

TEST(TransportHead, is_taken_up_to_its_limit_and_refused_beyond) {
  Running running;
  const auto with_size = [](std::size_t size) {
    const std::string start = "GET /p HTTP/1.1\r\nHost: a\r\nX: ";
    return start + std::string(size - start.size() - 4, 'x') + "\r\n\r\n";
  };
  Client fits(running.port());
  ASSERT_TRUE(fits.send(with_size(16 * 1024)));
  EXPECT_EQ(fits.read().status, 200);

  for (const std::size_t size : {std::size_t{16 * 1024 + 1}, std::size_t{1024 * 1024}}) {
    Client client(running.port());
    ASSERT_TRUE(client.send(with_size(size)));
    const Answer answer = client.read();
    EXPECT_EQ(answer.status, 431);
    EXPECT_EQ(client.read_to_end(), "");
  }
}

TEST(TransportReply, has_the_fields_that_a_reply_needs_and_no_others) {
  Running running([](const Request&) -> boost::asio::awaitable<Reply> {
    Reply reply;
    reply.status = 422;
    reply.body = "{}";
    reply.headers.push_back({"X-Request-Id", "r"});
    reply.headers.push_back({"X-Split", "a\r\nX-Smuggled: b"});
    reply.headers.push_back({"X-Feed", "a\nX-Smuggled: b"});
    reply.headers.push_back({"X-Name\r\nX-Smuggled", "b"});
    reply.headers.push_back({"Last", "l"});
    co_return reply;
  });
  Client client(running.port());
  ASSERT_TRUE(client.send(k_get));
  const Answer answer = client.read();
  const std::string date = answer.field("Date").value_or("");
  EXPECT_EQ(date.size(), 29U);
  EXPECT_TRUE(date.ends_with(" GMT"));
  EXPECT_EQ(answer.head, "HTTP/1.1 422 Unprocessable Entity\r\nDate: " + date +
                             "\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
                             "X-Request-Id: r\r\nLast: l\r\n\r\n");
  EXPECT_EQ(answer.body, "{}");
}

TEST(TransportReply, to_head_and_of_204_and_304_has_no_body) {
  Running running([](const Request& request) -> boost::asio::awaitable<Reply> {
    Reply reply;
    reply.body = "body";
    if (request.path == "/204") reply.status = 204;
    if (request.path == "/304") reply.status = 304;
    co_return reply;
  });
  Client client(running.port());
  ASSERT_TRUE(client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"));
  const Answer to_head = client.read(true);
  EXPECT_EQ(to_head.status, 200);
  EXPECT_EQ(to_head.field("Content-Length"), "4");
  for (const int status : {204, 304}) {
    ASSERT_TRUE(client.send("GET /" + std::to_string(status) + " HTTP/1.1\r\nHost: a\r\n\r\n"));
    const Answer answer = client.read();
    EXPECT_EQ(answer.status, status);
    EXPECT_EQ(answer.field("Content-Length"), std::nullopt);
  }
  ASSERT_TRUE(client.send(k_get));
  EXPECT_EQ(client.read().body, "body") << "nothing was left over between the replies";
}

TEST(TransportReply, of_any_size_reaches_a_slow_reader) {
  static const std::string page(8'000'000, 's');
  Running running([](const Request& request) -> boost::asio::awaitable<Reply> {
    Reply reply;
    if (request.path == "/static") {
      reply.static_body = page;
    } else {
      reply.body = std::string(8'000'000, 'd');
    }
    co_return reply;
  });
  Client client(running.port());
  ASSERT_TRUE(client.send("GET /static HTTP/1.1\r\nHost: a\r\n\r\n"));
  std::this_thread::sleep_for(100ms);
  EXPECT_EQ(client.read().body, page);
  ASSERT_TRUE(client.send(k_get));
  EXPECT_EQ(client.read().body, std::string(8'000'000, 'd'));
}

TEST(TransportReply, closes_where_one_side_wants_it_to) {
  Running running([](const Request& request) -> boost::asio::awaitable<Reply> {
    Reply reply = echo(request);
    reply.close = request.path == "/close";
    co_return reply;
  });
  struct Row {
    std::string request;
    bool closes;
    std::optional<std::string> connection;
  };
  const std::vector<Row> rows = {
      {k_get, false, std::nullopt},
      {"GET /close HTTP/1.1\r\nHost: a\r\n\r\n", true, "close"},
      {"GET /p HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", true, "close"},
      {"GET /p HTTP/1.1\r\nHost: a\r\nConnection: x, CLOSE\r\n\r\n", true, "close"},
      {"GET /p HTTP/1.0\r\n\r\n", true, "close"},
      {"GET /p HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", false, "keep-alive"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.request);
    Client client(running.port());
    ASSERT_TRUE(client.send(row.request + k_get));
    const Answer answer = client.read();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.field("Connection"), row.connection);
    if (row.closes) {
      EXPECT_EQ(client.read_to_end(), "") << "the second request must not be answered";
    } else {
      EXPECT_EQ(client.read().status, 200);
    }
  }
}

TEST(TransportReply, comes_though_the_client_has_ended_its_side) {
  Running running(after(50ms));
  Client client(running.port());
  ASSERT_TRUE(client.send(k_get + k_get));
  client.end_sending();
  EXPECT_EQ(client.read().body, "GET /p ");
  EXPECT_EQ(client.read().body, "GET /p ");
  EXPECT_EQ(client.read_to_end(), "");

  Client half(running.port());
  ASSERT_TRUE(half.send("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab"));
  half.end_sending();
  EXPECT_EQ(half.read_to_end(), "") << "half a request is none";
}

TEST(TransportReply, a_handler_that_throws_costs_its_connection_and_no_other) {
  Running running([](const Request& request) -> boost::asio::awaitable<Reply> {
    if (request.path == "/throws") throw std::runtime_error("from the handler");
    co_return echo(request);
  });
  Client other(running.port());
  Client client(running.port());
  ASSERT_TRUE(client.send("GET /throws HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_EQ(client.read_to_end(), "");
  ASSERT_TRUE(other.send(k_get));
  EXPECT_EQ(other.read().body, "GET /p ");
}

/// Counts down, and tells when it is gone.
class Countdown final : public BodySource {
 public:
  Countdown(int from, std::size_t piece, bool breaks, std::atomic<int>& gone)
      : m_left(from), m_piece(piece), m_breaks(breaks), m_gone(gone) {}
  ~Countdown() override { ++m_gone; }

  boost::asio::awaitable<std::optional<std::string>> next() override {
    if (m_left == 0 && m_breaks) throw std::runtime_error("from the source");
    if (m_left == 0) co_return std::nullopt;
    if (--m_left == 1) co_return "";  // must not end the body
    co_return std::string(m_piece, 'p');
  }

 private:
  int m_left;
  std::size_t m_piece;
  bool m_breaks;
  std::atomic<int>& m_gone;
};

TEST(TransportStream, is_sent_in_chunks_to_its_end) {
  std::atomic<int> gone = 0;
  std::atomic<bool> breaks = false;
  Running running([&](const Request&) -> boost::asio::awaitable<Reply> {
    Reply reply;
    reply.source = std::make_unique<Countdown>(41, 100'000, breaks, gone);
    co_return reply;
  });
  const std::string whole(4'000'000, 'p');
  Client client(running.port());
  ASSERT_TRUE(client.send(k_get));
  const Answer answer = client.read();
  EXPECT_EQ(answer.field("Transfer-Encoding"), "chunked");
  EXPECT_EQ(answer.field("Content-Length"), std::nullopt);
  EXPECT_EQ(answer.body, whole);
  ASSERT_TRUE(client.send("HEAD /p HTTP/1.1\r\nHost: a\r\n\r\n" + k_get));
  EXPECT_EQ(client.read(true).status, 200);
  EXPECT_EQ(client.read().body, whole) << "the connection goes on";

  Client old(running.port());
  ASSERT_TRUE(old.send("GET /p HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
  const std::string all = old.read_to_end().value_or("");
  EXPECT_EQ(all.find("Transfer-Encoding"), std::string::npos);
  EXPECT_NE(all.find("Connection: close"), std::string::npos);
  EXPECT_EQ(all.substr(all.find("\r\n\r\n") + 4), whole);

  breaks = true;
  Client broken(running.port());
  ASSERT_TRUE(broken.send(k_get));
  const std::string some = broken.read_to_end().value_or("");
  EXPECT_GT(some.size(), whole.size());
  EXPECT_FALSE(some.ends_with("0\r\n\r\n")) << "nobody may take half for all";
}

TEST(TransportStream, is_dropped_when_its_reader_goes_away) {
  std::atomic<int> gone = 0;
  Running running([&](const Request&) -> boost::asio::awaitable<Reply> {
    Reply reply;
    reply.source = std::make_unique<Countdown>(1'000'000'000, 100'000, false, gone);
    co_return reply;
  });
  Client client(running.port());
  ASSERT_TRUE(client.send(k_get));
  EXPECT_FALSE(client.stays_silent(1s));
  client.reset();
  for (int i = 0; i < 500 && gone == 0; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(gone, 1);
}

}  // namespace
}  // namespace lotkeeper::http::transport_test
