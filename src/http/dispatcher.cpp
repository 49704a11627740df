#include "http/dispatcher.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "base/log.hpp"
#include "base/text/text.hpp"
#include "base/uuid.hpp"
#include "http/admission/body_token.hpp"
#include "http/admission/idempotency.hpp"
#include "http/error_reply.hpp"
#include "http/route.hpp"

namespace lotkeeper::http {
namespace {

using domain::ErrorCode;
using domain::refused;

constexpr std::string_view k_api_methods = "POST, OPTIONS";
constexpr std::string_view k_page_methods = "GET, HEAD, OPTIONS";
constexpr std::size_t k_longest_request_id = 64;

bool is_request_id(std::string_view text) {
  return !text.empty() && text.size() <= k_longest_request_id &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

/// The caller's own, or a new one.
std::string request_id_of(const Request& request, base::Instant now) {
  if (request.request_id && is_request_id(*request.request_id)) {
    return std::string(*request.request_id);
  }
  return base::make_uuid_v7(now).to_string();
}

/// `application/json` and what ends in `+json`, with or without parameters; absent is JSON too.
bool is_json(const Request& request) {
  if (!request.content_type) return true;
  const std::string_view whole = *request.content_type;
  const std::string type =
      base::ascii_lower(base::trim_white_space(whole.substr(0, whole.find(';'))));
  return type.empty() || type == "application/json" || type.ends_with("+json");
}

}  // namespace

/// What is known of a request while it is served.
struct Dispatcher::RequestContext {
  std::string request_id;
  std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
  std::string_view route = "-";
  RouteMetrics* metrics = nullptr;
  std::optional<store::Caller> caller;
  int error_code = 0;
  domain::Fault fault{};  ///< the first, where there is an error

