#include <fmt/format.h>
#include <boost/json/array.hpp>

#include "api/console/console.hpp"
#include "api/console/reading.hpp"
#include "api/console/reply.hpp"
#include "service/operators/operators.hpp"
#include "service/operators/sessions.hpp"

namespace lotkeeper::api::console {
namespace {

using http::Method;

Result<Reply> sign_in(Context& context, Call& call);
Result<Reply> who_am_i(Context& context, Call& call);
Result<Reply> sign_out(Context& context, Call& call);
Result<Reply> switch_client(Context& context, Call& call);
Result<Reply> make_first_administrator(Context& context, Call& call);
Result<Reply> change_my_password(Context& context, Call& call);
Result<Reply> list_my_sessions(Context& context, Call& call);
Result<Reply> end_my_session(Context& context, Call& call);

}  // namespace

Routes session_routes() {
  return {
      {Method::post, "/session", Access::open, sign_in, Pace::hashes},
      {Method::get, "/session", Access::signed_in, who_am_i},
      {Method::del, "/session", Access::signed_in, sign_out},
      {Method::put, "/session/client", Access::signed_in, switch_client},
      {Method::post, "/first-administrator", Access::open, make_first_administrator, Pace::hashes},
      {Method::put, "/account/password", Access::signed_in, change_my_password, Pace::hashes},
      {Method::get, "/account/sessions", Access::signed_in, list_my_sessions},
      {Method::del, "/account/sessions/{id}", Access::signed_in, end_my_session},
  };
}

namespace {

// Its own rules are the service's; here just no more than any password can be.
constexpr TextLimits k_any_password{1, 1'000, true, true};

// `__Host-` would want the path `/`, and the cookie is the console's alone. The browser itself says
// whether it speaks TLS, with this server or with a proxy before it.
void set_cookie(Reply& reply, const Call& call, std::string_view value, std::int64_t seconds) {
  const bool is_secure = call.request.origin && call.request.origin->starts_with("https://");
  reply.headers.push_back(
      {"Set-Cookie", fmt::format("{}={}; Path=/console; Max-Age={}; HttpOnly; SameSite=Strict{}",
                                 k_cookie_name, value, seconds, is_secure ? "; Secure" : "")});
}

json::object client_json(const store::ClientRow& client) {
  return {{"code", client.code},
          {"name", client.name},
          {"timeZone", client.time_zone},
          {"currency", client.currency}};
}

Reply session_reply(Context& context, const store::Session& session) {
  const auto connection = context.app.database().read();
  json::array clients;
  json::value present = nullptr;
  json::value role = nullptr;
  for (const auto& choice : service::clients_of(*connection, session.operator_id)) {
    const std::string_view name = domain::to_string(choice.role);
    clients.push_back(
        json::object{{"code", choice.client.code}, {"name", choice.client.name}, {"role", name}});
    if (choice.client.id == session.client) {
      present = client_json(choice.client);
      role = name;
    }
  }
  const bool of_all =
      store::role_in(*connection, session.operator_id, store::k_all_clients).has_value();
  return ok(
      {{"operator", json::object{{"id", session.operator_id}, {"name", session.operator_name}}},
       {"role", role},
       {"client", present},
       {"clients", std::move(clients)},
       {"isAdministratorOfAll", of_all},
       {"expiresAt", domain::format_utc(session.expires)},
       {"version", LOTKEEPER_VERSION},
       {"serverTime", domain::format_utc(context.now())}});
}

Result<Reply> welcome(Context& context, const Call& call,
                      const Result<service::SignedIn>& signed_in) {
  if (!signed_in) {
    const domain::Refusal& refusal = signed_in.error();
    if (refusal.faults.front().code != ErrorCode::not_permitted) return tl::unexpected(refusal);
    return plain_error(401, "wrongPassword", refusal.faults.front().detail, call.request_id);
  }
  Reply reply = session_reply(context, signed_in->session);
  set_cookie(reply, call, signed_in->cookie, std::chrono::seconds(service::k_session_life).count());
  return reply;
}

Result<Reply> sign_in(Context& context, Call& call) {
  BodyReader body(call);
  service::SignIn wanted{body.required_text("name"),
                         {},
                         call.address,
                         std::string(call.request.user_agent.value_or(""))};
  wanted.password = body.required_text("password", k_any_password);
  if (!body.is_good()) return body.refusal();

  return welcome(context, call, service::sign_in(context.app, wanted));
}

Result<Reply> who_am_i(Context& context, Call& call) {
  return session_reply(context, call.principal->session);
}

Result<Reply> sign_out(Context& context, Call& call) {
  const auto ended =
      call.actor(context).change([&](service::WriteBatch& batch) -> Result<std::string> {
        store::end_session(batch.connection, call.principal->session.id);
        return std::string();
      });
  if (!ended) return tl::unexpected(ended.error());
  Reply reply = no_content();
  set_cookie(reply, call, "", 0);
  return reply;
}

Result<Reply> switch_client(Context& context, Call& call) {
  BodyReader body(call);
  const std::string code = body.required_text("client", {1, 50});
  if (!body.is_good()) return body.refusal();

  store::Session& session = call.principal->session;
  const auto changed =
      call.actor(context).change([&](service::WriteBatch& batch) -> Result<std::string> {
        // One that is not the operator's is not there for it.
        const auto client = store::find_client(batch.connection, code);
        if (!client || !store::role_in(batch.connection, session.operator_id, client->id)) {
          return tl::unexpected(not_found("client"));
        }
        store::set_session_client(batch.connection, session.id, client->id);
        session.client = client->id;
        return std::string();
      });
  if (!changed) return tl::unexpected(changed.error());
  return session_reply(context, session);
}

Result<Reply> make_first_administrator(Context& context, Call& call) {
  BodyReader body(call);
  const std::string token = body.required_text("token");
  const std::string name = body.required_text("name", {1, 50});
  const std::string password = body.required_text("password", k_any_password);
  if (!body.is_good()) return body.refusal();

  const auto made = service::make_first_administrator(context.app, token, name, password);
  if (!made) return tl::unexpected(made.error());
  const auto found = store::find_operator(*context.app.database().read(), *made);
  if (!found) return tl::unexpected(not_found("operator"));
  return welcome(context, call,
                 service::open_session(context.app, found->id,
                                       std::string(call.request.user_agent.value_or(""))));
}

Result<Reply> change_my_password(Context& context, Call& call) {
  BodyReader body(call);
  const std::string current = body.required_text("current", k_any_password);
  const std::string password = body.required_text("password", k_any_password);
  if (!body.is_good()) return body.refusal();

  const store::Session& session = call.principal->session;
  const auto right =
      service::require_password(context.app, session.operator_name, current, call.address);
  if (!right && right.error().faults.front().code == ErrorCode::not_permitted) {
    return refused(ErrorCode::field_invalid, "current", "This is not your current password.");
  }
  if (!right) return tl::unexpected(right.error());
  const auto changed = service::set_operator_password(call.actor(context), session.operator_name,
                                                      password, session.id);
  if (!changed) return tl::unexpected(changed.error());
  return no_content();
}

Result<Reply> list_my_sessions(Context& context, Call& call) {
  const auto connection = context.app.database().read();
  json::array list;
  const store::Session& own = call.principal->session;
  for (const store::Session& session :
       store::list_sessions(*connection, own.operator_id, call.now)) {
    list.push_back(session_json(session, own.id));
  }
  return ok({{"sessions", std::move(list)}});
}

Result<Reply> end_my_session(Context& context, Call& call) {
  const store::SessionId id = id_of(call.ids[0]);
  const auto ended =
      call.actor(context).change([&](service::WriteBatch& batch) -> Result<std::string> {
        const auto own =
            store::list_sessions(batch.connection, call.principal->session.operator_id, batch.now);
        if (std::ranges::find(own, id, &store::Session::id) == own.end()) {
          return tl::unexpected(not_found("session of yours"));
        }
        store::end_session(batch.connection, id);
        return std::string();
      });
  if (!ended) return tl::unexpected(ended.error());
  return no_content();
}

}  // namespace
}  // namespace lotkeeper::api::console
