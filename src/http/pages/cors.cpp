#include "http/pages/cors.hpp"

#include <algorithm>

namespace lotkeeper::http {

void Cors::allow(const Request& request, Reply& reply) const {
  const bool any = std::ranges::find(m_origins, "*") != m_origins.end();
  if (!any) reply.headers.push_back({"Vary", "Origin"});
  if (!request.origin) return;
  if (!any && std::ranges::find(m_origins, *request.origin) == m_origins.end()) return;
  reply.headers.push_back(
      {"Access-Control-Allow-Origin", any ? "*" : std::string(*request.origin)});
  reply.headers.push_back(
      {"Access-Control-Expose-Headers", "X-Request-Id, Retry-After, Idempotent-Replay"});
}

Reply Cors::preflight(const Request& request, std::string_view methods) const {
  Reply reply;
  reply.status = 204;
  reply.content_type = {};
  reply.headers.push_back({"Allow", std::string(methods)});
  if (request.origin && request.requested_method) {
    reply.headers.push_back({"Access-Control-Allow-Methods", std::string(methods)});
    reply.headers.push_back({"Access-Control-Allow-Headers",
                             "Content-Type, Accept, Cache-Control, Idempotency-Key, X-Request-Id"});
    reply.headers.push_back({"Access-Control-Max-Age", "86400"});
  }
  return reply;
}

}  // namespace lotkeeper::http
