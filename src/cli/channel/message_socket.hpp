#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// Messages between the two halves of a command: the one beside the user's files and the one beside
/// the database, in one process or two.
namespace lotkeeper::cli {

/// A connected local socket that carries whole messages. One thread may send while another
/// receives.
class MessageSocket {
 public:
  /// Takes over `descriptor`, which blocks. `unread`: what was read from it already, and is still
  /// to be received.
  explicit MessageSocket(int descriptor, std::string unread = {})
      : m_descriptor(descriptor), m_unread(std::move(unread)) {}
  MessageSocket(MessageSocket&& other) noexcept
      : m_descriptor(std::exchange(other.m_descriptor, -1)), m_unread(std::move(other.m_unread)) {}
  MessageSocket& operator=(MessageSocket&&) = delete;
  ~MessageSocket();

  /// Two ends of one connection within this process.
  [[nodiscard]] static std::pair<MessageSocket, MessageSocket> pair();

  /// Throws std::system_error where the other side is gone.
  void send(std::string_view message);
  /// The next message; nullopt where the other side has said all. Throws std::runtime_error where
  /// it went away in the middle.
  [[nodiscard]] std::optional<std::string> receive();

  /// Says that nothing more will be sent; receiving goes on.
  void finish();
  /// Ends both directions, from whatever thread: who waits here is woken.
  void cut();

 private:
  /// False at an end before the first byte.
  bool read(char* room, std::size_t size);

  int m_descriptor;
  std::string m_unread;
};

}  // namespace lotkeeper::cli
