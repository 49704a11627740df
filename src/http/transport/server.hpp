#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace lotkeeper::http {

struct ServerOptions {
  std::string host = "127.0.0.1";  ///< a name or an address; IPv6 without brackets
  std::uint16_t port = 0;          ///< 0: the kernel chooses
  unsigned io_threads = 0;         ///< 0: one for each core
  std::size_t body_limit = 64 * 1024;
  std::size_t drain_limit =
      1024 * 1024;  ///< a body over `body_limit` is read and dropped up to here
  std::size_t upload_limit = 8 * 1024 * 1024;  ///< of a body whose target `takes_upload`
  bool (*takes_upload)(std::string_view target) = nullptr;
  /// Whether a handler of this path wants to know the peer's address, which costs a system call.
  bool (*wants_peer)(std::string_view path) = nullptr;
  std::size_t header_limit = 16 * 1024;
  /// What requests over 4 KiB may hold in memory together, on all connections.
  std::size_t request_memory = 128 * 1024 * 1024;
  std::size_t upload_memory = 128 * 1024 * 1024;  ///< the same, of uploads that were let in
  /// Most connections, or fewer where there are not so many file descriptors.
  std::size_t connection_limit = 20'000;
  std::size_t handshake_limit = 192;                   ///< TLS handshakes under way; others wait
  std::chrono::milliseconds idle_timeout{75'000};      ///< between requests
  std::chrono::milliseconds request_timeout{15'000};   ///< from a request's first byte to its last
  std::chrono::milliseconds handshake_timeout{5'000};  ///< for TLS to begin, and again to end
  std::chrono::milliseconds write_timeout{60'000};     ///< without a byte taken by the reader
  std::chrono::milliseconds stop_timeout{8'000};       ///< what has not finished by then is cut off
  std::string tls_certificate_file;  ///< PEM; with `tls_key_file` the listener speaks TLS only
  std::string tls_key_file;
};

/// An HTTP/1.1 server on a listener of its own: one event loop for each I/O thread, one coroutine
/// for each connection, keep-alive and pipelining, replies in the order of the requests.
///
/// A handler's coroutine runs on its connection's loop, and whatever it waits for must resume it
/// there (as `use_awaitable` does). The loops live as long as the server, stopped or not, so that
/// another thread may still post such a resumption after `stop`. Hence the order at the end:
/// `stop`, then join the threads that resume handlers, then destroy the server (which destroys what
/// is still suspended), then the handler and what it uses.
///
/// Raises the process's soft limit of file descriptors to the hard one, and ignores SIGPIPE.
class Server {
 public:
  /// Binds and listens; throws std::runtime_error with a sentence that says what to do where it
  /// cannot.
  Server(ServerOptions options, Handler& handler);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();  ///< stops, where `stop` was not called

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] bool uses_tls() const;
  [[nodiscard]] std::size_t open_connections() const;
  /// The options' limit, or what the process's file descriptors leave of it.
  [[nodiscard]] std::size_t connection_limit() const;

  /// Reads certificate and key anew, for connections that come from now on. Throws
  /// std::runtime_error where they cannot be used, and goes on with what it has. Only `uses_tls`.
  void reload_tls();

  /// Begins to serve, on threads of its own.
  void start();

  /// Accepts no more, lets requests that have begun finish (their replies say `Connection: close`),
  /// closes idle connections, and returns when all is done or after `stop_timeout`, when it has cut
  /// off the rest. From any thread but the server's own.
  void stop();

 private:
  class Body;
  std::unique_ptr<Body> m_body;
};

}  // namespace lotkeeper::http
