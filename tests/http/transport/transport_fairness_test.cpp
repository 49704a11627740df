// Connections that send much, or large, leave others their share.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "transport_support.hpp"

namespace lotkeeper::http::transport_test {
namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

ServerOptions options() {
  ServerOptions options;
  options.io_threads = 1;
  return options;
}

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

/// When it is over the loop has read what others had sent before.
void settle(std::uint16_t port) {
  Client client(port);
  for (int i = 0; i < 30; ++i) {
    ASSERT_TRUE(client.send(k_get));
    ASSERT_EQ(client.read().status, 200);
  }
}

/// Sixty connections, each with a thousand requests under way, of which each takes its time.
class TransportFairness : public ::testing::Test {
 protected:
  TransportFairness()
      : m_handler([this](const Request& request) -> boost::asio::awaitable<Reply> {
          if (request.path == "/p") {
            const auto end = SteadyClock::now() + 100us;
            while (SteadyClock::now() < end) {
            }
            ++m_answered;
          }
          co_return echo(request);
        }),
        m_server(options(), m_handler) {
    m_server.start();
    const std::string thousand = repeated(k_get, 1000);
    for (int i = 0; i < 60; ++i) {
      m_pushing.push_back(std::make_unique<Client>(m_server.port()));
      EXPECT_TRUE(m_pushing.back()->send(thousand));
    }
  }

  /// How many of those were answered while `ask` was, in the middle of some tries.
  template <class Ask>
  int answered_beside(Ask ask) {
    std::vector<int> counts;
    for (int i = 0; i < 15; ++i) {
      const int before = m_answered;
      ask();
      counts.push_back(m_answered - before);
    }
    EXPECT_LT(m_answered, 55'000) << "it was over too soon to show anything";
    std::ranges::nth_element(counts, counts.begin() + 7);
    return counts[7];
  }

  static void ask(Client& client) {
    ASSERT_TRUE(client.send("GET /polite HTTP/1.1\r\nHost: a\r\n\r\n"));
    ASSERT_EQ(client.read().status, 200);
  }

  std::atomic<int> m_answered{0};
  ScriptedHandler m_handler;
  Server m_server;
  std::vector<std::unique_ptr<Client>> m_pushing;
};

TEST_F(TransportFairness, a_kept_connection_is_quick_beside_those_that_pipeline) {
  Client polite(m_server.port());
  ask(polite);
  EXPECT_LT(answered_beside([&] { ask(polite); }), 30);
}

TEST_F(TransportFairness, a_new_connection_is_quick_beside_those_that_pipeline) {
  EXPECT_LT(answered_beside([&] {
              Client fresh(m_server.port());
              ask(fresh);
            }),
            60);
}

TEST_F(TransportFairness, those_that_pipeline_take_turns) {
  ASSERT_TRUE(comes_true([&] { return m_answered > 1200; }));
  // A fair share of each is twenty requests: somebody has had theirs who began last.
  EXPECT_EQ(m_pushing.back()->read().body, "GET /p ");
  EXPECT_EQ(m_pushing.front()->read().body, "GET /p ");
  EXPECT_LT(m_answered, 5'000) << "its turn came only after others had all of theirs";
}

TEST(TransportMemory, large_requests_are_refused_beyond_it_and_small_ones_are_not) {
  ServerOptions with = options();
  with.request_memory = 100'000;
  ScriptedHandler handler;
  Server server(with, handler);
  server.start();
  const std::string large = post("/p", std::string(60'000, 'b'));
  const std::string_view most = std::string_view(large).substr(0, large.size() - 1);

  auto first = std::make_unique<Client>(server.port());
  ASSERT_TRUE(first->send(most));
  settle(server.port());
  for (const bool in_chunks : {false, true}) {
    Client second(server.port());
    if (in_chunks) {
      ASSERT_TRUE(
          second.send("POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nea60\r\n"));
      ASSERT_TRUE(second.send(std::string(60'000, 'b')));
    } else {
      ASSERT_TRUE(second.send(most));
    }
    const Answer answer = second.read();
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.body, "too_much_memory /p");
    EXPECT_EQ(second.read_to_end(), "");
  }
  Client small(server.port());
  ASSERT_TRUE(small.send(post("/p", std::string(3000, 'b'))));
  EXPECT_EQ(small.read().status, 200);

  // What is over gives back what it held, whether it ends well or not.
  ASSERT_TRUE(first->send("b"));
  EXPECT_EQ(first->read().status, 200);
  Client third(server.port());
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(third.send(large));
    ASSERT_EQ(third.read().status, 200);
  }
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(first->send(most));
    settle(server.port());
    first->reset();
    ASSERT_TRUE(comes_true([&] { return server.open_connections() == 2; }));
    first = std::make_unique<Client>(server.port());
  }
  ASSERT_TRUE(third.send(large));
  EXPECT_EQ(third.read().status, 200);
}

TEST(TransportMemory, what_was_only_announced_takes_none) {
  ServerOptions with = options();
  with.request_memory = 100'000;
  ScriptedHandler handler;
  Server server(with, handler);
  server.start();
  std::vector<std::unique_ptr<Client>> announcing;
  for (int i = 0; i < 20; ++i) {
    announcing.push_back(std::make_unique<Client>(server.port()));
    ASSERT_TRUE(
        announcing.back()->send("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\nb"));
  }
  settle(server.port());
  Client client(server.port());
  ASSERT_TRUE(client.send(post("/p", std::string(60'000, 'b'))));
  EXPECT_EQ(client.read().status, 200);
}

}  // namespace
}  // namespace lotkeeper::http::transport_test
