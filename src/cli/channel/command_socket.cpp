#include "cli/channel/command_socket.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>

namespace lotkeeper::cli {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using Stream = asio::local::stream_protocol;
using asio::awaitable;

constexpr std::size_t k_longest_message = 1024 * 1024;

/// A socket address holds about 100 bytes. A longer path is reached through a descriptor of its
/// folder.
class SocketPath {
 public:
  explicit SocketPath(const std::string& database_path) : m_path(database_path + ".sock") {
    constexpr std::size_t k_longest_address = 100;
    if (m_path.size() <= k_longest_address) return;
    const std::filesystem::path whole = std::filesystem::absolute(m_path);
    m_folder = ::open(whole.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    m_path = fmt::format("/proc/self/fd/{}/{}", m_folder, whole.filename().string());
  }
  SocketPath(const SocketPath&) = delete;
  SocketPath& operator=(const SocketPath&) = delete;
  ~SocketPath() {
    if (m_folder >= 0) ::close(m_folder);
  }
  [[nodiscard]] const std::string& text() const { return m_path; }

 private:
  std::string m_path;
  int m_folder = -1;
};

// The client sends its words as one line of JSON. The server answers with one line: an array of
// exit code, stdout and stderr, or null. After null, both sides exchange messages until one closes.

/// Detaches `socket` from its event loop. `unread` holds what was read beyond the first line.
MessageSocket to_message_socket(Stream::socket& socket, std::string unread) {
  const int descriptor = socket.release();
  const int flags = ::fcntl(descriptor, F_GETFL);
  ::fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK);
  return MessageSocket(descriptor, std::move(unread));
}

std::string to_line(const Output& output) {
  return json::serialize(json::value{output.exit_code, output.out, output.err}) + "\n";
}

awaitable<void> serve_one(Stream::socket socket, service::App& app, ServerSides& sides) {
  try {
    std::string line;
    const std::size_t length = co_await asio::async_read_until(
        socket, asio::dynamic_buffer(line, k_longest_message), '\n', asio::use_awaitable);
    std::string unread = line.substr(length);
    line.resize(length);
    const auto words = json::value_to<std::vector<std::string>>(json::parse(line));
    auto outcome = run_in_server(words, app);
    const Output* output = std::get_if<Output>(&outcome);
    const std::string reply = output != nullptr ? to_line(*output) : "null\n";
    co_await asio::async_write(socket, asio::buffer(reply), asio::use_awaitable);
    if (output == nullptr) {
      sides.run(std::move(std::get<ServerSide>(outcome)),
                to_message_socket(socket, std::move(unread)));
    }
  } catch (const std::exception& error) {
    spdlog::warn("a command on the local socket was interrupted: {}", error.what());
  }
}

awaitable<void> accept_all(Stream::acceptor& acceptor, service::App& app, ServerSides& sides) {
  for (;;) {
    auto [failure, socket] = co_await acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
    if (!failure) {
      // Serve it concurrently, so that a client that connects and sends nothing does not block
      // others.
      asio::co_spawn(acceptor.get_executor(), serve_one(std::move(socket), app, sides),
                     asio::detached);
      continue;
    }
    // Most likely out of file descriptors. Try again when some are free.
    asio::steady_timer pause(acceptor.get_executor(), std::chrono::milliseconds(100));
    co_await pause.async_wait(asio::use_awaitable);
  }
}

}  // namespace

class CommandSocket::Body {
 public:
  Body(const std::string& database_path, service::App& app)
      : m_path(database_path), m_sides(app), m_acceptor(m_context) {
    // A killed server leaves its socket behind. This process holds the lock on the database, so no
    // other server is running.
    ::unlink(m_path.text().c_str());
    m_acceptor.open();
    m_acceptor.bind(Stream::endpoint(m_path.text()));
    // Nobody can connect before it listens.
    ::chmod(m_path.text().c_str(), S_IRUSR | S_IWUSR);
    m_acceptor.listen();
    asio::co_spawn(m_context, accept_all(m_acceptor, app, m_sides), asio::detached);
    m_thread = std::thread([this] { m_context.run(); });
  }
  Body(const Body&) = delete;
  Body& operator=(const Body&) = delete;
  ~Body() {
    m_context.stop();
    m_thread.join();
    ::unlink(m_path.text().c_str());
  }

 private:
  SocketPath m_path;
  ServerSides m_sides;
  asio::io_context m_context{1};
  Stream::acceptor m_acceptor;
  std::thread m_thread;
};

CommandSocket::CommandSocket(const std::string& database_path, service::App& app)
    : m_body(std::make_unique<Body>(database_path, app)) {}
CommandSocket::~CommandSocket() = default;

namespace {

/// Sends `words` to the server and returns its answer; nullopt if no server listens. `unread`
/// receives what was read beyond the answer.
std::optional<json::value> ask(Stream::socket& socket, const std::string& database_path,
                               const std::vector<std::string>& words, std::string& unread) {
  const SocketPath path(database_path);
  boost::system::error_code failure;
  socket.connect(Stream::endpoint(path.text()), failure);
  if (failure) return std::nullopt;
  asio::write(socket, asio::buffer(json::serialize(json::value_from(words)) + "\n"));
  std::string line;
  const std::size_t length =
      asio::read_until(socket, asio::dynamic_buffer(line, k_longest_message), '\n');
  unread = line.substr(length);
  line.resize(length);
  return json::parse(line);
}

Output to_output(const json::value& line) {
  const json::array& reply = line.as_array();
  return {static_cast<int>(reply.at(0).as_int64()), json::value_to<std::string>(reply.at(1)),
          json::value_to<std::string>(reply.at(2))};
}

}  // namespace

std::optional<Output> ask_server(const std::string& database_path,
                                 const std::vector<std::string>& words) {
  asio::io_context context;
  Stream::socket socket(context);
  std::string unread;
  const auto line = ask(socket, database_path, words, unread);
  if (!line) return std::nullopt;
  return to_output(*line);
}

std::optional<std::variant<Output, MessageSocket>> talk_to_server(
    const std::string& database_path, const std::vector<std::string>& words) {
  asio::io_context context;
  Stream::socket socket(context);
  std::string unread;
  const auto line = ask(socket, database_path, words, unread);
  if (!line) return std::nullopt;
  if (!line->is_null()) return to_output(*line);
  return to_message_socket(socket, std::move(unread));
}

}  // namespace lotkeeper::cli
