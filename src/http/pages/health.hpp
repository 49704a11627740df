#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "http/message.hpp"
#include "http/metrics.hpp"

/// What probes and monitoring ask: `/healthz`, `/readyz` and `/metrics`.
namespace lotkeeper::http {

/// Why a write could not be stored now; empty if it could. Answers at once.
using WhyNotReady = std::function<std::string()>;

inline constexpr std::string_view k_metrics_path = "/metrics";
inline constexpr std::string_view k_metrics_are_off =
    "Metrics are off at this address. Start the server with --metrics-token TOKEN to serve them "
    "here, or with --metrics-listen HOST:PORT to serve them at a separate address.";

/// These pages on the main address. `/metrics` is there only with a token.
class HealthPages {
 public:
  HealthPages(std::string metrics_token, WhyNotReady why_not_ready, Metrics& metrics)
      : m_metrics_token(std::move(metrics_token)),
        m_why_not_ready(std::move(why_not_ready)),
        m_metrics(metrics) {}

  [[nodiscard]] bool has(std::string_view path) const;
  /// The page at a path that `has` knows.
  [[nodiscard]] Reply reply(const Request& request) const;

 private:
  [[nodiscard]] Reply readiness() const;
  [[nodiscard]] Reply metrics(const Request& request) const;

  const std::string m_metrics_token;
  const WhyNotReady m_why_not_ready;
  Metrics& m_metrics;
};

/// Answers `/metrics` and nothing else: for a listener of its own.
class MetricsHandler final : public Handler {
 public:
  explicit MetricsHandler(Metrics& metrics) : m_metrics(metrics) {}

  boost::asio::awaitable<Reply> handle(const Request& request) override;
  Reply refuse(FramingFault fault, const Request& partial) override;

 private:
  Metrics& m_metrics;
};

}  // namespace lotkeeper::http
