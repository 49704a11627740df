// An average day of a country's parking register, as fast as it is answered: rights (permits/push),
// stops (permits/update with the end set to now) and checks, in a fixed order and an exact number.
//
// A stop ends a permit that was pushed and acknowledged here before. One check in two asks for such
// a permit, which must be valid unless a stop of it was sent meanwhile; the other for a plate that
// was never pushed, which must not be.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <boost/asio.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "day_plan.hpp"
#include "permit_request.hpp"

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using lotkeeper::bench::DayPlan;
using lotkeeper::bench::DaySize;
using lotkeeper::bench::Kind;
using lotkeeper::bench::PermitRequest;
using lotkeeper::bench::Standing;
using Clock = std::chrono::steady_clock;

struct Options {
  std::uint16_t port = 0;
  std::string path = "/api/BENCH/v1/permits";
  std::string token;
  DaySize size;
  std::int64_t epoch = 0;
  unsigned connections = 64;
  double time_limit = 600;
};

struct Tally {
  std::array<std::uint64_t, 3> answered{};
  std::uint64_t errors = 0;
  std::uint64_t wrong = 0;
  std::string first_fault;
  std::vector<double> milliseconds;
  Clock::time_point start;
  Clock::time_point last_answer;

  void fault(const std::string& text) {
    if (first_fault.empty()) first_fault = text;
  }
};

/// The text between `before` and the next quote, empty if there is none.
std::string_view text_after(std::string_view text, std::string_view before) {
  const std::size_t at = text.find(before);
  if (at == std::string_view::npos) return {};
  const std::size_t from = at + before.size();
  return text.substr(from, text.find('"', from) - from);
}

class Principal {
 public:
  Principal(tcp::socket socket, const Options& options, DayPlan& day, Tally& tally)
      : m_socket(std::move(socket)),
        m_options(options),
        m_day(day),
        m_tally(tally),
        m_host("127.0.0.1:" + std::to_string(options.port)),
        m_permit(m_host, options.path + "/push", options.token, options.epoch) {}

  asio::awaitable<void> run() {
    asio::steady_timer timer(m_socket.get_executor());
    while (!m_day.is_over()) {
      // The last rights are still under way whose stops are due.
      if (m_day.waits_for_rights()) {
        timer.expires_after(std::chrono::milliseconds(1));
        co_await timer.async_wait(asio::use_awaitable);
        continue;
      }
      const Kind kind = m_day.next_kind();
      switch (kind) {
        case Kind::right: {
          const std::uint64_t number = m_day.next_right();
          if (!co_await ask(m_permit.number(number), kind)) break;
          m_day.add_standing(number, std::string(text_after(m_reply, "\"reference_id\":\"")));
          break;
        }
        case Kind::stop: {
          const Standing standing = m_day.take_standing();
          co_await ask(stop_of(standing), kind);
          break;
        }
        case Kind::check: {
          bool stands = false;
          const std::uint64_t number = m_day.number_to_check(stands);
          if (!co_await ask(check_of(number), kind)) break;
          const bool valid = m_reply.find("\"valid\":true") != std::string::npos;
          if (valid != stands && !m_day.was_stopped(number)) {
            ++m_tally.wrong;
            m_tally.fault(stands ? "a permit that stands was not found"
                                 : "a plate without a permit was valid");
          }
          break;
        }
      }
    }
  }

 private:
  asio::awaitable<bool> ask(std::string_view request, Kind kind) {
    const auto began = Clock::now();
    co_await asio::async_write(m_socket, asio::buffer(request), asio::use_awaitable);
    http::response_parser<http::string_body> parser;
    co_await http::async_read(m_socket, m_buffer, parser, asio::use_awaitable);
    m_reply = std::move(parser.get().body());
    m_tally.last_answer = Clock::now();
    const std::chrono::duration<double, std::milli> took = m_tally.last_answer - began;
    m_tally.milliseconds.push_back(took.count());
    if (parser.get().result() == http::status::ok) {
      ++m_tally.answered.at(static_cast<std::size_t>(kind));
      co_return true;
    }
    ++m_tally.errors;
    m_tally.fault("HTTP " + std::to_string(parser.get().result_int()) + ": " + m_reply);
    co_return false;
  }

  std::string_view request(std::string_view verb, const std::string& attributes) {
    const std::string body = "{\"apiToken\":\"" + m_options.token + "\"," + attributes + "}";
    m_request =
        "POST " + m_options.path + "/" + std::string(verb) + " HTTP/1.1\r\nHost: " + m_host +
        "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\n\r\n" + body;
    return m_request;
  }

  // Every permit began a minute or more before the epoch, so that it may end at this moment.
  std::string_view stop_of(const Standing& standing) {
    const std::time_t now = std::time(nullptr);
    std::tm date{};
    gmtime_r(&now, &date);
    std::array<char, 32> end{};
    std::strftime(end.data(), end.size(), "%Y-%m-%dT%H:%M:%S", &date);
    return request("update", "\"referenceid\":\"" + standing.reference + "\",\"endTime\":\"" +
                                 end.data() + "\"");
  }

