#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "http/transport/connection.hpp"

namespace lotkeeper::http::transport {

namespace {

namespace asio = boost::asio;

asio::awaitable<void> serve(EventLoop& loop, Socket socket, Service service,
                            ConnectionCount::Ticket) {
  co_await Connection<Socket>(loop, socket, service).serve();
}

asio::awaitable<void> turn_away(EventLoop& loop, Socket socket, Service service,
                                ConnectionCount::Ticket, FramingFault why) {
  co_await Connection<Socket>(loop, socket, service).refuse(why);
}

}  // namespace

void serve_plain(EventLoop& loop, Socket socket, Service service, ConnectionCount::Ticket ticket) {
  asio::co_spawn(loop.executor(), serve(loop, std::move(socket), service, std::move(ticket)),
                 asio::detached);
}

void turn_away_plain(EventLoop& loop, Socket socket, Service service,
                     ConnectionCount::Ticket ticket, FramingFault why) {
  asio::co_spawn(loop.executor(),
                 turn_away(loop, std::move(socket), service, std::move(ticket), why),
                 asio::detached);
}

}  // namespace lotkeeper::http::transport