  Reply error(const domain::Refusal& refusal) {
    error_code = static_cast<int>(refusal.faults.front().code);
    fault = refusal.faults.front();
    return error_reply(refusal, request_id);
  }
};

Dispatcher::Dispatcher(DispatchOptions options, Endpoints endpoints, Pages pages,
                       const store::Directory& directory, DispatchStore store,
                       const base::Clock& clock, Metrics& metrics, store::RequestBuffer* requests)
    : m_options(std::move(options)),
      m_cors(m_options.cors_origins),
      m_endpoints(std::move(endpoints)),
      m_pages(std::move(pages)),
      m_directory(directory),
      m_find_kept_reply(std::move(store.find_kept_reply)),
      m_health(m_options.metrics_token, std::move(store.why_not_ready), metrics),
      m_clock(clock),
      m_requests(requests),
      m_rate_limit(m_options.rate_limit),
      m_page_metrics(metrics.route("page")),
      m_other_metrics(metrics.route("other")) {
  for (const Endpoint& endpoint : m_endpoints) {
    m_endpoint_metrics.push_back(&metrics.route(std::string(endpoint.path)));
  }
}

boost::asio::awaitable<Reply> Dispatcher::handle(const Request& request) {
  RequestContext context;
  context.metrics = &m_other_metrics;
  context.request_id = request_id_of(request, m_clock.now());
  Reply reply;
  try {
    reply = co_await route(request, context);
  } catch (const database::DatabaseBusy& error) {
    base::log_seldom(spdlog::level::warn, fmt::format("a request was refused: {}", error.what()));
    domain::Refusal refusal = domain::refuse(ErrorCode::busy, {}, error.what());
    refusal.retry_after_seconds = 1;
    reply = context.error(refusal);
  } catch (const database::DatabaseUnavailable& error) {
    base::log_seldom(spdlog::level::err,
                     fmt::format("the database is unavailable: {}", error.what()));
    domain::Refusal refusal =
        domain::refuse(ErrorCode::busy, {}, "The database is unavailable; try again shortly.");
    refusal.retry_after_seconds = 1;
    reply = context.error(refusal);
  } catch (const database::OutcomeUnknown& error) {
    base::log_seldom(spdlog::level::err, fmt::format("a request failed: {}", error.what()),
                     context.request_id);
    reply = context.error(
        domain::refuse(ErrorCode::outcome_unknown, {},
                       "What became of this could not be learned; send the same request "
                       "again."));
  } catch (const std::exception& error) {
    base::log_seldom(spdlog::level::err, fmt::format("a request failed: {}", error.what()),
                     context.request_id);
    reply = context.error(domain::refuse(ErrorCode::internal_error, {},
                                         "The server could not do this; its log says why."));
  }
  finish(request, context, reply);
  co_return reply;
}

Reply Dispatcher::refuse(FramingFault fault, const Request& partial) {
  RequestContext context;
  context.metrics = &m_other_metrics;
  context.request_id = request_id_of(partial, m_clock.now());
  const FramingRefusal refused = framing_refusal(fault);
  Reply reply = context.error(refused.refusal);
  if (refused.status != 0) reply.status = refused.status;
  reply.close = true;
  finish(partial, context, reply);
  return reply;
}

boost::asio::awaitable<Reply> Dispatcher::route(const Request& request, RequestContext& context) {
  const auto api_path = parse_api_path(request.path);
  const Endpoint* endpoint = api_path ? find_endpoint(m_endpoints, api_path->tail) : nullptr;
  if (endpoint == nullptr) co_return serve_page(request, context);

  const auto index = static_cast<std::size_t>(endpoint - m_endpoints.data());
  context.route = endpoint->path;
  context.metrics = m_endpoint_metrics[index];
  if (request.method == Method::options) co_return m_cors.preflight(request, k_api_methods);
  if (request.method != Method::post) {
    Reply reply = context.error(domain::refuse(ErrorCode::method_not_allowed, {},
                                               "This endpoint takes POST with a JSON object."));
    reply.headers.push_back({"Allow", std::string(k_api_methods)});
    co_return reply;
  }
  co_return co_await call_endpoint(request, index, api_path->client, context);
}

boost::asio::awaitable<Reply> Dispatcher::call_endpoint(const Request& request, std::size_t index,
                                                        const std::string& client,
                                                        RequestContext& context) {
  if (client.empty()) {
    co_return context.error(domain::refuse(ErrorCode::client_code_missing, {},
                                           "The URL is /api/{client}/v1/" +
                                               std::string(m_endpoints[index].path) +
                                               " with your client code in it."));
  }
  if (request.body_over_limit) {
    Reply reply = context.error(
        domain::refuse(ErrorCode::unparsable, {}, "The body is over this server's size limit."));
    reply.status = 413;
    co_return reply;
  }
  if (!is_json(request)) {
    Reply reply = context.error(domain::refuse(ErrorCode::unparsable, {},
                                               "Send the body as Content-Type: application/json."));
    reply.status = 415;
    co_return reply;
  }

  auto answer = co_await admit_and_handle(request, m_endpoints[index], client, context);
  if (!answer) co_return context.error(answer.error());
  Reply reply;
  reply.body = std::move(answer->body);
  reply.source = std::move(answer->source);
  if (answer->replayed) reply.headers.push_back({"Idempotent-Replay", "true"});
  co_return reply;
}

boost::asio::awaitable<domain::Result<Answer>> Dispatcher::admit_and_handle(
    const Request& request, const Endpoint& endpoint, const std::string& client,
    RequestContext& context) {
  auto body = base::parse_json(request.body);
  if (!body) co_return refused(ErrorCode::unparsable, {}, std::move(body.error().reason));
  if (body->kind != base::JsonValue::Kind::object) {
    co_return refused(ErrorCode::unparsable, {}, "The body must be one JSON object.");
  }

  const auto token = find_token(*body);
  if (!token) {
    co_return refused(ErrorCode::token_missing, "apiToken", missing_token_detail(*body));
  }
  const base::Instant now = m_clock.now();
  auto caller = m_directory.find_caller(client, *token, now);
  // One answer for a wrong client, a wrong token and a missing permission, so that none can be
  // probed.
  if (!caller || !caller->may(endpoint.permission)) {
    co_return refused(ErrorCode::not_permitted, "apiToken",
                      "Check the client code in the URL and the token; its integration needs the "
                      "permission for this endpoint.");
  }
  context.caller = *caller;
  if (!m_rate_limit.admit(caller->client->id, caller->integration->id, now)) {
    domain::Refusal refusal = domain::refuse(ErrorCode::too_many_requests, {},
                                             "This integration is over its rate limit.");
    refusal.retry_after_seconds = 1;
    co_return tl::unexpected(std::move(refusal));
  }

  Call call{std::move(*caller), std::move(*body), now, {}, {}};
  if (endpoint.effect == Effect::writes && request.idempotency_key) {
    auto known = co_await look_up_key(m_find_kept_reply, *request.idempotency_key, endpoint, call);
    if (!known) co_return tl::unexpected(std::move(known.error()));
    if (*known) co_return std::move(**known);
  }
  co_return co_await endpoint.handle(call);
}

Reply Dispatcher::serve_page(const Request& request, RequestContext& context) {
  const base::EmbeddedFile* file = m_pages.find(request.path);
  const bool is_health = m_health.has(request.path);
  if (file == nullptr && !is_health) return no_such_page(request, context);
  context.route = file != nullptr ? file->path : request.path;
  context.metrics = &m_page_metrics;
  if (request.method == Method::options) return m_cors.preflight(request, k_page_methods);
  if (request.method != Method::get && request.method != Method::head) {
    Reply reply = context.error(
        domain::refuse(ErrorCode::method_not_allowed, {}, "This page takes GET and HEAD."));
    reply.headers.push_back({"Allow", std::string(k_page_methods)});
    return reply;
  }
  return file != nullptr ? m_pages.reply(*file, request) : m_health.reply(request);
}

Reply Dispatcher::no_such_page(const Request& request, RequestContext& context) {
  if (request.method == Method::options && request.path.starts_with("/api/")) {
    return m_cors.preflight(request, k_api_methods);
  }
  if (request.path == k_metrics_path) {
    return context.error(
        domain::refuse(ErrorCode::no_such_endpoint, {}, std::string(k_metrics_are_off)));
  }
  std::vector<std::string> pages = m_pages.titles();
  pages.insert(pages.end(), {"/healthz", "/readyz", "/metrics"});
  return context.error(
      domain::refuse(ErrorCode::no_such_endpoint, {}, suggest(request.path, m_endpoints, pages)));
}

void Dispatcher::finish(const Request& request, RequestContext& context, Reply& reply) {
  if (m_options.always_200 && context.error_code != 0) reply.status = 200;
  reply.headers.push_back({"X-Request-Id", context.request_id});
  m_cors.allow(request, reply);

  const auto took = std::chrono::steady_clock::now() - context.began;
  context.metrics->observe(reply.status, context.error_code, took);
  if (m_requests != nullptr && context.caller) {
    m_requests->note({context.caller->client->id, context.caller->integration->id, m_clock.now(),
                      context.route, reply.status, context.error_code, context.fault.field,
                      context.fault.detail, context.request_id,
                      std::chrono::duration_cast<std::chrono::microseconds>(took).count()});
  }
  if (!spdlog::should_log(spdlog::level::info)) return;
  // A stranger's requests must not fill the disk.
  constexpr unsigned k_most_strangers = 100;
  if (!context.caller && !base::may_log("requests of callers without a token", k_most_strangers)) {
    return;
  }
  spdlog::info(
      "request method={} route={} status={} code={} client={} integration={} us={} id={}",
      request.method == Method::other ? "other" : request.method_name, context.route, reply.status,
      context.error_code, context.caller ? context.caller->client->code : "-",
      context.caller ? context.caller->integration->id : 0,
      std::chrono::duration_cast<std::chrono::microseconds>(took).count(), context.request_id);
}

}  // namespace lotkeeper::http
