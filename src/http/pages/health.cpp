#include "http/pages/health.hpp"

#include <optional>

#include "base/secret.hpp"

namespace lotkeeper::http {
namespace {

constexpr const char* k_plain_text = "text/plain; charset=utf-8";
constexpr const char* k_prometheus_text = "text/plain; version=0.0.4; charset=utf-8";

bool is_text_token(const std::optional<std::string_view>& authorization, std::string_view token) {
  constexpr std::string_view k_scheme = "Bearer ";
  return !token.empty() && authorization && authorization->starts_with(k_scheme) &&
         base::equal_in_constant_time(authorization->substr(k_scheme.size()), token);
}

}  // namespace

bool HealthPages::has(std::string_view path) const {
  if (path == k_metrics_path) return !m_metrics_token.empty();
  return path == "/healthz" || path == "/readyz";
}

Reply HealthPages::reply(const Request& request) const {
  if (request.path == "/readyz") return readiness();
  if (request.path == k_metrics_path) return metrics(request);
  Reply reply;
  reply.content_type = k_plain_text;
  reply.body = "alive\n";
  return reply;
}

Reply HealthPages::readiness() const {
  Reply reply;
  reply.content_type = k_plain_text;
  const std::string reason = m_why_not_ready();
  if (!reason.empty()) reply.status = 503;
  reply.body = (reason.empty() ? "ready" : reason) + "\n";
  return reply;
}

Reply HealthPages::metrics(const Request& request) const {
  Reply reply;
  reply.content_type = k_prometheus_text;
  if (is_text_token(request.authorization, m_metrics_token)) {
    reply.body = m_metrics.text();
    return reply;
  }
  reply.status = 401;
  reply.body = "Send the metrics token as \"Authorization: Bearer TOKEN\".\n";
  reply.headers.push_back({"WWW-Authenticate", "Bearer realm=\"lotkeeper-metrics\""});
  return reply;
}

boost::asio::awaitable<Reply> MetricsHandler::handle(const Request& request) {
  Reply reply;
  reply.content_type = k_prometheus_text;
  if (request.path == "/metrics") {
    reply.body = m_metrics.text();
  } else {
    reply.status = 404;
    reply.body = "Only /metrics is served here.\n";
  }
  co_return reply;
}

Reply MetricsHandler::refuse(FramingFault, const Request&) {
  Reply reply;
  reply.status = 400;
  reply.content_type = k_plain_text;
  reply.close = true;
  return reply;
}

}  // namespace lotkeeper::http
