#include "http/transport/server.hpp"

#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <exception>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

#include "http/transport/connections.hpp"

namespace lotkeeper::http {

using namespace transport;

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using Acceptor = asio::ip::tcp::acceptor;
using Error = boost::system::error_code;

constexpr auto k_result = asio::as_tuple(asio::use_awaitable);
constexpr int k_backlog = 4096;

// Over the limit so many more connections are told so; beyond, they are closed without a word.
constexpr std::size_t k_turned_away_at_once = 32;

// File descriptors for all but connections: those that are turned away, the database, the commands'
// socket, another listener.
constexpr std::size_t k_other_descriptors = 200;

// Beyond so many at once, those whose turn it is come first.
constexpr int k_accepted_at_once = 64;

// Out of file descriptors or of memory: trying again at once would only spin.
constexpr auto k_accept_pause = 100ms;

// For what was cut off to unwind.
constexpr auto k_unwind_time = 250ms;

Clock::duration sweep_period(const ServerOptions& options) {
  const auto shortest = std::min({options.idle_timeout, options.request_timeout,
                                  options.write_timeout, options.handshake_timeout});
  return std::clamp<Clock::duration>(shortest / 4, 10ms, 1s);
}

/// How many descriptors there may be, when the limit is raised as far as it goes.
std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  return setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : before;
}

/// Connections take what others leave, and a quarter where there is too little for that.
std::size_t connection_limit(std::size_t wanted, std::size_t descriptors) {
  const std::size_t quarter = descriptors / 4;
  const std::size_t rest =
      descriptors > k_other_descriptors ? descriptors - k_other_descriptors : 0;
  return std::min(wanted, std::max(rest, quarter));
}

std::string shown(const ServerOptions& options) {
  const bool is_ipv6 = options.host.find(':') != std::string::npos;
  return (is_ipv6 ? "[" + options.host + "]" : options.host) + ":" + std::to_string(options.port);
}

Acceptor listen(const asio::any_io_executor& executor, const ServerOptions& options) {
  asio::ip::tcp::resolver resolver(executor);
  Error error;
  const auto found = resolver.resolve(options.host, std::to_string(options.port),
                                      asio::ip::tcp::resolver::passive, error);
  if (error) {
    throw std::runtime_error("cannot listen on " + shown(options) + ": " + error.message() +
                             "; the host must be an address or a name of this machine");
  }
  for (const auto& entry : found) {
    Acceptor acceptor(executor);
    error = {};
    acceptor.open(entry.endpoint().protocol(), error);
    if (!error) acceptor.set_option(Acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(entry.endpoint(), error);
    if (!error) acceptor.listen(k_backlog, error);
    if (!error) return acceptor;
  }
  std::string advice = "choose another address";
  if (error == asio::error::address_in_use)
    advice = "stop what listens there, or choose another port";
  if (error == asio::error::access_denied) advice = "choose a port above 1023, or grant the right";
  throw std::runtime_error("cannot listen on " + shown(options) + ": " + error.message() + "; " +
                           advice);
}

}  // namespace

class Server::Body {
 public:
  Body(ServerOptions options, Handler& handler);
  ~Body() { stop(); }

  void start();
  void stop();
  void reload_tls();

  [[nodiscard]] std::uint16_t port() const { return m_port; }
  [[nodiscard]] bool uses_tls() const { return !m_options.tls_certificate_file.empty(); }
  [[nodiscard]] std::size_t connection_limit() const { return m_connection_limit; }
  [[nodiscard]] std::size_t open_connections() const { return m_count.value(); }

 private:
  asio::awaitable<void> accept();
  /// Connections go round.
  EventLoop& next_loop() { return *m_loops[m_taken % m_loops.size()]; }
  void take(EventLoop& loop, Socket socket);

  const ServerOptions m_options;
  const std::size_t m_connection_limit;
  RequestMemory m_request_memory;
  RequestMemory m_upload_memory;
  const Service m_service;
  std::shared_ptr<TlsIdentity> m_identity;  ///< from `start` on of the first loop's thread
  // Before the loops: coroutines that only their destruction ends still hold tickets.
  ConnectionCount m_count;
  std::vector<std::unique_ptr<EventLoop>> m_loops;
  std::optional<Acceptor> m_acceptor;
  std::uint16_t m_port = 0;
  std::size_t m_taken = 0;     ///< connections so far; of the first loop's thread
  bool m_is_stopping = false;  ///< of the first loop's thread

  std::mutex m_life;
  bool m_has_started = false;
  bool m_has_stopped = false;
  std::vector<std::thread> m_threads;
};

