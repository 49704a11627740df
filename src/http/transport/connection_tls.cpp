#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <cctype>
#include <optional>
#include <stdexcept>

#include "http/transport/connection.hpp"

namespace lotkeeper::http::transport {
namespace {

// Beast's stream rather than Asio's: it writes head and body as one record.
using TlsStream = boost::beast::ssl_stream<Socket>;

}  // namespace

class TlsIdentity {
 public:
  boost::asio::ssl::context context{boost::asio::ssl::context::tls_server};
};

namespace {

namespace asio = boost::asio;
using Error = boost::system::error_code;

/// The first byte that comes, which stays to be read; nothing where none does.
asio::awaitable<std::optional<char>> first_byte(EventLoop& loop, Socket& socket,
                                                Clock::duration patience) {
  if (loop.is_stopping()) co_return std::nullopt;
  ConnectionState state(loop, socket);
  state.enter(Phase::idle, patience);
  const auto [error] =
      co_await socket.async_wait(Socket::wait_read, asio::as_tuple(asio::use_awaitable));
  if (error) co_return std::nullopt;
  Error at_end;
  socket.non_blocking(true, at_end);
  char byte = 0;
  const std::size_t count = socket.receive(asio::buffer(&byte, 1), Socket::message_peek, at_end);
  if (at_end || count == 0) co_return std::nullopt;
  co_return byte;
}

/// Waits until a handshake may begin, without reading. False if the connection is over.
asio::awaitable<bool> wait_for_handshake(EventLoop& loop, Socket& socket,
                                         Clock::duration patience) {
  ConnectionState state(loop, socket);
  state.enter(Phase::idle, patience);
  co_await loop.handshake_turn(socket);
  co_return socket.is_open() && !loop.is_stopping();
}

asio::awaitable<void> serve(EventLoop& loop, Socket socket, Service service,
                            ConnectionCount::Ticket, std::shared_ptr<TlsIdentity> identity) {
  // What TLS needs is made only for those who speak: it takes some 90 KiB.
  const auto first = co_await first_byte(loop, socket, service.options.handshake_timeout);
  if (!first) co_return;
  if (std::isalpha(static_cast<unsigned char>(*first)) != 0) {
    co_await Connection<Socket>(loop, socket, service).refuse(FramingFault::plain_on_tls);
    co_return;
  }
  const bool may_begin =
      co_await wait_for_handshake(loop, socket, service.options.handshake_timeout);
  if (!may_begin) co_return;
  TlsStream stream(std::move(socket), identity->context);
  co_await Connection<TlsStream>(loop, stream, service).serve();
}

}  // namespace

std::shared_ptr<TlsIdentity> load_tls_identity(const std::string& certificate_file,
                                               const std::string& key_file) {
  auto identity = std::make_shared<TlsIdentity>();
  Error error;
  identity->context.use_certificate_chain_file(certificate_file, error);
  if (error) {
    throw std::runtime_error("cannot use the TLS certificate " + certificate_file + ": " +
                             error.message() + "; it must be a readable file in PEM form");
  }
  identity->context.use_private_key_file(key_file, asio::ssl::context::pem, error);
  if (error) {
    throw std::runtime_error("cannot use the TLS key " + key_file + ": " + error.message() +
                             "; it must be a readable file in PEM form, without a passphrase, and "
                             "belong to the certificate");
  }
  SSL_CTX* const native = identity->context.native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  // An idle connection then has no record buffers of its own.
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  return identity;
}

void serve_tls(EventLoop& loop, Socket socket, Service service, ConnectionCount::Ticket ticket,
               std::shared_ptr<TlsIdentity> identity) {
  asio::co_spawn(loop.executor(),
                 serve(loop, std::move(socket), service, std::move(ticket), std::move(identity)),
                 asio::detached);
}

}  // namespace lotkeeper::http::transport
