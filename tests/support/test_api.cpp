#include "support/test_api.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <stdexcept>
#include <unordered_set>

#include <spdlog/spdlog.h>

#include "api/v1/endpoints.hpp"
#include "base/thread.hpp"
#include "http/pages/embedded_pages.hpp"
#include "service/clients/tenancy.hpp"
#include "service/clients/zones.hpp"
#include "store/clients/list.hpp"

namespace lotkeeper::tests {
namespace {

std::string require(const domain::Result<std::string>& result) {
  if (!result) throw std::runtime_error(result.error().faults.front().detail);
  return *result;
}

std::string without_line_end(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

/// The document's user types, and three of lockers.
domain::Result<std::string> add_user_types(service::WriteBatch& batch) {
  static const std::pair<store::ListKind, std::vector<store::ListItem>> k_lists[] = {
      {store::ListKind::user_type,
       {{1, "Full Time Student", {}, "Student", {}, k_noon, k_noon},
        {6, "Demo", {}, "Public", {}, k_noon, k_noon},
        {7, "Full Time Staff", {}, "Staff", {}, k_noon, k_noon},
        {8, "Part Time Staff", {}, "Staff", {}, k_noon, k_noon},
        {9, "Part Time Student", {}, "Student", {}, k_noon, k_noon},
        {10, "Exchange Student", {}, "Student", {}, k_noon, k_noon},
        {11, "Athletics Member", {}, "Athletics", {}, k_noon, k_noon},
        {12, "Complimentary", {}, "Public", {}, k_noon, k_noon},
        {13, "Daily Reserved", {}, "Public", {}, k_noon, k_noon}}},
      {store::ListKind::locker_user_type,
       {{1, "Student Locker", {}, {}, {}, k_noon, k_noon},
        {2, "Staff Locker", {}, {}, {}, k_noon, k_noon},
        {3, "Day Locker", {}, {}, {}, k_noon, k_noon}}},
  };
  const auto client = store::find_client(batch.connection, "OC_TOMA");
  for (const auto& [kind, items] : k_lists) {
    store::save_items(batch.connection, {client->id, kind}, items);
  }
  return {};
}

/// Prepared statements are kept by their address: texts of tests live as long as the program.
database::Statement lasting_statement(std::string_view sql) {
  static std::mutex mutex;
  static std::unordered_set<std::string> texts;
  const std::scoped_lock lock(mutex);
  return {"test", *texts.emplace(sql).first};
}

/// Every column of every row. NULL and an empty text differ.
void append_rows(database::Database& database, std::string_view sql, int columns,
                 std::string& content) {
  database.read()->run(lasting_statement(sql), {}, [&](const database::Row& row) {
    for (int column = 0; column < columns; ++column) {
      const database::Bytes value = row.bytes(column);
      content += row.is_null(column) ? "NULL" : "=" + std::string(value.begin(), value.end());
      content += '\x1f';
    }
    content += '\n';
  });
}

}  // namespace

std::string text_of(database::Database& database, std::string_view sql) {
  std::string result;
  bool is_first = true;
  database.read()->run(lasting_statement(sql), {}, [&](const database::Row& row) {
    if (is_first) result = row.text(0);
    is_first = false;
  });
  return result;
}

/// A reply whose body has been taken from its source, if it has one.
boost::asio::awaitable<http::Reply> whole_reply(http::Dispatcher& dispatcher,
                                                const http::Request& request) {
  http::Reply reply = co_await dispatcher.handle(request);
  while (reply.source) {
    auto piece = co_await reply.source->next();
    if (!piece) break;
    reply.body += *piece;
  }
  reply.source.reset();
  co_return reply;
}

/// A second server on the same store, whose database fails.
struct TestApi::Broken {
  Broken(TestApi& api, Breakage breakage)
      : database(api.app.database(), breakage),
        committer(database, api.clock, {}, {}),
        checker(database),
        questioned(api.app.database(), breakage),
        quick_reads(questioned),
        services{database, committer, checker, quick_reads, long_reads, false},
        collections(services),
        dispatcher(api.m_options, api::v1::endpoints(services, collections),
                   http::Pages(http::embedded_pages()), api.app.directory(),
                   api::v1::dispatch_store(services,
                                           [this] { return watch ? watch->why_not_ready() : ""; }),
                   api.clock, api.metrics) {
    if (api.app.database().is_shared()) questioned.share();
    // Its own small commits would be the first that meet a sync that fails.
    if (breakage != Breakage::sync_refused) {
      watch.emplace(database, committer, api.clock, service::StoreWatchOptions{});
      watch->look_now();
    }
    if (breakage == Breakage::stopped) committer.stop();
  }

