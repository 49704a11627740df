// How long connections live, and how many.

#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstddef>
#include <ctime>
#include <iostream>
#include <memory>
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

TEST(TransportTimeout, an_idle_connection_is_closed_without_a_word) {
  ServerOptions with = options();
  with.idle_timeout = 200ms;
  ScriptedHandler handler;
  Server server(with, handler);
  server.start();

  Client fresh(server.port());
  Client used(server.port());
  const auto begin = SteadyClock::now();
  ASSERT_TRUE(used.send(k_get));
  EXPECT_EQ(used.read().status, 200);
  EXPECT_EQ(fresh.read_to_end(), "");
  EXPECT_EQ(used.read_to_end(), "");
  EXPECT_GE(SteadyClock::now() - begin, 200ms);
  EXPECT_TRUE(comes_true([&] { return server.open_connections() == 0; }));
}

TEST(TransportTimeout, a_request_that_does_not_end_in_time_is_refused) {
  ServerOptions with = options();
  with.request_timeout = 300ms;
  ScriptedHandler handler;
  Server server(with, handler);
  server.start();

  for (const std::string& start :
       {std::string("P"), std::string("POST /p HTTP/1.1\r\nHost: a\r\n"),
        std::string("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab"),
        k_get + "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab"}) {
    SCOPED_TRACE(start);
    Client client(server.port());
    ASSERT_TRUE(client.send(start));
    if (start.starts_with(k_get)) {
      EXPECT_EQ(client.read().status, 200);
    }
    const Answer answer = client.read();
    EXPECT_EQ(answer.status, 408);
    EXPECT_EQ(answer.body, start.ends_with("ab") ? "timed_out /p" : "timed_out ");
    EXPECT_EQ(client.read_to_end(), "");
  }

  // One that drips: the time runs from the first byte, not from the last.
  Client dripping(server.port());
  const auto begin = SteadyClock::now();
  while (dripping.stays_silent(20ms) && SteadyClock::now() - begin < 5s) {
    ASSERT_TRUE(dripping.send("x"));
  }
  EXPECT_EQ(dripping.read().status, 408);
  EXPECT_LT(SteadyClock::now() - begin, 2s);
}

TEST(TransportTimeout, a_handler_may_take_longer_than_every_timeout) {
  ServerOptions with = options();
  with.request_timeout = with.idle_timeout = with.write_timeout = 50ms;
  ScriptedHandler handler(after(400ms));
  Server server(with, handler);
  server.start();
  Client client(server.port());
  ASSERT_TRUE(client.send(k_get));
  EXPECT_EQ(client.read().status, 200);
}

TEST(TransportTimeout, a_reader_that_takes_nothing_is_cut_off) {
  ServerOptions with = options();
  with.write_timeout = 300ms;
  ScriptedHandler handler([](const Request&) -> boost::asio::awaitable<Reply> {
    Reply reply;
    reply.body.assign(50'000'000, 'b');
    co_return reply;
  });
  Server server(with, handler);
  server.start();
  Client client(server.port());
  ASSERT_TRUE(client.send(k_get));
  ASSERT_TRUE(comes_true([&] { return server.open_connections() == 1; }));
  EXPECT_TRUE(comes_true([&] { return server.open_connections() == 0; }));
}

TEST(TransportLimit, connections_over_it_are_told_so) {
  ServerOptions with = options();
  with.connection_limit = 2;
  ScriptedHandler handler;
  Server server(with, handler);
  server.start();
  Client first(server.port());
  auto second = std::make_unique<Client>(server.port());
  ASSERT_TRUE(first.send(k_get));
  EXPECT_EQ(first.read().status, 200);
  ASSERT_TRUE(second->send(k_get));
  EXPECT_EQ(second->read().status, 200);
  {
    Client third(server.port());
    ASSERT_TRUE(third.send(k_get));
    const Answer answer = third.read();
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.field("Connection"), "close");
    EXPECT_EQ(third.read_to_end(), "");
  }
  second.reset();
  ASSERT_TRUE(comes_true([&] { return server.open_connections() == 1; }));
  Client fourth(server.port());
  ASSERT_TRUE(fourth.send(k_get));
  EXPECT_EQ(fourth.read().status, 200);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool k_measures_memory = false;  // the sanitizer's allocator has figures of its own
