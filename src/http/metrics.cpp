#include "http/metrics.hpp"

#include <prometheus/text_serializer.h>

namespace lotkeeper::http {
namespace {

const prometheus::Histogram::BucketBoundaries k_seconds{0.0005, 0.001, 0.002, 0.005, 0.01, 0.025,
                                                        0.05,   0.1,   0.25,  0.5,   1,    5};

}  // namespace

RouteMetrics::RouteMetrics(std::string route, prometheus::Family<prometheus::Counter>& requests,
                           prometheus::Family<prometheus::Histogram>& seconds)
    : m_route(std::move(route)),
      m_requests(requests),
      m_seconds(seconds.Add({{"route", m_route}}, k_seconds)),
      m_successes(requests.Add({{"route", m_route}, {"status", "200"}, {"code", "0"}})) {}

void RouteMetrics::observe(int status, int error_code, std::chrono::steady_clock::duration took) {
  m_seconds.Observe(std::chrono::duration<double>(took).count());
  if (status == 200 && error_code == 0) {
    m_successes.Increment();
    return;
  }
  m_requests
      .Add({{"route", m_route},
            {"status", std::to_string(status)},
            {"code", std::to_string(error_code)}})
      .Increment();
}

Metrics::Metrics()
    : m_registry(std::make_shared<prometheus::Registry>()),
      m_requests(prometheus::BuildCounter()
                     .Name("lotkeeper_requests_total")
                     .Help("Requests answered, by route, HTTP status and error code (0: none)")
                     .Register(*m_registry)),
      m_seconds(prometheus::BuildHistogram()
                    .Name("lotkeeper_request_seconds")
                    .Help("Time from a request's last byte to its reply, by route")
                    .Register(*m_registry)) {}

RouteMetrics& Metrics::route(const std::string& name) {
  m_routes.push_back(std::make_unique<RouteMetrics>(name, m_requests, m_seconds));
  return *m_routes.back();
}

std::string Metrics::text() const {
  std::vector<prometheus::MetricFamily> families = m_registry->Collect();
  for (const auto& figures : m_others) {
    for (prometheus::MetricFamily& family : figures->Collect())
      families.push_back(std::move(family));
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace lotkeeper::http