  FaultyDatabase database;
  service::GroupCommitter committer;
  service::GroupChecker checker;
  FaultyDatabase questioned;  ///< the same again, for the threads that ask PostgreSQL
  service::ReadPool quick_reads;
  service::LongReads long_reads;
  service::Services services;
  std::optional<service::StoreWatch> watch;
  service::Collections collections;
  http::Dispatcher dispatcher;
};

namespace {

/// What a TestApi begins with; returns its tokens by name.
std::map<std::string, std::string> fill(service::App& app, FakeClock& clock) {
  std::map<std::string, std::string> tokens;
  require(service::add_client(app, "OC_TOMA", {"Tomahawk", "UTC", "CAD"}));
  require(service::add_client(app, "TORONTO", {"Toronto", "America/Toronto", "USD"}));
  for (const char* zone : {"zone1", "Lot 01", "Lot 02", "Lot 4"}) {
    require(service::add_zone(app, "OC_TOMA", zone, std::nullopt));
  }
  require(service::alias_zone(app, "OC_TOMA", "Four", "Lot 4"));
  require(service::add_zone(app, "TORONTO", "Lot 4", std::nullopt));
  require(app.change(add_user_types));

  require(service::add_integration(app, "OC_TOMA", "HotSpot", {"all", "temp"}));
  require(service::add_integration(app, "OC_TOMA", "Other", {"all", "standard"}));
  require(service::add_integration(app, "OC_TOMA", "Reports", {"permits.stats", std::nullopt}));
  require(service::add_integration(app, "OC_TOMA", "Meters", {"permits.push", std::nullopt}));
  require(service::add_integration(app, "TORONTO", "HotSpot", {"all", std::nullopt}));
  const auto issue = [&](const char* client, const char* integration,
                         std::optional<std::string> expires = {}) {
    return without_line_end(require(service::issue_token(app, client, integration, expires)));
  };
  tokens["all"] = issue("OC_TOMA", "HotSpot");
  tokens["rotated"] = issue("OC_TOMA", "HotSpot");
  tokens["other"] = issue("OC_TOMA", "Other");
  tokens["stats-only"] = issue("OC_TOMA", "Reports");
  tokens["push-only"] = issue("OC_TOMA", "Meters");
  clock.advance(-std::chrono::hours(48));
  tokens["expired"] = issue("OC_TOMA", "HotSpot", "2026-03-01");
  clock.advance(std::chrono::hours(48));
  tokens["toronto"] = issue("TORONTO", "HotSpot");
  tokens["revoked"] = issue("OC_TOMA", "HotSpot");
  require(service::revoke_token(
      app, std::stoll(text_of(app.database(), "SELECT MAX(token_id) FROM token"))));
  return tokens;
}

/// A database is filled once and copied for each test: to fill one takes longer than most tests.
struct Filled {
  Filled() {
    FakeClock noon(k_noon);
    service::App app({store.url(), {}, {}, {}}, noon);
    tokens = fill(app, noon);
  }
  static const Filled& once() {
    static const Filled filled;
    return filled;
  }

