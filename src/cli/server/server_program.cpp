#include "cli/server/server_program.hpp"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdlib>
#include <iostream>

#include <fmt/format.h>
#include <prometheus/collectable.h>
#include <spdlog/spdlog.h>

#include "api/console/console.hpp"
#include "api/v1/endpoints.hpp"
#include "base/log.hpp"
#include "cli/channel/command_socket.hpp"
#include "http/pages/embedded_pages.hpp"
#include "store/operators/operator.hpp"

namespace lotkeeper::cli {
namespace {

/// The store's metrics, read for each request of `/metrics`.
class StoreMetrics final : public prometheus::Collectable {
 public:
  explicit StoreMetrics(service::App& app)
      : m_figures(app.committer().figures()), m_watch(app.watch()) {}

  std::vector<prometheus::MetricFamily> Collect() const override {
    using prometheus::MetricType;
    const auto seconds = [](const std::atomic<std::uint64_t>& microseconds) {
      return static_cast<double>(microseconds.load()) / 1e6;
    };
    std::vector<prometheus::MetricFamily> families{
        one("lotkeeper_commits_total", "Transactions committed", MetricType::Counter,
            static_cast<double>(m_figures.batches.load())),
        one("lotkeeper_committed_writes_total", "Writes in those transactions", MetricType::Counter,
            static_cast<double>(m_figures.commands.load())),
        one("lotkeeper_commit_seconds_total", "Time spent in those transactions",
            MetricType::Counter, seconds(m_figures.commit_microseconds)),
        one("lotkeeper_sync_seconds_total", "Time spent waiting for the disk to sync them",
            MetricType::Counter, seconds(m_figures.sync_microseconds)),
        one("lotkeeper_upkeep_seconds_total",
            "Time spent on the store's upkeep between transactions", MetricType::Counter,
            seconds(m_figures.upkeep_microseconds)),
        one("lotkeeper_writes_refused_total", "Writes refused because the queue was full",
            MetricType::Counter, static_cast<double>(m_figures.refused_full.load())),
        one("lotkeeper_failed_commits_total", "Transactions that failed in the database",
            MetricType::Counter, static_cast<double>(m_figures.failed_batches.load())),
        one("lotkeeper_write_queue", "Writes waiting to be committed", MetricType::Gauge,
            static_cast<double>(m_figures.queued.load())),
        one("lotkeeper_ready", "1 if writes can be stored, else 0", MetricType::Gauge,
            m_watch.why_not_ready().empty() ? 1 : 0)};
    if (const auto free = m_watch.free_bytes()) {
      families.push_back(one("lotkeeper_free_disk_bytes", "Free space on the database's disk",
                             MetricType::Gauge, static_cast<double>(*free)));
    }
    return families;
  }

 private:
  static prometheus::MetricFamily one(const char* name, const char* help,
                                      prometheus::MetricType type, double value) {
    prometheus::ClientMetric metric;
    if (type == prometheus::MetricType::Counter) {
      metric.counter.value = value;
    } else {
      metric.gauge.value = value;
    }
    return {name, help, type, {metric}};
  }

