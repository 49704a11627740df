#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <thread>

#include "cli/channel/message_socket.hpp"
#include "service/app.hpp"

/// A command that needs the user's files and a database that another process may own. Its two
/// halves exchange messages.
namespace lotkeeper::cli {

/// Runs in the process that has the database, until the client side is done.
using ServerSide = std::function<void(service::App& app, MessageSocket& socket)>;
/// Runs in the user's process. Returns the exit code.
using ClientSide = std::function<int(MessageSocket& socket)>;

/// Runs both halves in this process.
int run_both_sides(const ServerSide& server_side, const ClientSide& client_side, service::App& app);

/// The running server sides, each on its own thread. This object is used by one thread.
class ServerSides {
 public:
  explicit ServerSides(service::App& app) : m_app(app) {}
  ServerSides(const ServerSides&) = delete;
  ServerSides& operator=(const ServerSides&) = delete;
  /// Interrupts what is not finished. Whatever was acknowledged is durable.
  ~ServerSides();

  /// Starts a server side. If 16 are running already, closes the socket instead; the client sees
  /// the end of the connection.
  void run(ServerSide half, MessageSocket socket);

 private:
  struct Running {
    explicit Running(MessageSocket talking) : socket(std::move(talking)) {}
    MessageSocket socket;
    std::atomic<bool> is_done{false};
    std::thread thread;
  };

  service::App& m_app;
  std::list<Running> m_running;
};

}  // namespace lotkeeper::cli
