// Pushes permits at a fixed rate, whatever the server does, and reports latencies.
//
// Request i is due at start + i / rate. A latency runs from the moment a request was due, not from
// the moment it could be sent: while the server stalls, requests go on falling due, and each of
// them counts its whole wait. With rate 0 there is no schedule and every connection asks again as
// soon as it is answered; that fills a database, and its latencies are those of a closed loop.

#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/asio.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include "permit_request.hpp"

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using lotkeeper::bench::PermitRequest;
using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

struct Options {
  std::uint16_t port = 0;
  std::string path = "/api/BENCH/v1/permits/push";
  std::string token;
  double rate = 0;
  std::uint64_t count = 0;
  std::uint64_t first = 0;
  std::int64_t epoch = 0;
  unsigned connections = 64;
  double time_limit = 600;
};

struct Tally {
  std::uint64_t claimed = 0;
  std::uint64_t backlogged = 0;
  std::vector<nanoseconds> latencies;
  std::vector<nanoseconds> send_delays;
  std::string first_fault;
  Clock::time_point start;
  Clock::time_point last_answer;
};

void note_fault(Tally& tally, const std::string& fault) {
  if (tally.first_fault.empty()) tally.first_fault = fault;
}

asio::awaitable<bool> is_answered(tcp::socket& socket, boost::beast::flat_buffer& buffer,
                                  Tally& tally) {
  http::response_parser<http::string_body> parser;
  co_await http::async_read(socket, buffer, parser, asio::use_awaitable);
  const auto& reply = parser.get();
  if (reply.result() == http::status::ok) co_return true;
  note_fault(tally, "HTTP " + std::to_string(reply.result_int()) + ": " + reply.body());
  co_return false;
}

// Permits are claimed in the order in which they fall due, so a permit that is already due when a
// connection claims it found every connection busy.
asio::awaitable<void> push_permits(tcp::socket socket, const Options& options, Tally& tally) {
  PermitRequest request("127.0.0.1:" + std::to_string(options.port), options.path, options.token,
                        options.epoch);
  asio::steady_timer timer(socket.get_executor());
  boost::beast::flat_buffer buffer;
  try {
    while (tally.claimed < options.count) {
      const std::uint64_t claim = tally.claimed++;
      const std::string_view text = request.number(options.first + claim);

      Clock::time_point due = Clock::now();
      if (options.rate > 0) {
        const nanoseconds offset(std::llround(static_cast<double>(claim) * 1e9 / options.rate));
        const Clock::time_point scheduled = tally.start + offset;
        if (scheduled > due) {
          timer.expires_at(scheduled);
          co_await timer.async_wait(asio::use_awaitable);
        } else {
          ++tally.backlogged;
        }
        due = scheduled;
      }

      tally.send_delays.push_back(Clock::now() - due);
      co_await asio::async_write(socket, asio::buffer(text), asio::use_awaitable);
      if (!co_await is_answered(socket, buffer, tally)) continue;
      tally.last_answer = Clock::now();
      tally.latencies.push_back(tally.last_answer - due);
    }
  } catch (const boost::system::system_error& error) {
    note_fault(tally, error.code().message());
  }
}

double microseconds_at(std::vector<nanoseconds>& times, double quantile) {
  if (times.empty()) return 0;
  const double last = static_cast<double>(times.size() - 1);
  const auto rank = static_cast<std::ptrdiff_t>(std::ceil(last * quantile));
  std::nth_element(times.begin(), times.begin() + rank, times.end());
  return static_cast<double>(times[static_cast<std::size_t>(rank)].count()) / 1000;
}

