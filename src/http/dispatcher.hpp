#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/admission/idempotency.hpp"
#include "http/admission/rate_limit.hpp"
#include "http/endpoint.hpp"
#include "http/message.hpp"
#include "http/metrics.hpp"
#include "http/pages/cors.hpp"
#include "http/pages/health.hpp"
#include "http/pages/pages.hpp"
#include "store/clients/directory.hpp"
#include "store/requests/request_buffer.hpp"

namespace lotkeeper::http {

struct DispatchOptions {
  std::vector<std::string> cors_origins{"*"};
  bool always_200 = false;    ///< errors with HTTP 200, for clients that drop the body of others
  unsigned rate_limit = 0;    ///< requests a second for each integration; 0: none
  std::string metrics_token;  ///< `/metrics` answers who sends it; empty: not on this listener
};

/// What the dispatcher itself asks the store.
struct DispatchStore {
  FindKeptReply find_kept_reply;
  WhyNotReady why_not_ready;
};

/// Does for every request what no handler should repeat: route, limits, token, permission,
/// Idempotency-Key, errors, request ids, CORS, metrics, access log. No token, plate or name reaches
/// the log: it has the route, not the path, and never a body.
class Dispatcher final : public Handler {
 public:
  Dispatcher(DispatchOptions options, Endpoints endpoints, Pages pages,
             const store::Directory& directory, DispatchStore store, const base::Clock& clock,
             Metrics& metrics, store::RequestBuffer* requests = nullptr);

  boost::asio::awaitable<Reply> handle(const Request& request) override;
  Reply refuse(FramingFault fault, const Request& partial) override;

 private:
  struct RequestContext;

  boost::asio::awaitable<Reply> route(const Request& request, RequestContext& context);
  boost::asio::awaitable<Reply> call_endpoint(const Request& request, std::size_t index,
                                              const std::string& client, RequestContext& context);
  boost::asio::awaitable<domain::Result<Answer>> admit_and_handle(const Request& request,
                                                                  const Endpoint& endpoint,
                                                                  const std::string& client,
                                                                  RequestContext& context);
  Reply serve_page(const Request& request, RequestContext& context);
  Reply no_such_page(const Request& request, RequestContext& context);
  void finish(const Request& request, RequestContext& context, Reply& reply);

  const DispatchOptions m_options;
  const Cors m_cors;
  const Endpoints m_endpoints;
  const Pages m_pages;
  const store::Directory& m_directory;
  const FindKeptReply m_find_kept_reply;
  const HealthPages m_health;
  const base::Clock& m_clock;
  store::RequestBuffer* m_requests;  ///< null: what integrations ask is not noted
  RateLimit m_rate_limit;
  std::vector<RouteMetrics*> m_endpoint_metrics;  ///< one for each endpoint
  RouteMetrics& m_page_metrics;
  RouteMetrics& m_other_metrics;
};

}  // namespace lotkeeper::http
