#include "base/log.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/log_limits.hpp"

namespace lotkeeper::base {
namespace {

LogLimits& limits() {
  static LogLimits all;
  return all;
}

/// Writes to stderr. While stderr accepts nothing, waits for as long as `may_wait` allows. A pipe
/// that is ready accepts PIPE_BUF bytes without blocking, so no write here blocks for longer than
/// intended.
void write_until(std::string_view text, const std::function<bool()>& may_wait) {
  constexpr int k_look_again_ms = 100;
  while (!text.empty()) {
    pollfd ready{STDERR_FILENO, POLLOUT, 0};
    const int count = ::poll(&ready, 1, k_look_again_ms);
    if (count == 0 || (count < 0 && errno == EINTR)) {
      if (!may_wait()) return;
      continue;
    }
    const std::size_t most = std::min<std::size_t>(text.size(), PIPE_BUF);
    const ssize_t written = ::write(STDERR_FILENO, text.data(), most);
    if (written <= 0 && errno != EINTR && errno != EAGAIN) return;
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
    if (!text.empty() && !may_wait()) return;
  }
}

/// Collects lines in memory and writes them from its own thread a few times a second. Waking that
/// thread for each line, as spdlog's own queue does, costs more than the rest of a request.
class CollectingSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  CollectingSink() : m_writer([this] { write_until_stopped(); }) {}
  CollectingSink(const CollectingSink&) = delete;
  CollectingSink& operator=(const CollectingSink&) = delete;
  ~CollectingSink() override { stop(); }

  void stop() {
    {
      const std::scoped_lock lock(mutex_);
      if (!m_stopping) m_give_up_at = std::chrono::steady_clock::now() + k_patience;
      m_stopping = true;
    }
    m_wake.notify_one();
    if (m_writer.joinable()) m_writer.join();
  }

 private:
  static constexpr std::chrono::seconds k_patience{2};

  void sink_it_(const spdlog::details::log_msg& message) override {
    constexpr std::size_t k_most_bytes = 8 * 1024 * 1024;
    if (m_lines.size() > k_most_bytes) {
      ++m_dropped;
      return;
    }
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    if (m_stopped) {
      write_until({line.data(), line.size()}, [] { return false; });
      return;
    }
    m_lines.append(line.data(), line.size());
    if (message.level >= spdlog::level::warn) m_wake.notify_one();
  }
  void flush_() override {}

  void write_until_stopped() {
    constexpr std::chrono::milliseconds k_every{100};
    std::string lines;
    for (bool stopping = false; !stopping;) {
      {
        std::unique_lock lock(mutex_);
        m_wake.wait_for(lock, k_every);
      }
      log_held_back();
      {
        const std::scoped_lock lock(mutex_);
        stopping = m_stopping;
        m_stopped = stopping;
        lines.clear();
        lines.swap(m_lines);
        if (m_dropped > 0) {
          lines += "(" + std::to_string(m_dropped) + " lines dropped: stderr is too slow)\n";
          m_dropped = 0;
        }
      }
      write_until(lines, [this] { return may_wait(); });
    }
  }

  /// The server must not hang at shutdown because the log's reader has stopped reading.
  bool may_wait() {
    const std::scoped_lock lock(mutex_);
    return !m_stopping || std::chrono::steady_clock::now() < m_give_up_at;
  }

  std::string m_lines;
  std::size_t m_dropped = 0;
  bool m_stopping = false;
  bool m_stopped = false;  ///< the thread accepts no more lines
  std::chrono::steady_clock::time_point m_give_up_at;
  std::condition_variable m_wake;
  std::thread m_writer;
};

std::shared_ptr<CollectingSink>& sink() {
  static std::shared_ptr<CollectingSink> own;
  return own;
}

}  // namespace

void start_log(const std::string& level) {
  const auto parsed = spdlog::level::from_str(level);
  if (parsed == spdlog::level::off && level != "off") {
    throw std::invalid_argument("\"" + level +
                                "\" is not a log level; use debug, info, warn, error or off");
  }
  sink() = std::make_shared<CollectingSink>();
  auto log = std::make_shared<spdlog::logger>("lotkeeper", sink());
  log->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
  log->set_level(parsed);
  spdlog::set_default_logger(std::move(log));
}

void start_command_log() {
  auto log = std::make_shared<spdlog::logger>("lotkeeper",
                                              std::make_shared<spdlog::sinks::stderr_sink_mt>());
  log->set_pattern("lotkeeper: %v");
  log->set_level(spdlog::level::critical);
  spdlog::set_default_logger(std::move(log));
}

void stop_log() {
  // Keep the logger: a thread that is still running may log a late line.
  if (sink()) sink()->stop();
}

void log_seldom(spdlog::level::level_enum level, const std::string& text, std::string_view about) {
  if (!spdlog::should_log(level) || !limits().admit(level, text, 1)) return;
  if (about.empty()) {
    spdlog::log(level, "{}", text);
  } else {
    spdlog::log(level, "{} ({})", text, about);
  }
}

bool may_log(std::string_view what, unsigned most) {
  return limits().admit(spdlog::level::info, what, most);
}

void log_held_back() {
  for (const LogLimits::Held& held : limits().take()) {
    spdlog::log(held.level, "{} ({} more within a second)", held.kind, held.lines);
  }
}

}  // namespace lotkeeper::base
