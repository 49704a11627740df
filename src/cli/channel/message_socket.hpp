#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// Messages between the two halves of a command: one has the user's files, the other has the
/// database. They run in one process or two.
namespace lotkeeper::cli {

/// A connected local socket that carries whole messages. One thread may send while another
/// receives.
class MessageSocket {
 public:
  /// Takes ownership of `descriptor`, which must be blocking. `unread`: bytes already read from it
  /// but not yet received.
  explicit MessageSocket(int descriptor, std::string unread = {})
      : m_descriptor(descriptor), m_unread(std::move(unread)) {}
  MessageSocket(MessageSocket&& other) noexcept
      : m_descriptor(std::exchange(other.m_descriptor, -1)), m_unread(std::move(other.m_unread)) {}
  MessageSocket& operator=(MessageSocket&&) = delete;
  ~MessageSocket();

  /// Both ends of a connection within this process.
  [[nodiscard]] static std::pair<MessageSocket, MessageSocket> pair();

  /// Throws std::system_error if the other side is gone.
  void send(std::string_view message);
  /// The next message; nullopt after the last. Throws std::runtime_error if the connection is lost
  /// in the middle of one.
  [[nodiscard]] std::optional<std::string> receive();

  /// Signals that nothing more will be sent. Receiving continues.
  void finish();
  /// Closes both directions and wakes a thread that waits here. May be called from any thread.
  void cut();

 private:
  /// Returns false at the end of the stream, before the first byte.
  bool read(char* room, std::size_t size);

  int m_descriptor;
  std::string m_unread;
};

}  // namespace lotkeeper::cli
