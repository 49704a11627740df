#include "cli/channel/two_sided.hpp"

#include <iostream>
#include <utility>

#include <spdlog/spdlog.h>

namespace lotkeeper::cli {

int run_both_sides(const ServerSide& server_side, const ClientSide& client_side,
                   service::App& app) {
  auto [server_end, user_end] = MessageSocket::pair();
  class Joined {
   public:
    Joined(std::thread thread, MessageSocket& socket)
        : m_thread(std::move(thread)), m_socket(socket) {}
    Joined(const Joined&) = delete;
    Joined& operator=(const Joined&) = delete;
    ~Joined() {
      m_socket.cut();
      m_thread.join();
    }

   private:
    std::thread m_thread;
    MessageSocket& m_socket;
  };
  const Joined joined(std::thread([&server_side, &app, &socket = server_end] {
                        try {
                          server_side(app, socket);
                        } catch (const std::exception& error) {
                          std::cerr << "lotkeeper: " << error.what() << '\n';
                        }
                        socket.cut();
                      }),
                      user_end);
  return client_side(user_end);
}

ServerSides::~ServerSides() {
  for (Running& running : m_running) running.socket.cut();
  for (Running& running : m_running) running.thread.join();
}

void ServerSides::run(ServerSide half, MessageSocket socket) {
  constexpr std::size_t k_most_at_once = 16;
  m_running.remove_if([](Running& running) {
    if (!running.is_done) return false;
    running.thread.join();
    return true;
  });
  if (m_running.size() >= k_most_at_once) return;
  Running& running = m_running.emplace_back(std::move(socket));
  running.thread = std::thread([this, &running, run_side = std::move(half)] {
    try {
      run_side(m_app, running.socket);
    } catch (const std::exception& error) {
      spdlog::warn("a command on the local socket was interrupted: {}", error.what());
    }
    running.socket.cut();
    running.is_done = true;
  });
}

}  // namespace lotkeeper::cli
