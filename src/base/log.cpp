#include "base/log.hpp"

#include <array>
#include <stdexcept>

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace lotkeeper::base {

void start_log(const std::string& level) {
  const auto parsed = spdlog::level::from_str(level);
  if (parsed == spdlog::level::off && level != "off") {
    throw std::invalid_argument("\"" + level +
                                "\" is no log level; write debug, info, warn, error or off");
  }
  constexpr std::size_t k_queued_lines = 32'768;
  spdlog::init_thread_pool(k_queued_lines, 1);
  auto log = std::make_shared<spdlog::async_logger>(
      "lotkeeper", std::make_shared<spdlog::sinks::stderr_sink_mt>(), spdlog::thread_pool(),
      spdlog::async_overflow_policy::overrun_oldest);
  log->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
  log->set_level(parsed);
  log->flush_on(spdlog::level::warn);
  spdlog::set_default_logger(std::move(log));
  spdlog::flush_every(std::chrono::seconds(1));
}

void stop_log() { spdlog::shutdown(); }

}  // namespace lotkeeper::base
