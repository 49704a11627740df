#include "support/test_console.hpp"

#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json/parse.hpp>

#include "http/pages/embedded_pages.hpp"
#include "service/operators/sessions.hpp"
#include "store/operators/operator.hpp"

namespace lotkeeper::tests {
namespace {

/// Operators without passwords: hashing one takes a tenth of a second.
void add_operators(service::App& app) {
  const auto added = app.change([](service::WriteBatch& batch) -> domain::Result<std::string> {
    const auto client = store::find_client(batch.connection, "OC_TOMA");
    const auto toronto = store::find_client(batch.connection, "TORONTO");
    const auto add = [&](const std::string& name, store::ClientId where, domain::Role role) {
      const auto id = store::insert_operator(batch.connection, {0, name, "no password", batch.now});
      store::set_role(batch.connection, id, where, role);
    };
    for (const auto role : {domain::Role::viewer, domain::Role::officer, domain::Role::office,
                            domain::Role::administrator}) {
      add(std::string(domain::to_string(role)), client->id, role);
    }
    add("keeper", store::k_all_clients, domain::Role::administrator);
    add("toronto", toronto->id, domain::Role::administrator);
    return std::string();
  });
  if (!added) throw std::runtime_error(added.error().faults.front().detail);
}

boost::asio::awaitable<http::Reply> whole_reply(http::Handler& handler,
                                                const http::Request& request) {
  http::Reply reply = co_await handler.handle(request);
  while (reply.source) {
    auto piece = co_await reply.source->next();
    if (!piece) break;
    reply.body += *piece;
  }
  reply.source.reset();
  co_return reply;
}

}  // namespace

boost::json::value TestConsole::Response::json() const { return boost::json::parse(body); }

TestConsole::TestConsole()
    : console(api.app, api.collections, http::embedded_pages(), {"192.0.2.80"}) {
  add_operators(api.app);
  // Before a test looks at what is stored.
  for (const char* name : {"viewer", "officer", "office", "administrator", "keeper", "toronto"}) {
    (void)cookie(name);
  }
}

TestConsole::~TestConsole() { console.stop(); }

const std::string& TestConsole::cookie(const std::string& name) {
  std::string& cookie = m_cookies[name];
  if (!cookie.empty()) return cookie;
  const auto found = store::find_operator(*api.app.database().read(), name);
  if (!found) throw std::runtime_error("no operator " + name);
  auto opened = service::open_session(api.app, found->id, "a test");
  if (!opened) throw std::runtime_error(opened.error().faults.front().detail);
  cookie = opened->cookie;
  return cookie;
}

TestConsole::Response TestConsole::as(const std::string& name, http::Method method,
                                      std::string_view target, std::string body) {
  Manner manner;
  if (!name.empty()) manner.cookie = cookie(name);
  return send(method, "/console/api" + std::string(target), std::move(body), manner);
}

TestConsole::Response TestConsole::send(http::Method method, std::string_view path,
                                        std::string body, const Manner& manner) {
  http::Request request;
  request.method = method;
  request.method_name = "TEST";
  request.path = path.substr(0, path.find('?'));
  if (request.path.size() < path.size()) request.query = path.substr(request.path.size() + 1);
  request.body = body;
  request.body_over_limit = manner.body_over_limit;
  request.host = manner.host;
  request.peer = manner.peer;
  if (!manner.forwarded_for.empty()) request.forwarded_for = manner.forwarded_for;
  request.user_agent = manner.agent;
  const std::string cookies = "other=1; lotkeeper_session=" + manner.cookie;
  if (!manner.cookie.empty()) request.cookie = cookies;
  if (manner.has_header) request.console = "1";
  if (!manner.fetch_site.empty()) request.fetch_site = manner.fetch_site;
  if (!manner.origin.empty()) request.origin = manner.origin;

  auto reply =
      boost::asio::co_spawn(m_loop, whole_reply(console, request), boost::asio::use_future);
  m_loop.restart();
  m_loop.run();
  http::Reply got = reply.get();
  Response response{
      got.status, got.static_body.empty() ? std::move(got.body) : std::string(got.static_body), {}};
  for (const http::Header& header : got.headers) response.headers[header.name] = header.value;
  response.headers["Content-Type"] = got.content_type;
  return response;
}

std::string TestConsole::content() {
  std::string content = api.content();
  for (const std::string table :
       {"operator", "operator_role", "operator_session", "plate_check", "violation_scene",
        "violation_event", "payment", "payment_reversal", "appeal", "attachment", "audit", "token",
        "integration", "integration_permission", "zone", "client"}) {
    content += table + "=" + api.text("SELECT COUNT(*) FROM " + table) + "\n";
  }
  for (const std::string sql :
       {"SELECT SUM(role) FROM operator_role", "SELECT SUM(client_id) FROM operator_session",
        "SELECT MAX(name) || MAX(time_zone) || SUM(days_until_due) || SUM(appeal_days) || "
        "MAX(ticket_text_en) || MAX(ticket_text_fr) FROM client",
        "SELECT SUM(COALESCE(capacity, 0)) FROM zone", "SELECT MAX(password_hash) FROM operator",
        "SELECT COUNT(*) FROM token WHERE revoked_at IS NULL",
        "SELECT COUNT(*) * 1000000 + SUM(cost_cents) * 3 + SUM(discount_cents) * 7 + "
        "SUM(discount_hours) FROM violation_type",
        "SELECT MAX(code) || MAX(name) FROM list_item WHERE kind = 'province' AND item_id = 9"}) {
    content += api.text(sql) + "\n";
  }
  return content;
}

}  // namespace lotkeeper::tests
