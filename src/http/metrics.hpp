#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <prometheus/collectable.h>
#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace lotkeeper::http {

/// What is counted for one route. Labels are route, status and error code: nothing of a request's
/// content is in them.
class RouteMetrics {
 public:
  RouteMetrics(std::string route, prometheus::Family<prometheus::Counter>& requests,
               prometheus::Family<prometheus::Histogram>& seconds);

  void observe(int status, int error_code, std::chrono::steady_clock::duration took);

 private:
  std::string m_route;
  prometheus::Family<prometheus::Counter>& m_requests;
  prometheus::Histogram& m_seconds;
  prometheus::Counter& m_successes;  ///< by far the most: found without a look-up
};

/// The registry behind `/metrics`.
class Metrics {
 public:
  Metrics();

  [[nodiscard]] RouteMetrics& route(const std::string& name);

  /// Adds figures that are kept elsewhere and read when somebody asks.
  void add(std::shared_ptr<prometheus::Collectable> figures) {
    m_others.push_back(std::move(figures));
  }

  /// The Prometheus text format, version 0.0.4.
  [[nodiscard]] std::string text() const;

 private:
  std::shared_ptr<prometheus::Registry> m_registry;
  prometheus::Family<prometheus::Counter>& m_requests;
  prometheus::Family<prometheus::Histogram>& m_seconds;
  std::vector<std::unique_ptr<RouteMetrics>> m_routes;
  std::vector<std::shared_ptr<prometheus::Collectable>> m_others;
};

}  // namespace lotkeeper::http