  const service::CommitterFigures& m_figures;
  const service::StoreWatch& m_watch;
};

http::ServerOptions transport_options(const ServerSettings& settings) {
  const HostAndPort listen = parse_listen(settings.listen);
  http::ServerOptions options;
  options.host = listen.host;
  options.port = listen.port;
  options.io_threads = settings.io_threads;
  options.body_limit = settings.body_limit;
  options.drain_limit = std::max(options.drain_limit, settings.body_limit);
  options.tls_certificate_file = settings.tls_certificate;
  options.tls_key_file = settings.tls_key;
  options.takes_upload = api::console::takes_upload;
  options.wants_peer = api::console::is_console;
  return options;
}

std::string address_of(const http::Server& server, const std::string& listen) {
  const std::string host = parse_listen(listen).host;
  return fmt::format("{}://{}:{}", server.uses_tls() ? "https" : "http",
                     host.find(':') != std::string::npos ? "[" + host + "]" : host, server.port());
}

/// Blocks the signals that the server waits for, in this thread and in all that it starts later.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

void reload_tls(http::Server& server) {
  if (!server.uses_tls()) {
    spdlog::info("SIGHUP: there is no TLS certificate to reload");
    return;
  }
  try {
    server.reload_tls();
    spdlog::info("SIGHUP: reloaded the TLS certificate for new connections");
  } catch (const std::runtime_error& error) {
    spdlog::error("SIGHUP: the old TLS certificate stays in use: {}", error.what());
  }
}

/// Returns when a signal stops the server. `is_at_terminal`: the server was started in a terminal.
void wait_for_signal_to_stop(const sigset_t& signals, http::Server& server, bool is_at_terminal) {
  for (;;) {
    int signal = 0;
    sigwait(&signals, &signal);
    // Closing the terminal sends SIGHUP too.
    const bool ends_with_terminal = !server.uses_tls() && is_at_terminal;
    if (signal != SIGHUP || ends_with_terminal) return;
    reload_tls(server);
  }
}

}  // namespace

HostAndPort parse_listen(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  HostAndPort result;
  if (colon != std::string::npos && colon > 0) {
    result.host = text.substr(0, colon);
    const char* end = text.data() + text.size();
    const auto [read, error] = std::from_chars(text.data() + colon + 1, end, result.port);
    const bool is_ipv6 = result.host.front() == '[' && result.host.back() == ']';
    if (is_ipv6) result.host = result.host.substr(1, result.host.size() - 2);
    const bool is_plain = is_ipv6 || result.host.find(':') == std::string::npos;
    if (error == std::errc() && read == end && is_plain && !result.host.empty()) return result;
  }
  throw std::invalid_argument(fmt::format(
      "\"{}\" is not an address to listen on; write HOST:PORT, such as 127.0.0.1:8080", text));
}

int run_server(const ServerSettings& settings,
               const std::function<void(service::App& app)>& prepare,
               const std::function<std::string(const std::string& address)>& announce) {
  // Before any thread starts: the kernel could deliver a signal to a thread that does not block it,
  // which would kill the process.
  const sigset_t signals = block_signals();
  // Ask now: once the terminal is closed, stdin is no longer one.
  const bool is_at_terminal = ::isatty(STDIN_FILENO) == 1;
  base::start_log(settings.log_level);
  const base::SystemClock clock;
  std::atomic<int> exit_code{0};

  // After a disk failure, memory may not match what is on the disk. Stop at once.
  const auto stop_after_failure = [&exit_code](const std::string&) {
    exit_code = 1;
    ::kill(::getpid(), SIGTERM);
  };
  service::App app({settings.database_url,
                    std::chrono::seconds(3),
                    settings.committer,
                    stop_after_failure,
                    {.life = std::chrono::days(settings.request_log_days)},
                    settings.watch},
                   clock);
  if (prepare) prepare(app);

  http::Metrics metrics;
  metrics.add(std::make_shared<StoreMetrics>(app));
  service::Collections collections(app.services());
  http::Dispatcher dispatcher(
      settings.dispatch, api::v1::endpoints(app.services(), collections),
      http::Pages(http::embedded_pages()), app.directory(),
      api::v1::dispatch_store(app.services(), [&app] { return app.watch().why_not_ready(); }),
      clock, metrics, &app.requests());
  api::console::Console console(app, collections, http::embedded_pages(), settings.trusted_proxies);
  api::console::Router front_door(dispatcher, console);
  const http::ServerOptions options = transport_options(settings);
  http::Server server(options, front_door);
  if (server.connection_limit() < options.connection_limit) {
    spdlog::warn(
        "at most {} connections instead of {}: the limit on open files is too low (raise "
        "LimitNOFILE= in the service's unit, or ulimit -n)",
        server.connection_limit(), options.connection_limit);
  }

  http::MetricsHandler metrics_handler(metrics);
  std::unique_ptr<http::Server> metrics_server;
  if (!settings.metrics_listen.empty()) {
    const HostAndPort listen = parse_listen(settings.metrics_listen);
    http::ServerOptions its_options;
    its_options.host = listen.host;
    its_options.port = listen.port;
    its_options.io_threads = 1;
    // These connections use file descriptors that the main listener leaves free.
    its_options.connection_limit = 16;
    its_options.stop_timeout = std::chrono::milliseconds(500);
    metrics_server = std::make_unique<http::Server>(its_options, metrics_handler);
    metrics_server->start();
  }

  std::unique_ptr<CommandSocket> socket;
  const std::string path = database::sqlite_path(settings.database_url);
  if (!path.empty()) socket = std::make_unique<CommandSocket>(path, app);

  server.start();
  const std::string address = address_of(server, settings.listen);
  std::cout << "listening on " << address << '\n' << (announce ? announce(address) : "");
  // The link itself is secret, and a service's output goes to the system log, so do not print it.
  if (!store::has_operators(*app.database().read())) {
    std::cout << "nobody can sign in to the console yet; for a link to create the first "
                 "administrator: lotkeeper operator link --url "
              << address << '\n';
  }
  if (metrics_server) {
    std::cout << "metrics on " << address_of(*metrics_server, settings.metrics_listen)
              << "/metrics\n";
  }
  std::cout << std::flush;
  spdlog::info("listening on {}", address_of(server, settings.listen));

  wait_for_signal_to_stop(signals, server, is_at_terminal);
  spdlog::info("stopping: finishing accepted requests");
  socket.reset();
  app.committer().give_up_resolving();
  server.stop();
  if (metrics_server) metrics_server->stop();
  console.stop();
  // After the listeners, so that their last requests are committed; before they are destroyed, so
  // that every waiting request has been answered.
  collections.stop();
  app.stop();
  spdlog::info("stopped");
  base::stop_log();
  return exit_code;
}

}  // namespace lotkeeper::cli