  std::string_view check_of(std::uint64_t number) {
    const std::string_view pushed = m_permit.number(number);
    return request("check",
                   "\"plate\":\"" + std::string(text_after(pushed, "\"LicencePlate\":\"")) +
                       "\",\"zone\":\"" + std::string(text_after(pushed, "\"zone\":\"")) + "\"");
  }

  tcp::socket m_socket;
  const Options& m_options;
  DayPlan& m_day;
  Tally& m_tally;
  std::string m_host;
  PermitRequest m_permit;
  boost::beast::flat_buffer m_buffer;
  std::string m_request;
  std::string m_reply;
};

double quantile(std::vector<double>& values, double share) {
  if (values.empty()) return 0;
  const auto rank = static_cast<std::ptrdiff_t>(static_cast<double>(values.size() - 1) * share);
  std::nth_element(values.begin(), values.begin() + rank, values.end());
  return values[static_cast<std::size_t>(rank)];
}

void print_report(const Options& options, Tally& tally) {
  const std::chrono::duration<double> elapsed = tally.last_answer - tally.start;
  if (!tally.first_fault.empty())
    std::fprintf(stderr, "first fault: %.300s\n", tally.first_fault.c_str());
  const std::uint64_t asked = options.size.rights + options.size.stops + options.size.checks;
  const std::uint64_t answered = tally.answered[0] + tally.answered[1] + tally.answered[2];
  const auto number = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
  std::printf("{\"seconds\":%.6f,\"rights\":%llu,\"stops\":%llu,\"checks\":%llu,", elapsed.count(),
              number(tally.answered[0]), number(tally.answered[1]), number(tally.answered[2]));
  std::printf("\"errors\":%llu,\"wrong\":%llu,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f}\n",
              number(asked - answered), number(tally.wrong), quantile(tally.milliseconds, 0.5),
              quantile(tally.milliseconds, 0.99), quantile(tally.milliseconds, 1));
}

void run(const Options& options) {
  asio::io_context io(1);
  DayPlan day(options.size);
  Tally tally;
  tally.milliseconds.reserve(options.size.rights + options.size.stops + options.size.checks);

  std::vector<std::unique_ptr<Principal>> visitors;
  for (unsigned i = 0; i < options.connections; ++i) {
    tcp::socket socket(io);
    socket.connect({asio::ip::address_v4::loopback(), options.port});
    socket.set_option(tcp::no_delay(true));
    visitors.push_back(std::make_unique<Principal>(std::move(socket), options, day, tally));
  }

  asio::steady_timer limit(io);
  limit.expires_after(std::chrono::duration_cast<Clock::duration>(
      std::chrono::duration<double>(options.time_limit)));
  limit.async_wait([&](const boost::system::error_code& cancelled) {
    if (cancelled) return;
    tally.fault("the time limit passed");
    io.stop();
  });

  tally.start = tally.last_answer = Clock::now();
  unsigned busy = options.connections;
  for (const auto& principal : visitors) {
    asio::co_spawn(io, principal->run(), [&](const std::exception_ptr& failure) {
      if (--busy == 0) limit.cancel();
      if (failure) std::rethrow_exception(failure);
    });
  }
  io.run();
  print_report(options, tally);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app(
      "Sends a day of rights (pushes), stops (updates) and checks to a server on this machine, as "
      "fast "
      "as it answers, and prints what came of it as one line of JSON. The API token is read from "
      "LOTKEEPER_BENCH_TOKEN.");
  app.add_option("--port", options.port, "port on 127.0.0.1")->required();
  app.add_option("--path", options.path, "path of the permits' endpoints")->capture_default_str();
  app.add_option("--rights", options.size.rights, "permits to push")->required();
  app.add_option("--stops", options.size.stops, "permits to end, no more than are pushed")
      ->required();
  app.add_option("--checks", options.size.checks, "checks")->required();
  app.add_option("--first", options.size.first, "number of the first permit");
  app.add_option("--never", options.size.never, "first of a million numbers that are never pushed");
  app.add_option("--epoch", options.epoch, "Unix time at which every permit is valid")->required();
  app.add_option("--connections", options.connections, "connections")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--time-limit", options.time_limit, "seconds after which to give up")
      ->check(CLI::Range(1.0, 86400.0))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  if (options.size.stops > options.size.rights) {
    std::fputs("day: --stops cannot exceed --rights\n", stderr);
    return 2;
  }

  const char* token = std::getenv("LOTKEEPER_BENCH_TOKEN");
  if (token == nullptr || *token == '\0') {
    std::fputs("LOTKEEPER_BENCH_TOKEN is not set\n", stderr);
    return 2;
  }
  options.token = token;

  try {
    run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "day: %s\n", error.what());
    return 1;
  }
  return 0;
}