#else
constexpr bool k_measures_memory = true;
#endif

/// Bytes that the program holds.
std::size_t memory_in_use() { return mallinfo2().uordblks; }

TEST(TransportLimit, five_thousand_idle_connections_cost_little_and_hold_up_no_one) {
  constexpr std::size_t k_many = 5'000;
  ScriptedHandler handler;
  Server server(options(), handler);
  server.start();
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  ASSERT_EQ(limit.rlim_cur, limit.rlim_max) << "the server raises it";
  ASSERT_GE(limit.rlim_cur, 2 * k_many + 100) << "this test holds both ends of each connection";

  const std::size_t before = memory_in_use();
  std::vector<std::unique_ptr<Client>> clients;
  for (std::size_t i = 0; i < k_many; ++i) {
    clients.push_back(std::make_unique<Client>(server.port()));
    if (i % 2 == 0) {
      ASSERT_TRUE(clients.back()->send(k_get));
      ASSERT_EQ(clients.back()->read().status, 200);
    }
  }
  ASSERT_TRUE(comes_true([&] { return server.open_connections() == k_many; }));
  const std::size_t fresh = (memory_in_use() - before) / k_many;
  const auto begin = SteadyClock::now();
  Client one_more(server.port());
  ASSERT_TRUE(one_more.send(k_get));
  EXPECT_EQ(one_more.read().status, 200);
  EXPECT_LT(SteadyClock::now() - begin, 1s);

  // Those that were used keep a buffer for the next request, but not for long.
  std::this_thread::sleep_for(5500ms);
  const std::size_t rested = (memory_in_use() - before) / k_many;
  std::cout << "memory of an idle connection, both ends: " << fresh << ", later " << rested
            << " bytes\n";
  if (k_measures_memory) {
    EXPECT_LT(fresh, 6'000U);
    EXPECT_LT(rested, 3'500U);
  }
  for (std::size_t i = 0; i < k_many; i += 50) {
    ASSERT_TRUE(clients[i]->send(k_get));
    ASSERT_EQ(clients[i]->read().status, 200);
  }
}

TEST(TransportLimit, without_a_free_descriptor_it_waits_and_goes_on) {
  ScriptedHandler handler;
  Server server(options(), handler);
  server.start();
  Client before(server.port());
  ASSERT_TRUE(before.send(k_get));
  ASSERT_EQ(before.read().status, 200);

  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  Client waiting(server.port());
  ASSERT_TRUE(comes_true([&] { return server.open_connections() == 2; }));
  // The limit is the whole process's, so the client's socket is made first.
  Client late(server.port(), [&limit] {
    const int next = ::dup(0);
    ASSERT_GT(next, 0);
    ::close(next);
    const rlimit none{static_cast<rlim_t>(next), limit.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  });
  ASSERT_TRUE(late.send(k_get));
  EXPECT_TRUE(late.stays_silent(300ms));
  ASSERT_TRUE(before.send(k_get));
  EXPECT_EQ(before.read().status, 200);
  const std::clock_t used = std::clock();
  std::this_thread::sleep_for(500ms);
  EXPECT_LT(std::clock() - used, CLOCKS_PER_SEC / 5) << "it spins";
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(late.read().status, 200);
}

TEST(TransportPeer, resets_harm_no_one) {
  ScriptedHandler handler(after(20ms));
  Server server(options(), handler);
  server.start();
  for (int i = 0; i < 50; ++i) {
    Client client(server.port());
    if (i % 3 > 0) {
      ASSERT_TRUE(client.send(i % 3 == 1 ? k_get + k_get : "GET /p"));
    }
    client.reset();
  }
  Client client(server.port());
  ASSERT_TRUE(client.send(k_get));
  EXPECT_EQ(client.read().status, 200);
  EXPECT_TRUE(comes_true([&] { return server.open_connections() == 1; }));
}

}  // namespace
}  // namespace lotkeeper::http::transport_test
