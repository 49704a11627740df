#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

namespace lotkeeper::tests {

/// What is logged while it lives.
class CapturedLog {
 public:
  CapturedLog() : m_former(spdlog::default_logger()) {
    auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(m_text);
    spdlog::set_default_logger(std::make_shared<spdlog::logger>("test", sink));
    spdlog::set_level(spdlog::level::info);
  }
  CapturedLog(const CapturedLog&) = delete;
  CapturedLog& operator=(const CapturedLog&) = delete;
  ~CapturedLog() {
    spdlog::set_default_logger(m_former);
    spdlog::set_level(spdlog::level::off);
  }
  [[nodiscard]] bool has(std::string_view text) const {
    return m_text.str().find(text) != std::string::npos;
  }
  [[nodiscard]] std::ptrdiff_t lines() const { return std::ranges::count(m_text.str(), '\n'); }

 private:
  std::ostringstream m_text;
  std::shared_ptr<spdlog::logger> m_former;
};

}  // namespace lotkeeper::tests