double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Unanswered and refused requests are errors alike: whatever was asked for and is not a 200.
void print_report(const Options& options, Tally& tally, double processor) {
  const std::uint64_t answered = tally.latencies.size();
  const std::chrono::duration<double> elapsed = tally.last_answer - tally.start;
  const double achieved = answered == 0 ? 0 : static_cast<double>(answered) / elapsed.count();
  if (!tally.first_fault.empty())
    std::fprintf(stderr, "first fault: %.300s\n", tally.first_fault.c_str());
  std::printf(
      "{\"rate\":%.3f,\"achieved\":%.3f,\"seconds\":%.6f,\"requests\":%llu,"
      "\"errors\":%llu,\"backlogged\":%llu,",
      options.rate, achieved, elapsed.count(), static_cast<unsigned long long>(answered),
      static_cast<unsigned long long>(options.count - answered),
      static_cast<unsigned long long>(tally.backlogged));
  std::printf(
      "\"p50_us\":%.1f,\"p90_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,\"max_us\":%.1f,"
      "\"send_delay_p99_us\":%.1f,\"generator_cpu_seconds\":%.3f}\n",
      microseconds_at(tally.latencies, 0.5), microseconds_at(tally.latencies, 0.9),
      microseconds_at(tally.latencies, 0.99), microseconds_at(tally.latencies, 0.999),
      microseconds_at(tally.latencies, 1), microseconds_at(tally.send_delays, 0.99), processor);
}

void run(const Options& options) {
  asio::io_context io(1);
  Tally tally;
  tally.latencies.reserve(options.count);
  tally.send_delays.reserve(options.count);

  std::vector<tcp::socket> sockets;
  for (unsigned i = 0; i < options.connections; ++i) {
    tcp::socket& socket = sockets.emplace_back(io);
    socket.connect({asio::ip::address_v4::loopback(), options.port});
    socket.set_option(tcp::no_delay(true));
  }

  asio::steady_timer limit(io);
  limit.expires_after(std::chrono::duration_cast<Clock::duration>(
      std::chrono::duration<double>(options.time_limit)));
  limit.async_wait([&](const boost::system::error_code& cancelled) {
    if (cancelled) return;
    note_fault(tally, "the time limit passed");
    io.stop();
  });

  const double processor_before = processor_seconds();
  tally.start = tally.last_answer = Clock::now() + std::chrono::milliseconds(10);
  unsigned busy = options.connections;
  for (tcp::socket& socket : sockets)
    asio::co_spawn(io, push_permits(std::move(socket), options, tally),
                   [&](const std::exception_ptr& failure) {
                     if (--busy == 0) limit.cancel();
                     if (failure) std::rethrow_exception(failure);
                   });
  io.run();
  print_report(options, tally, processor_seconds() - processor_before);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app(
      "Pushes permits to a server on this machine at a fixed rate and prints latencies, "
      "measured from the time each push was due, as one line of JSON. The API token is "
      "read from LOTKEEPER_BENCH_TOKEN.");
  app.add_option("--port", options.port, "port on 127.0.0.1")->required();
  app.add_option("--path", options.path, "path to post to")->capture_default_str();
  app.add_option("--rate", options.rate, "pushes per second; 0: as fast as they are answered")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  app.add_option("--count", options.count, "pushes in all")
      ->required()
      ->check(CLI::Range(std::uint64_t{1}, PermitRequest::k_plates));
  app.add_option("--first", options.first, "number of the first permit")
      ->check(CLI::Range(std::uint64_t{0}, PermitRequest::k_plates));
  app.add_option("--epoch", options.epoch, "Unix time at which every permit is valid")->required();
  app.add_option("--connections", options.connections, "connections")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--time-limit", options.time_limit, "seconds after which to give up")
      ->check(CLI::Range(1.0, 86400.0))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  const char* token = std::getenv("LOTKEEPER_BENCH_TOKEN");
  if (token == nullptr || *token == '\0') {
    std::fputs("LOTKEEPER_BENCH_TOKEN is not set\n", stderr);
    return 2;
  }
  options.token = token;

  try {
    run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "open_loop: %s\n", error.what());
    return 1;
  }
  return 0;
}
