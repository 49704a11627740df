#include <algorithm>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/json/array.hpp>

#include "api/console/reading.hpp"
#include "api/console/reply.hpp"
#include "service/clients/tenancy.hpp"
#include "store/requests/request_log.hpp"

namespace lotkeeper::api::console {
namespace {

using http::Method;

Result<Reply> list_integrations(Context& context, Call& call);
Result<Reply> add_integration(Context& context, Call& call);
Result<Reply> set_integration(Context& context, Call& call);
Result<Reply> issue_token(Context& context, Call& call);
Result<Reply> revoke_token(Context& context, Call& call);
Result<Reply> list_requests(Context& context, Call& call);

}  // namespace

Routes integration_routes() {
  return {
      {Method::get, "/integrations", Access::office, list_integrations},
      {Method::post, "/integrations", Access::administrator, add_integration},
      {Method::put, "/integrations/{id}", Access::administrator, set_integration},
      {Method::post, "/integrations/{id}/tokens", Access::administrator, issue_token},
      {Method::del, "/tokens/{id}", Access::administrator, revoke_token},
      {Method::get, "/integrations/{id}/requests", Access::office, list_requests},
  };
}

namespace {

// So many requests are looked at for one page of failures.
constexpr std::int64_t k_chunk = 500;
constexpr int k_most_chunks = 10;

std::vector<store::IntegrationRow> integrations_of(Context& context, const Call& call) {
  auto all = store::list_integrations(*context.app.database().read());
  std::erase_if(all, [&](const auto& one) { return one.client != call.client_id(); });
  std::ranges::sort(all, {}, &store::IntegrationRow::id);
  return all;
}

Result<store::IntegrationRow> require_integration(Context& context, const Call& call) {
  const store::IntegrationId id = id_of(call.ids[0]);
  for (store::IntegrationRow& one : integrations_of(context, call)) {
    if (one.id == id) return std::move(one);
  }
  return tl::unexpected(not_found("integration"));
}

json::array permissions_json(const domain::Permissions& permissions) {
  json::array list;
  for (std::size_t i = 0; i < domain::k_permission_names.size(); ++i) {
    if (permissions.test(i)) list.emplace_back(domain::k_permission_names[i]);
  }
  return list;
}

Result<Reply> list_integrations(Context& context, Call& call) {
  std::vector<store::TokenRow> tokens;
  std::map<store::IntegrationId, base::Instant> last;
  {
    const auto connection = context.app.database().read();
    tokens = store::list_tokens(*connection);
    for (const store::RequestCount& count : store::list_request_counts(
             *connection, call.client_id(), call.now - std::chrono::days(31))) {
      last[count.integration] = std::max(last[count.integration], count.last);
    }
  }
  json::array list;
  for (const store::IntegrationRow& one : integrations_of(context, call)) {
    json::array own;
    for (const store::TokenRow& token : tokens) {
      if (token.client != one.client || token.integration != one.name) continue;
      own.push_back(json::object{{"id", token.id},
                                 {"hint", token.hint},
                                 {"expiresAt", time_or_null(token.expires_at)},
                                 {"revokedAt", time_or_null(token.revoked_at)},
                                 {"lastUsedAt", time_or_null(token.last_used_at)}});
    }
    for (const store::TokenRow& token : tokens) {
      if (token.client != one.client || token.integration != one.name) continue;
      if (token.last_used_at) last[one.id] = std::max(last[one.id], *token.last_used_at);
    }
    const auto seen = last.find(one.id);
    list.push_back(json::object{
        {"id", one.id},
        {"name", one.name},
        {"permissions", permissions_json(one.permissions)},
        {"permitType", domain::to_string(one.permit_type)},
        {"lastRequestAt",
         time_or_null(seen == last.end() ? std::nullopt : std::optional(seen->second))},
        {"tokens", std::move(own)}});
  }
  domain::Permissions all;
  all.set();
  return ok({{"integrations", std::move(list)}, {"permissions", permissions_json(all)}});
}

service::IntegrationSettings read_settings(BodyReader& body) {
  service::IntegrationSettings settings;
  settings.allow = fmt::format(
      "{}", fmt::join(body.texts("permissions", domain::k_permission_names.size()), ","));
  settings.permit_type = body.required_text("permitType", {1, 20});
  return settings;
}

Result<Reply> add_integration(Context& context, Call& call) {
  BodyReader body(call);
  const std::string name = body.required_text("name", {1, 100});
  const auto settings = read_settings(body);
  if (!body.is_good()) return body.refusal();

  return done(service::add_integration(call.actor(context), call.client().code, name, settings));
}

Result<Reply> set_integration(Context& context, Call& call) {
  BodyReader body(call);
  const auto settings = read_settings(body);
  if (!body.is_good()) return body.refusal();

  const auto integration = require_integration(context, call);
  if (!integration) return tl::unexpected(integration.error());
  return done(service::set_integration(call.actor(context), call.client().code, integration->name,
                                       settings));
}

Result<Reply> issue_token(Context& context, Call& call) {
  BodyReader body(call);
  const auto expires = body.text("expires", {1, 30});
  if (!body.is_good()) return body.refusal();

  const auto integration = require_integration(context, call);
  if (!integration) return tl::unexpected(integration.error());
  auto token =
      service::issue_token(call.actor(context), call.client().code, integration->name, expires);
  if (!token) return tl::unexpected(std::move(token.error()));
  while (token->ends_with('\n')) token->pop_back();
  return ok({{"token", *token}}, 201);
}

Result<Reply> revoke_token(Context& context, Call& call) {
  const store::TokenId id = id_of(call.ids[0]);
  const auto tokens = store::list_tokens(*context.app.database().read());
  const bool is_own = std::ranges::any_of(tokens, [&](const store::TokenRow& token) {
    return token.id == id && token.client == call.client_id() && !token.revoked_at;
  });
  if (!is_own) return tl::unexpected(not_found("token that still stands"));
  const auto revoked = service::revoke_token(call.actor(context), id);
  if (!revoked) return tl::unexpected(revoked.error());
  return no_content();
}

json::object request_json(const store::LoggedRequest& request) {
  json::object one{{"at", domain::format_utc(request.at)},
                   {"endpoint", request.endpoint},
                   {"status", request.status},
                   {"code", nullptr},
                   {"message", nullptr},
                   {"field", filled_or_null(request.field)},
                   {"detail", filled_or_null(request.detail)},
                   {"requestId", request.request_id},
                   {"microseconds", request.microseconds},
                   {"times", request.times}};
  if (request.code == 0) return one;
  one["code"] = request.code;
  one["message"] = message_of(static_cast<int>(request.code));
  return one;
}

Result<Reply> list_requests(Context& context, Call& call) {
  QueryReader query(call);
  const bool failed_only = query.word("outcome", {"all", "failed"}) == "failed";
  std::int64_t before =
      query.number("cursor", {1}).value_or(std::numeric_limits<std::int64_t>::max());
  const auto limit = static_cast<std::size_t>(query.limit());
  if (!query.is_good()) return query.refusal();
  const auto integration = require_integration(context, call);
  if (!integration) return tl::unexpected(integration.error());

  const auto connection = context.app.database().read();
  json::array list;
  bool has_more = true;
  for (int chunk = 0; chunk < k_most_chunks && has_more && list.size() < limit; ++chunk) {
    const auto requests =
        store::list_requests(*connection, call.client_id(), integration->id, before, k_chunk);
    has_more = static_cast<std::int64_t>(requests.size()) == k_chunk;
    for (const store::LoggedRequest& request : requests) {
      if (list.size() == limit) {
        has_more = true;
        break;
      }
      before = request.number;
      if (failed_only && request.code == 0) continue;
      list.push_back(request_json(request));
    }
  }
  return ok({{"requests", std::move(list)},
             {"next", has_more ? json::value(std::to_string(before)) : nullptr}});
}

}  // namespace
}  // namespace lotkeeper::api::console