  TestDatabase store;
  std::map<std::string, std::string> tokens;
};

}  // namespace

TestApi::TestApi(http::DispatchOptions options)
    : clock(k_noon),
      store(&Filled::once().store),
      app({store.url(), {}, {}, {}}, clock),
      collections(app.services()),
      m_options(std::move(options)),
      m_dispatcher(
          m_options, api::v1::endpoints(app.services(), collections),
          http::Pages(http::embedded_pages()), app.directory(),
          api::v1::dispatch_store(app.services(), [this] { return app.watch().why_not_ready(); }),
          clock, metrics) {
  spdlog::set_level(spdlog::level::off);
  m_tokens = Filled::once().tokens;
}

TestApi::~TestApi() = default;

const std::string& TestApi::token(const std::string& name) const { return m_tokens.at(name); }

std::vector<std::string> TestApi::tokens() const {
  std::vector<std::string> tokens;
  for (const auto& [name, token] : m_tokens) tokens.push_back(token);
  return tokens;
}

std::string TestApi::with_tokens(std::string text) const {
  for (const auto& [name, token] : m_tokens) {
    const std::string placeholder = "TOKEN:" + name;
    for (std::size_t at = 0; (at = text.find(placeholder, at)) != std::string::npos;) {
      text.replace(at, placeholder.size(), token);
    }
  }
  return text;
}

TestApi::Response TestApi::post(std::string_view endpoint, std::string body, const Headers& headers,
                                std::string_view client) {
  const std::string path = "/api/" + std::string(client) + "/v1/" + std::string(endpoint);
  return request(http::Method::post, path, with_tokens(std::move(body)), headers);
}

TestApi::Response TestApi::request(http::Method method, std::string_view path, std::string body,
                                   const Headers& headers) {
  return request_on(m_loops.front(), method, path, std::move(body), headers);
}

TestApi::Response TestApi::request_on_thread(http::Method method, std::string_view path,
                                             std::string body, const Headers& headers) {
  return request_on(add_loop(), method, path, std::move(body), headers);
}

boost::asio::io_context& TestApi::add_loop() {
  const std::scoped_lock lock(m_loops_mutex);
  return m_loops.emplace_back();
}

TestApi::Response TestApi::request_on(boost::asio::io_context& loop, http::Method method,
                                      std::string_view path, std::string body,
                                      const Headers& headers) {
  http::Request request;
  request.method = method;
  request.method_name = "TEST";
  request.path = path;
  request.body = body;
  const std::map<std::string_view, std::optional<std::string_view>*> places{
      {"Content-Type", &request.content_type},
      {"Idempotency-Key", &request.idempotency_key},
      {"X-Request-Id", &request.request_id},
      {"Origin", &request.origin},
      {"Authorization", &request.authorization},
      {"Accept-Encoding", &request.accept_encoding},
      {"If-None-Match", &request.if_none_match},
      {"Access-Control-Request-Method", &request.requested_method}};
  for (const auto& [name, value] : headers) {
    if (name == "test-body-over-limit") {
      request.body_over_limit = true;
      request.body = {};
    } else {
      *places.at(name) = value;
    }
  }

  http::Dispatcher& dispatcher = m_broken ? m_broken->dispatcher : m_dispatcher;
  auto reply =
      boost::asio::co_spawn(loop, whole_reply(dispatcher, request), boost::asio::use_future);
  loop.restart();
  {
    const base::OnEventLoop mark;
    loop.run();
  }
  http::Reply got = reply.get();
  Response response{
      got.status, got.static_body.empty() ? std::move(got.body) : std::string(got.static_body), {}};
  for (const http::Header& header : got.headers) response.headers[header.name] = header.value;
  response.headers["Content-Type"] = got.content_type;
  return response;
}

void TestApi::break_down(Breakage breakage) {
  if (breakage == Breakage::none) return;
  app.stop();
  m_broken = std::make_unique<Broken>(*this, breakage);
}

std::string TestApi::content() {
  // Each table with its number of columns, in the order of its key.
  static constexpr std::pair<std::string_view, int> k_tables[] = {
      {"permit ORDER BY client_id, permit_id", 17},
      {"permit_history ORDER BY client_id, permit_id, version", 10},
      {"permit_count ORDER BY client_id, zone_name_id, permit_type, replica", 5},
      {"permit_income ORDER BY client_id, day, integration_id, zone_name_id, permit_type, currency",
       9},
      {"zone_name ORDER BY client_id, zone_name_id", 5},
      {"new_name ORDER BY client_id, integration_id, day", 5},
      {"idempotency_key ORDER BY client_id, integration_id, endpoint, key", 7},
      {"list_item WHERE kind <> 'province' ORDER BY client_id, kind, item_id", 10},
      {"vehicle ORDER BY client_id, vehicle_id", 19},
      {"profile ORDER BY client_id, profile_id", 34},
      {"profile_history ORDER BY client_id, profile_id, version", 6},
      {"violation ORDER BY client_id, violation_id", 32},
      {"payment ORDER BY client_id, violation_id, payment_id", 8},
      {"payment_reversal ORDER BY client_id, violation_id, payment_id", 6},
      {"collection_batch ORDER BY client_id, batch_id", 6},
  };
  std::string content;
  for (const auto& [table, columns] : k_tables) {
    append_rows(app.database(), "SELECT * FROM " + std::string(table), columns, content);
  }
  return content;
}

std::int64_t TestApi::writes() {
  return number(
      "SELECT CAST((SELECT COALESCE(SUM(version), 0) FROM permit) + (SELECT COUNT(*) FROM "
      "zone_name) "
      "+ (SELECT COUNT(*) FROM idempotency_key) + (SELECT COUNT(*) FROM list_item) "
      "+ (SELECT COUNT(*) FROM vehicle) + (SELECT COALESCE(SUM(version), 0) FROM profile) "
      "+ (SELECT COUNT(*) FROM collection_batch) AS BIGINT)");
}

std::int64_t TestApi::miscounts() {
  const std::int64_t counters = number(
      "SELECT COUNT(*) FROM (SELECT client_id, zone_name_id, permit_type, SUM(total) AS n FROM "
      "(SELECT client_id, zone_name_id, permit_type, total FROM permit_count UNION ALL "
      "SELECT client_id, zone_name_id, permit_type, -1 FROM permit WHERE deleted_at IS NULL) t "
      "GROUP BY client_id, zone_name_id, permit_type) u WHERE n <> 0");
  const std::int64_t histories = number(
      "SELECT COUNT(*) FROM permit p WHERE version <> 1 + (SELECT COUNT(*) FROM permit_history h "
      "WHERE h.client_id = p.client_id AND h.permit_id = p.permit_id)");
  const std::int64_t incomes = number(
      "SELECT COUNT(*) FROM (SELECT SUM(permits) AS n, SUM(cents) AS c FROM "
      "(SELECT client_id, integration_id, zone_name_id, permit_type, currency, permits, cents "
      "FROM permit_income UNION ALL SELECT client_id, integration_id, zone_name_id, permit_type, "
      "COALESCE(currency, ''), -1, -amount_cents FROM permit "
      "WHERE deleted_at IS NULL AND amount_cents IS NOT NULL) t "
      "GROUP BY client_id, integration_id, zone_name_id, permit_type, currency) u "
      "WHERE n <> 0 OR c <> 0");
  return counters + histories + incomes;
}

std::int64_t TestApi::number(std::string_view sql) {
  const std::string found = text(sql);
  return found.empty() ? 0 : std::stoll(found);
}

std::string TestApi::text(std::string_view sql) { return text_of(app.database(), sql); }

}  // namespace lotkeeper::tests
