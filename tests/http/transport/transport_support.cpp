#include "transport_support.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cctype>
#include <cerrno>
#include <stdexcept>
#include <thread>
#include <utility>

namespace lotkeeper::http::transport_test {
namespace {

using namespace std::chrono_literals;
constexpr auto k_patience = 10s;

bool wait_for(int descriptor, short events, std::chrono::milliseconds patience) {
  pollfd poll_on{descriptor, events, 0};
  return ::poll(&poll_on, 1, static_cast<int>(patience.count())) == 1;
}

}  // namespace

ScriptedHandler::ScriptedHandler()
    : m_answer([](const Request& request) -> boost::asio::awaitable<Reply> {
        co_return echo(request);
      }) {}

boost::asio::awaitable<Reply> ScriptedHandler::handle(const Request& request) {
  return m_answer(request);
}

Reply ScriptedHandler::refuse(FramingFault fault, const Request& partial) {
  Reply reply;
  const auto say = [&reply](int status, std::string name) {
    reply.status = status;
    reply.body = std::move(name);
  };
  switch (fault) {
    case FramingFault::malformed:
      say(400, "malformed");
      break;
    case FramingFault::header_too_large:
      say(431, "header_too_large");
      break;
    case FramingFault::body_too_large:
      say(413, "body_too_large");
      break;
    case FramingFault::timed_out:
      say(408, "timed_out");
      break;
    case FramingFault::too_many_connections:
      say(503, "too_many_connections");
      break;
    case FramingFault::too_much_memory:
      say(503, "too_much_memory");
      break;
    case FramingFault::plain_on_tls:
      say(400, "plain_on_tls");
      break;
  }
  reply.body.append(" ").append(partial.path).append(partial.body);
  return reply;
}

Reply echo(const Request& request) {
  Reply reply;
  reply.content_type = "text/plain";
  reply.body.append(request.method_name).append(" ").append(request.path).append(" ");
  reply.body.append(request.body_over_limit ? "(over the limit)" : request.body);
  return reply;
}

boost::asio::awaitable<void> wait(std::chrono::milliseconds span) {
  const auto executor = co_await boost::asio::this_coro::executor;
  boost::asio::steady_timer timer(executor, span);
  co_await timer.async_wait(boost::asio::use_awaitable);
}

ScriptedHandler::Answer after(std::chrono::milliseconds span) {
  return [span](const Request& request) -> boost::asio::awaitable<Reply> {
    Reply reply = echo(request);
    co_await wait(span);
    co_return reply;
  };
}

bool comes_true(const std::function<bool()>& condition) {
  const auto give_up = std::chrono::steady_clock::now() + 5s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > give_up) return false;
    std::this_thread::sleep_for(5ms);
  }
  return true;
}

std::optional<std::string> Answer::field(std::string_view name) const {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  };
  for (std::size_t line = head.find("\r\n"); line + 2 < head.size();
       line = head.find("\r\n", line)) {
    line += 2;
    const std::size_t colon = head.find(':', line);
    const std::size_t end = head.find("\r\n", line);
    if (colon == std::string::npos || colon > end) break;
    if (std::equal(name.begin(), name.end(), head.begin() + static_cast<std::ptrdiff_t>(line),
                   head.begin() + static_cast<std::ptrdiff_t>(colon), same)) {
      return head.substr(colon + 2, end - colon - 2);
    }
  }
  return std::nullopt;
}

Client::Client(std::uint16_t port) : Client(port, [] {}) {}

Client::Client(std::uint16_t port, const std::function<void()>& before_connecting)
    : m_descriptor(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  before_connecting();
  if (m_descriptor < 0 ||
      ::connect(m_descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(m_descriptor);
    throw std::runtime_error("the test's client could not connect");
  }
  const int on = 1;
  ::setsockopt(m_descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

Client::~Client() {
  if (m_descriptor >= 0) ::close(m_descriptor);
}

bool Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!wait_for(m_descriptor, POLLOUT, k_patience)) return false;
    const ssize_t sent =
        ::send(m_descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EAGAIN) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void Client::end_sending() { ::shutdown(m_descriptor, SHUT_WR); }

void Client::reset() {
  const linger at_once{1, 0};
  ::setsockopt(m_descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(m_descriptor);
  m_descriptor = -1;
}

bool Client::fill(std::chrono::milliseconds patience) {
  if (!wait_for(m_descriptor, POLLIN, patience)) return false;
  std::array<char, 64 * 1024> bytes;
  const ssize_t count = ::recv(m_descriptor, bytes.data(), bytes.size(), 0);
  if (count <= 0) return false;
  m_received.append(bytes.data(), static_cast<std::size_t>(count));
  return true;
}

bool Client::fill_until(std::string_view mark, std::size_t from, std::size_t& at) {
  while ((at = m_received.find(mark, from)) == std::string::npos) {
    if (!fill(k_patience)) return false;
  }
  return true;
}

Answer Client::read(bool of_head) {
  std::size_t head_end = 0;
  if (!fill_until("\r\n\r\n", 0, head_end)) return {};
  Answer answer;
  answer.head = m_received.substr(0, head_end + 4);
  const int status = std::stoi(answer.head.substr(9, 3));

  std::size_t at = head_end + 4;
  const bool has_body = !of_head && status >= 200 && status != 204 && status != 304;
  if (has_body && answer.field("Transfer-Encoding") == "chunked") {
    for (;;) {
      std::size_t line_end = 0;
      if (!fill_until("\r\n", at, line_end)) return {};
      const std::size_t size = std::stoul(m_received.substr(at, line_end - at), nullptr, 16);
      while (m_received.size() < line_end + 2 + size + 2) {
        if (!fill(k_patience)) return {};
      }
      answer.body.append(m_received, line_end + 2, size);
      at = line_end + 2 + size + 2;
      if (size == 0) break;
    }
  } else if (has_body) {
    const std::size_t size = std::stoul(answer.field("Content-Length").value_or("0"));
    while (m_received.size() < at + size) {
      if (!fill(k_patience)) return {};
    }
    answer.body = m_received.substr(at, size);
    at += size;
  }
  m_received.erase(0, at);
  answer.status = status;
  return answer;
}

std::optional<std::string> Client::read_to_end(std::chrono::milliseconds patience) {
  const auto give_up = std::chrono::steady_clock::now() + patience;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        give_up - std::chrono::steady_clock::now());
    if (left <= 0ms || !wait_for(m_descriptor, POLLIN, left)) return std::nullopt;
    if (!fill(left)) return std::exchange(m_received, {});
  }
}

bool Client::stays_silent(std::chrono::milliseconds span) {
  return m_received.empty() && !wait_for(m_descriptor, POLLIN, span);
}

const std::string k_get = "GET /p HTTP/1.1\r\nHost: a\r\n\r\n";

std::string post(std::string_view path, std::string_view body) {
  std::string request = "POST ";
  request.append(path).append(" HTTP/1.1\r\nHost: localhost\r\nContent-Length: ");
  request.append(std::to_string(body.size())).append("\r\n\r\n").append(body);
  return request;
}

}  // namespace lotkeeper::http::transport_test
