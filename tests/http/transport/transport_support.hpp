#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.hpp"
#include "http/transport/server.hpp"

namespace lotkeeper::http::transport_test {

/// Answers with what a test tells it to; by default with what it was asked.
class ScriptedHandler : public Handler {
 public:
  using Answer = std::function<boost::asio::awaitable<Reply>(const Request&)>;

  ScriptedHandler();
  explicit ScriptedHandler(Answer answer) : m_answer(std::move(answer)) {}

  boost::asio::awaitable<Reply> handle(const Request& request) override;
  /// The fault's name and the path, under the status that belongs to it.
  Reply refuse(FramingFault fault, const Request& partial) override;

 private:
  Answer m_answer;
};

/// "METHOD PATH BODY".
Reply echo(const Request& request);

/// Comes back on the same loop after so long.
boost::asio::awaitable<void> wait(std::chrono::milliseconds span);

/// The echo, so much later.
ScriptedHandler::Answer after(std::chrono::milliseconds span);

/// Whether it does within five seconds.
bool comes_true(const std::function<bool()>& condition);

struct Answer {
  int status = 0;
  std::string head;  ///< with the status line and the empty line
  std::string body;  ///< put together where it came in chunks

  [[nodiscard]] std::optional<std::string> field(std::string_view name) const;
};

/// The other end of a connection, byte by byte as the test wants it. Everything that waits gives up
/// after ten seconds.
class Client {
 public:
  explicit Client(std::uint16_t port);
  /// Calls `before_connecting` when it has its socket.
  Client(std::uint16_t port, const std::function<void()>& before_connecting);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  /// False where the server has closed.
  bool send(std::string_view bytes);
  void end_sending();
  /// Ends with a reset rather than a close.
  void reset();

  /// The next reply; its status is 0 where the connection ended before it did.
  Answer read(bool of_head = false);
  /// Whatever comes until the server closes; nullopt where it does not.
  std::optional<std::string> read_to_end(
      std::chrono::milliseconds patience = std::chrono::seconds(10));
  /// Whether nothing comes, an end neither, for so long.
  bool stays_silent(std::chrono::milliseconds span);

  [[nodiscard]] int descriptor() const { return m_descriptor; }

 private:
  bool fill(std::chrono::milliseconds patience);
  bool fill_until(std::string_view mark, std::size_t from, std::size_t& at);

  int m_descriptor;
  std::string m_received;
};

extern const std::string k_get;  ///< a whole request, for /p

/// A whole POST as an ordinary client sends it.
std::string post(std::string_view path, std::string_view body);

}  // namespace lotkeeper::http::transport_test
