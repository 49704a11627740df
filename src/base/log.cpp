#include "base/log.hpp"

#include <unistd.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

namespace lotkeeper::base {
namespace {

/// Collects lines in memory and writes them from a thread of its own, a few times a second. Waking
/// that thread for each line, as spdlog's own queue does, costs more than the rest of a request.
class CollectingSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  CollectingSink() : m_writer([this] { write_until_stopped(); }) {}
  CollectingSink(const CollectingSink&) = delete;
  CollectingSink& operator=(const CollectingSink&) = delete;
  ~CollectingSink() override {
    {
      const std::scoped_lock lock(mutex_);
      m_stopping = true;
    }
    m_wake.notify_one();
    m_writer.join();
  }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    constexpr std::size_t k_most_bytes = 8 * 1024 * 1024;
    if (m_lines.size() > k_most_bytes) {
      ++m_dropped;
      return;
    }
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
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
        stopping = m_stopping;
        lines.clear();
        lines.swap(m_lines);
        if (m_dropped > 0) {
          lines +=
              "(" + std::to_string(m_dropped) + " lines dropped: stderr takes them too slowly)\n";
          m_dropped = 0;
        }
      }
      write_all(lines);
    }
  }

  static void write_all(std::string_view text) {
    while (!text.empty()) {
      const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
      if (written <= 0 && errno != EINTR) return;
      if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  std::string m_lines;
  std::size_t m_dropped = 0;
  bool m_stopping = false;
  std::condition_variable m_wake;
  std::thread m_writer;
};

}  // namespace

void start_log(const std::string& level) {
  const auto parsed = spdlog::level::from_str(level);
  if (parsed == spdlog::level::off && level != "off") {
    throw std::invalid_argument("\"" + level +
                                "\" is no log level; write debug, info, warn, error or off");
  }
  auto log = std::make_shared<spdlog::logger>("lotkeeper", std::make_shared<CollectingSink>());
  log->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
  log->set_level(parsed);
  spdlog::set_default_logger(std::move(log));
}

void stop_log() { spdlog::shutdown(); }

}  // namespace lotkeeper::base
