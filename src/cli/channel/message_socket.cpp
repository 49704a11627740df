#include "cli/channel/message_socket.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace lotkeeper::cli {
namespace {

constexpr std::size_t k_longest_message = 32 * 1024 * 1024;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

MessageSocket::~MessageSocket() {
  if (m_descriptor >= 0) ::close(m_descriptor);
}

std::pair<MessageSocket, MessageSocket> MessageSocket::pair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) fail("socketpair");
  return {MessageSocket(ends[0]), MessageSocket(ends[1])};
}

void MessageSocket::send(std::string_view message) {
  const auto size = static_cast<std::uint32_t>(message.size());
  std::string bytes(sizeof size, '\0');
  std::memcpy(bytes.data(), &size,
              sizeof size);  // native byte order: both halves run on one machine
  bytes += message;
  std::string_view rest = bytes;
  while (!rest.empty()) {
    const ssize_t sent = ::send(m_descriptor, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) fail("send");
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool MessageSocket::read(char* room, std::size_t size) {
  std::size_t done = m_unread.copy(room, size);
  m_unread.erase(0, done);
  while (done < size) {
    const ssize_t got = ::recv(m_descriptor, room + done, size - done, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail("recv");
    if (got == 0) {
      if (done == 0) return false;
      throw std::runtime_error("the connection was lost in the middle of a message");
    }
    done += static_cast<std::size_t>(got);
  }
  return true;
}

std::optional<std::string> MessageSocket::receive() {
  std::uint32_t size = 0;
  std::array<char, sizeof size> head{};
  if (!read(head.data(), head.size())) return std::nullopt;
  std::memcpy(&size, head.data(), sizeof size);
  if (size > k_longest_message) throw std::runtime_error("a message is too long");
  std::string message(size, '\0');
  if (size > 0 && !read(message.data(), message.size())) {
    throw std::runtime_error("the connection was lost in the middle of a message");
  }
  return message;
}

void MessageSocket::finish() { ::shutdown(m_descriptor, SHUT_WR); }
void MessageSocket::cut() { ::shutdown(m_descriptor, SHUT_RDWR); }

}  // namespace lotkeeper::cli
