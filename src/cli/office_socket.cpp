#include "cli/office_socket.hpp"

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

/// Socket addresses hold about 100 bytes: a longer path is reached through its folder's descriptor.
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

awaitable<void> serve_one(Stream::socket socket, service::Office& office) {
  try {
    std::string line;
    co_await asio::async_read_until(socket, asio::dynamic_buffer(line, k_longest_message), '\n',
                                    asio::use_awaitable);
    const auto words = json::value_to<std::vector<std::string>>(json::parse(line));
    const Output output = run_in_office(words, office);
    const std::string reply =
        json::serialize(json::value{output.exit_code, output.out, output.err}) + "\n";
    co_await asio::async_write(socket, asio::buffer(reply), asio::use_awaitable);
  } catch (const std::exception& error) {
    spdlog::warn("a command through the local socket broke off: {}", error.what());
  }
}

awaitable<void> accept_all(Stream::acceptor& acceptor, service::Office& office) {
  for (;;) {
    auto [failure, socket] = co_await acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
    if (!failure) {
      // Beside the next, so that one who connects and says nothing keeps nobody waiting.
      asio::co_spawn(acceptor.get_executor(), serve_one(std::move(socket), office), asio::detached);
      continue;
    }
    // Out of descriptors, most likely: they come back.
    asio::steady_timer pause(acceptor.get_executor(), std::chrono::milliseconds(100));
    co_await pause.async_wait(asio::use_awaitable);
  }
}

}  // namespace

class OfficeSocket::Body {
 public:
  Body(const std::string& database_path, service::Office& office)
      : m_path(database_path), m_acceptor(m_context) {
    // A server that was killed leaves its socket behind; the lock on the file says that none runs.
    ::unlink(m_path.text().c_str());
    m_acceptor.open();
    m_acceptor.bind(Stream::endpoint(m_path.text()));
    // Before it listens nobody can connect.
    ::chmod(m_path.text().c_str(), S_IRUSR | S_IWUSR);
    m_acceptor.listen();
    asio::co_spawn(m_context, accept_all(m_acceptor, office), asio::detached);
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
  asio::io_context m_context{1};
  Stream::acceptor m_acceptor;
  std::thread m_thread;
};

OfficeSocket::OfficeSocket(const std::string& database_path, service::Office& office)
    : m_body(std::make_unique<Body>(database_path, office)) {}
OfficeSocket::~OfficeSocket() = default;

std::optional<Output> ask_server(const std::string& database_path,
                                 const std::vector<std::string>& words) {
  const SocketPath path(database_path);
  asio::io_context context;
  Stream::socket socket(context);
  boost::system::error_code failure;
  socket.connect(Stream::endpoint(path.text()), failure);
  if (failure) return std::nullopt;
  asio::write(socket, asio::buffer(json::serialize(json::value_from(words)) + "\n"));
  std::string line;
  asio::read_until(socket, asio::dynamic_buffer(line, k_longest_message), '\n');
  const json::array reply = json::parse(line).as_array();
  return Output{static_cast<int>(reply.at(0).as_int64()), json::value_to<std::string>(reply.at(1)),
                json::value_to<std::string>(reply.at(2))};
}

}  // namespace lotkeeper::cli
