// How a server begins, and how it ends.

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
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
  options.io_threads = 2;
  return options;
}

/// A wait that someone else ends, as a group committer does, or that nobody ends at all.
class Gate {
 public:
  boost::asio::awaitable<void> pass() {
    auto token = boost::asio::use_awaitable;
    return boost::asio::async_initiate<decltype(token), void()>(
        [this](auto handler) {
          auto executor = boost::asio::get_associated_executor(handler);
          auto held = std::make_shared<decltype(handler)>(std::move(handler));
          const std::lock_guard lock(m_mutex);
          m_waiting.push_back(
              [executor, held] { boost::asio::post(executor, [held] { std::move (*held)(); }); });
        },
        token);
  }

  void open() {
    const std::lock_guard lock(m_mutex);
    for (const auto& go_on : m_waiting) go_on();
    m_waiting.clear();
  }

  [[nodiscard]] std::size_t waiting() {
    const std::lock_guard lock(m_mutex);
    return m_waiting.size();
  }

 private:
  std::mutex m_mutex;
  std::vector<std::function<void()>> m_waiting;
};

TEST(TransportHandler, may_be_resumed_from_another_thread) {
  Gate gate;
  ScriptedHandler handler([&gate](const Request& request) -> boost::asio::awaitable<Reply> {
    const std::string before(request.body);
    co_await gate.pass();
    Reply reply = echo(request);
    if (before != request.body) reply.status = 500;
    co_return reply;
  });
  Server server(options(), handler);
  server.start();
  std::atomic<bool> is_done = false;
  std::thread opening([&] {
    while (!is_done) gate.open();
  });
  std::vector<std::unique_ptr<Client>> clients;
  clients.reserve(16);
  for (int i = 0; i < 16; ++i) clients.push_back(std::make_unique<Client>(server.port()));
  for (int round = 0; round < 50; ++round) {
    for (std::size_t i = 0; i < clients.size(); ++i) {
      ASSERT_TRUE(clients[i]->send(post("/p", std::to_string(i))));
    }
    for (std::size_t i = 0; i < clients.size(); ++i) {
      const Answer answer = clients[i]->read();
      ASSERT_EQ(answer.status, 200);
      ASSERT_EQ(answer.body, "POST /p " + std::to_string(i));
    }
  }
  server.stop();
  is_done = true;
  opening.join();
}

TEST(TransportStart, says_why_it_cannot_listen) {
  ScriptedHandler handler;
  Server first(options(), handler);
  ServerOptions with = options();
  with.port = first.port();
  try {
    const Server second(with, handler);
    FAIL() << "two listen on one port";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find(std::to_string(first.port())), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("another port"), std::string::npos);
  }
}

TEST(TransportStop, lets_what_has_begun_finish_and_closes_the_rest) {
  ScriptedHandler handler(after(400ms));
  Server server(options(), handler);
  server.start();
  Client idle(server.port());
  Client reading(server.port());
  ASSERT_TRUE(reading.send("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na"));
  Client handling(server.port());
  ASSERT_TRUE(handling.send(k_get + k_get));
  ASSERT_TRUE(comes_true([&] { return server.open_connections() == 3; }));
  std::this_thread::sleep_for(100ms);

  const auto begin = SteadyClock::now();
  std::thread stopping([&] { server.stop(); });
  EXPECT_EQ(idle.read_to_end(), "");
  EXPECT_LT(SteadyClock::now() - begin, 300ms);
  EXPECT_THROW(Client(server.port()), std::runtime_error);
  ASSERT_TRUE(reading.send("bc"));
  const Answer last = handling.read();
  EXPECT_EQ(last.status, 200);
  EXPECT_EQ(last.field("Connection"), "close");
  EXPECT_EQ(handling.read_to_end(), "") << "what was only pipelined has not begun";
  EXPECT_EQ(reading.read().body, "POST /p abc");
  stopping.join();
  EXPECT_LT(SteadyClock::now() - begin, 3s);
  EXPECT_EQ(server.open_connections(), 0U);
}

TEST(TransportStop, answers_what_the_kernel_had_taken_in) {
  // The only loop is kept busy while the request comes in and the stop begins.
  ServerOptions with = options();
  with.io_threads = 1;
  ScriptedHandler handler([](const Request& request) -> boost::asio::awaitable<Reply> {
    if (request.path == "/busy") std::this_thread::sleep_for(300ms);
    co_return echo(request);
  });
  Server server(with, handler);
  server.start();
  Client client(server.port());
  ASSERT_TRUE(client.send(k_get));
  ASSERT_EQ(client.read().status, 200);
  Client busy(server.port());
  ASSERT_TRUE(busy.send("GET /busy HTTP/1.1\r\nHost: a\r\n\r\n"));
  std::this_thread::sleep_for(50ms);
  std::thread stopping([&] { server.stop(); });
  std::this_thread::sleep_for(50ms);
  ASSERT_TRUE(client.send(k_get));
  EXPECT_EQ(client.read().status, 200);
  stopping.join();
}

TEST(TransportStop, cuts_off_what_does_not_end) {
  ServerOptions with = options();
  with.stop_timeout = 300ms;
  Gate gate;
  ScriptedHandler handler([&gate](const Request& request) -> boost::asio::awaitable<Reply> {
    const std::string kept(request.path);  // has a destructor that must run in the end
    if (request.path == "/timer") co_await wait(1h);
    co_await gate.pass();
    co_return echo(request);
  });
  auto server = std::make_unique<Server>(with, handler);
  server->start();
  Client at_gate(server->port());
  Client at_timer(server->port());
  Client reading(server->port());
  ASSERT_TRUE(at_gate.send(k_get));
  ASSERT_TRUE(at_timer.send("GET /timer HTTP/1.1\r\nHost: a\r\n\r\n"));
  ASSERT_TRUE(reading.send("GET /p"));
  ASSERT_TRUE(comes_true([&] { return gate.waiting() == 1; }));
  std::this_thread::sleep_for(50ms);
  const auto begin = SteadyClock::now();
  server->stop();
  EXPECT_GE(SteadyClock::now() - begin, 300ms);
  EXPECT_LT(SteadyClock::now() - begin, 2s);
  EXPECT_EQ(at_gate.read_to_end(), "");
  EXPECT_EQ(at_timer.read_to_end(), "");
  EXPECT_EQ(reading.read_to_end(), "");
  // Late, but while the server is there: it must hit nothing that is gone.
  gate.open();
  server.reset();
}

TEST(TransportStop, can_be_called_twice_or_without_a_start_or_not_at_all) {
  ScriptedHandler handler;
  {
    Server server(options(), handler);
    server.stop();
    server.stop();
    server.start();
    EXPECT_THROW(Client(server.port()), std::runtime_error);
  }
  Server never_started(options(), handler);
  Server not_stopped(options(), handler);
  not_stopped.start();
  Client client(not_stopped.port());
  ASSERT_TRUE(client.send(k_get));
  EXPECT_EQ(client.read().status, 200);
}

}  // namespace
}  // namespace lotkeeper::http::transport_test
