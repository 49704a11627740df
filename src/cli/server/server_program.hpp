#pragma once

#include <functional>
#include <string>
#include <vector>

#include "http/dispatcher.hpp"
#include "http/transport/server.hpp"
#include "service/app.hpp"

namespace lotkeeper::cli {

/// The settings of a server.
struct ServerSettings {
  std::string listen = "127.0.0.1:8080";
  std::string database_url;
  unsigned io_threads = 0;
  service::CommitterOptions committer;
  service::StoreWatchOptions watch;
  std::size_t body_limit = 64 * 1024;
  http::DispatchOptions dispatch;
  std::string tls_certificate;
  std::string tls_key;
  std::string metrics_listen;
  std::string log_level = "info";
  std::vector<std::string> trusted_proxies;  ///< addresses whose X-Forwarded-For is believed
  unsigned request_log_days = 14;  ///< how long integrations' requests are kept; 0: not at all
};

struct HostAndPort {
  std::string host;
  std::uint16_t port = 0;
};

/// Reads `HOST:PORT` or `[IPv6]:PORT`. Throws std::invalid_argument with a sentence.
[[nodiscard]] HostAndPort parse_listen(const std::string& text);

/// Serves until SIGTERM or SIGINT, then finishes accepted requests. SIGHUP reloads the TLS
/// certificate and key. `prepare` may fill the database first. The text that `announce` returns is
/// printed after the line with the listening address. Returns the exit code.
int run_server(const ServerSettings& settings,
               const std::function<void(service::App& app)>& prepare = {},
               const std::function<std::string(const std::string& address)>& announce = {});

}  // namespace lotkeeper::cli
