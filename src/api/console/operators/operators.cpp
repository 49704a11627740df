#include <algorithm>

#include <boost/json/array.hpp>

#include "api/console/reading.hpp"
#include "api/console/reply.hpp"
#include "service/operators/operators.hpp"

namespace lotkeeper::api::console {
namespace {

using http::Method;

Result<Reply> list_operators(Context& context, Call& call);
Result<Reply> add_operator(Context& context, Call& call);
Result<Reply> set_operator(Context& context, Call& call);
Result<Reply> remove_operator(Context& context, Call& call);
Result<Reply> set_password(Context& context, Call& call);
Result<Reply> list_sessions(Context& context, Call& call);
Result<Reply> end_session(Context& context, Call& call);

}  // namespace

Routes operator_routes() {
  return {
      {Method::get, "/operators", Access::administrator, list_operators},
      {Method::post, "/operators", Access::administrator, add_operator, Pace::hashes},
      {Method::put, "/operators/{id}", Access::administrator, set_operator},
      {Method::del, "/operators/{id}", Access::administrator, remove_operator},
      {Method::put, "/operators/{id}/password", Access::administrator, set_password, Pace::hashes},
      {Method::get, "/sessions", Access::administrator, list_sessions},
      {Method::del, "/sessions/{id}", Access::administrator, end_session},
  };
}

namespace {

using domain::Role;
using store::OperatorRole;

/// Who may do something in the client, each once: an operator of all clients is one of every
/// client.
std::vector<OperatorRole> operators_of(database::Connection& connection, store::ClientId client) {
  std::vector<OperatorRole> own;
  for (OperatorRole& role : store::list_roles(connection)) {
    if (role.client != client && role.client != store::k_all_clients) continue;
    // A client's own role comes behind that in all.
    if (!own.empty() && own.back().id == role.id) {
      own.back().role = std::max(own.back().role, role.role);
    } else {
      own.push_back(std::move(role));
    }
  }
  return own;
}

json::object operator_json(const OperatorRole& role, store::OperatorId self) {
  return {{"id", role.id},
          {"name", role.name},
          {"role", domain::to_string(role.role)},
          {"ofAllClients", role.client == store::k_all_clients},
          {"createdAt", domain::format_utc(role.created)},
          {"lastSeenAt", time_or_null(role.last_seen)},
          {"isSelf", role.id == self}};
}

Result<OperatorRole> require_operator(Context& context, const Call& call) {
  const store::OperatorId id = id_of(call.ids[0]);
  for (OperatorRole& role : operators_of(*context.app.database().read(), call.client_id())) {
    if (role.id == id) return std::move(role);
  }
  return tl::unexpected(not_found("operator"));
}

/// One that this client's administrator may change: neither of all clients nor oneself.
Result<OperatorRole> require_other(Context& context, const Call& call) {
  auto found = require_operator(context, call);
  if (!found) return found;
  if (found->client == store::k_all_clients) {
    return refused(ErrorCode::record_exists, {},
                   "To change an administrator of all clients, use: lotkeeper operator set");
  }
  if (found->id == call.principal->session.operator_id) {
    return refused(ErrorCode::record_exists, {},
                   "You cannot do this to yourself. Ask another administrator.");
  }
  return found;
}

std::optional<Role> read_role(BodyReader& body);

Result<Reply> list_operators(Context& context, Call& call) {
  json::array list;
  for (const OperatorRole& role : operators_of(*context.app.database().read(), call.client_id())) {
    list.push_back(operator_json(role, call.principal->session.operator_id));
  }
  return ok({{"operators", std::move(list)}});
}

Result<Reply> answer(Context& context, const Call& call, const std::string& name, int status) {
  for (const OperatorRole& role : operators_of(*context.app.database().read(), call.client_id())) {
    if (store::fold_operator_name(role.name) != store::fold_operator_name(name)) continue;
    return ok(operator_json(role, call.principal->session.operator_id), status);
  }
  return tl::unexpected(not_found("operator"));
}

Result<Reply> add_operator(Context& context, Call& call) {
  BodyReader body(call);
  const std::string name = body.required_text("name", {1, 50});
  const std::string password = body.required_text("password", {1, 1'000, true, true});
  const auto role = read_role(body);
  if (!body.is_good()) return body.refusal();

  const auto added =
      service::add_operator(call.actor(context), name, password, *role, call.client().code);
  if (!added) return tl::unexpected(added.error());
  return answer(context, call, name, 201);
}

Result<Reply> set_operator(Context& context, Call& call) {
  BodyReader body(call);
  const auto role = read_role(body);
  if (!body.is_good()) return body.refusal();

  const auto found = require_other(context, call);
  if (!found) return tl::unexpected(found.error());
  const auto set =
      service::set_operator(call.actor(context), found->name, *role, call.client().code);
  if (!set) return tl::unexpected(set.error());
  return answer(context, call, found->name, 200);
}

Result<Reply> remove_operator(Context& context, Call& call) {
  const auto found = require_other(context, call);
  if (!found) return tl::unexpected(found.error());
  const auto removed =
      service::remove_operator(call.actor(context), found->name, call.client().code);
  if (!removed) return tl::unexpected(removed.error());
  return no_content();
}

Result<Reply> set_password(Context& context, Call& call) {
  BodyReader body(call);
  const std::string password = body.required_text("password", {1, 1'000, true, true});
  if (!body.is_good()) return body.refusal();

  const auto found = require_other(context, call);
  if (!found) return tl::unexpected(found.error());
  const auto roles = store::roles_of(*context.app.database().read(), found->id);
  if (roles.size() > 1) {
    // Whoever sets a password can sign in with it.
    return refused(ErrorCode::record_exists, {},
                   "This operator also works for other clients. To set the password, use: "
                   "lotkeeper operator password");
  }
  const auto set = service::set_operator_password(call.actor(context), found->name, password);
  if (!set) return tl::unexpected(set.error());
  return no_content();
}

/// The sessions that are about this client now.
std::vector<store::Session> sessions_of(database::Connection& connection, const Call& call) {
  auto sessions = store::list_sessions(connection, 0, call.now);
  std::erase_if(sessions,
                [&](const store::Session& one) { return one.client != call.client_id(); });
  return sessions;
}

Result<Reply> list_sessions(Context& context, Call& call) {
  json::array list;
  for (const store::Session& session : sessions_of(*context.app.database().read(), call)) {
    list.push_back(session_json(session, call.principal->session.id));
  }
  return ok({{"sessions", std::move(list)}});
}

Result<Reply> end_session(Context& context, Call& call) {
  const store::SessionId id = id_of(call.ids[0]);
  const auto ended =
      call.actor(context).change([&](service::WriteBatch& batch) -> Result<std::string> {
        const auto own = sessions_of(batch.connection, call);
        if (std::ranges::find(own, id, &store::Session::id) == own.end()) {
          return tl::unexpected(not_found("session"));
        }
        store::end_session(batch.connection, id);
        return std::string();
      });
  if (!ended) return tl::unexpected(ended.error());
  return no_content();
}

std::optional<Role> read_role(BodyReader& body) {
  const std::string word = body.required_text("role", {1, 20});
  const auto role = domain::parse_role(word);
  if (!role && !word.empty()) {
    body.fault("role", "\"role\" is viewer, officer, office or administrator.");
  }
  return role;
}

}  // namespace
}  // namespace lotkeeper::api::console
