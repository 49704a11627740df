#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <thread>

#include "cli/channel/message_socket.hpp"
#include "service/office.hpp"

/// A command that needs the user's files and the database, which may be another process's: its two
/// halves talk through messages.
namespace lotkeeper::cli {

/// Runs where the database is, until the other half has said all.
using OfficeHalf = std::function<void(service::Office& office, MessageSocket& socket)>;
/// Runs where the user is; returns the exit code.
using UserHalf = std::function<int(MessageSocket& socket)>;

/// Both halves in this process.
int hold_dialogue(const OfficeHalf& office_half, const UserHalf& user_half,
                  service::Office& office);

/// Office halves, each on a thread of its own. Used by one thread.
class OfficeHalves {
 public:
  explicit OfficeHalves(service::Office& office) : m_office(office) {}
  OfficeHalves(const OfficeHalves&) = delete;
  OfficeHalves& operator=(const OfficeHalves&) = delete;
  /// Breaks off what is not finished: what was answered for is durable.
  ~OfficeHalves();

  /// Drops the socket, which the other half sees as an end, where too many are running.
  void run(OfficeHalf half, MessageSocket socket);

 private:
  struct Running {
    explicit Running(MessageSocket talking) : socket(std::move(talking)) {}
    MessageSocket socket;
    std::atomic<bool> is_done{false};
    std::thread thread;
  };

  service::Office& m_office;
  std::list<Running> m_running;
};

}  // namespace lotkeeper::cli