Server::Body::Body(ServerOptions options, Handler& handler)
    : m_options(std::move(options)),
      m_connection_limit(
          http::connection_limit(m_options.connection_limit, raise_descriptor_limit())),
      m_request_memory(m_options.request_memory),
      m_upload_memory(m_options.upload_memory),
      m_service{m_options, handler, m_request_memory, m_upload_memory} {
  if (m_options.tls_certificate_file.empty() != m_options.tls_key_file.empty()) {
    throw std::runtime_error("TLS needs both a certificate file and a key file");
  }
  if (!m_options.tls_certificate_file.empty()) {
    m_identity = load_tls_identity(m_options.tls_certificate_file, m_options.tls_key_file);
  }
  std::signal(SIGPIPE, SIG_IGN);

  unsigned loops = m_options.io_threads;
  if (loops == 0) loops = std::max(1u, std::thread::hardware_concurrency());
  const std::size_t handshakes = std::max<std::size_t>(1, m_options.handshake_limit / loops);
  for (unsigned i = 0; i < loops; ++i) {
    m_loops.push_back(std::make_unique<EventLoop>(sweep_period(m_options), handshakes));
  }
  m_acceptor.emplace(listen(m_loops.front()->executor(), m_options));
  m_acceptor->non_blocking(true);
  m_port = m_acceptor->local_endpoint().port();
}

void Server::Body::start() {
  const std::lock_guard lock(m_life);
  if (m_has_started || m_has_stopped) return;
  m_has_started = true;
  asio::co_spawn(m_loops.front()->executor(), accept(), asio::detached);
  for (auto& loop : m_loops) {
    m_threads.emplace_back([&loop] { loop->run(); });
    pthread_setname_np(m_threads.back().native_handle(), "http");
  }
}

void Server::Body::reload_tls() {
  auto identity = load_tls_identity(m_options.tls_certificate_file, m_options.tls_key_file);
  asio::post(m_loops.front()->executor(),
             [this, identity = std::move(identity)] { m_identity = identity; });
}

void Server::Body::stop() {
  const std::lock_guard lock(m_life);
  if (m_has_stopped) return;
  m_has_stopped = true;
  if (!m_has_started) {
    m_acceptor->close();
    return;
  }
  asio::post(m_loops.front()->executor(), [this] {
    m_is_stopping = true;
    Error ignored;
    m_acceptor->close(ignored);
  });
  for (auto& loop : m_loops) loop->begin_stop();
  if (!m_count.wait_for_none(m_options.stop_timeout)) {
    for (auto& loop : m_loops) loop->cut_all();
    m_count.wait_for_none(k_unwind_time);
  }
  for (auto& loop : m_loops) loop->halt();
  for (auto& thread : m_threads) thread.join();
}

asio::awaitable<void> Server::Body::accept() {
  while (!m_is_stopping) {
    EventLoop* loop = &next_loop();
    auto [error, socket] = co_await m_acceptor->async_accept(loop->executor(), k_result);
    if (m_is_stopping) co_return;
    for (int taken = 0; !error; ++taken) {
      try {
        ++m_taken;
        take(*loop, std::move(socket));
      } catch (const std::exception&) {
        error = asio::error::no_memory;
        break;
      }
      if (taken == k_accepted_at_once) break;
      loop = &next_loop();
      socket = m_acceptor->accept(loop->executor(), error);
    }
    if (error && error != asio::error::connection_aborted && error != asio::error::would_block) {
      asio::steady_timer pause(m_loops.front()->executor(), k_accept_pause);
      co_await pause.async_wait(k_result);
    }
  }
}

void Server::Body::take(EventLoop& loop, Socket socket) {
  Error ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  const std::size_t open = m_count.value();
  ConnectionCount::Ticket ticket(m_count);
  if (open >= m_connection_limit) {
    // Whoever speaks TLS could read the refusal only after a handshake, the dearest thing here.
    if (m_identity || open >= m_connection_limit + k_turned_away_at_once) return;
    turn_away_plain(loop, std::move(socket), m_service, std::move(ticket),
                    FramingFault::too_many_connections);
  } else if (m_identity) {
    serve_tls(loop, std::move(socket), m_service, std::move(ticket), m_identity);
  } else {
    serve_plain(loop, std::move(socket), m_service, std::move(ticket));
  }
}

Server::Server(ServerOptions options, Handler& handler)
    : m_body(std::make_unique<Body>(std::move(options), handler)) {}

Server::~Server() = default;

std::uint16_t Server::port() const { return m_body->port(); }

bool Server::uses_tls() const { return m_body->uses_tls(); }

std::size_t Server::open_connections() const { return m_body->open_connections(); }

std::size_t Server::connection_limit() const { return m_body->connection_limit(); }

void Server::reload_tls() { m_body->reload_tls(); }

void Server::start() { m_body->start(); }

void Server::stop() { m_body->stop(); }

}  // namespace lotkeeper::http
