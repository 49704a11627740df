#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <thread>

#include "cli/channel/message_socket.hpp"
#include "service/app.hpp"

/// A command that needs the user's files and the database, which may be another process's: its two
/// halves talk through messages.
namespace lotkeeper::cli {

/// Runs where the database is, until the other half has said all.
using ServerSide = std::function<void(service::App& app, MessageSocket& socket)>;
/// Runs where the user is; returns the exit code.
using ClientSide = std::function<int(MessageSocket& socket)>;

/// Both halves in this process.
int run_both_sides(const ServerSide& server_side, const ClientSide& client_side, service::App& app);

/// App halves, each on a thread of its own. Used by one thread.
class ServerSides {
 public:
  explicit ServerSides(service::App& app) : m_app(app) {}
  ServerSides(const ServerSides&) = delete;
  ServerSides& operator=(const ServerSides&) = delete;
  /// Breaks off what is not finished: what was answered for is durable.
  ~ServerSides();

  /// Drops the socket, which the other half sees as an end, where too many are running.
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
