#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/console/query.hpp"
#include "domain/clients/role.hpp"
#include "domain/time.hpp"
#include "http/message.hpp"
#include "service/actor.hpp"
#include "service/collections/collections.hpp"
#include "store/clients/tenancy.hpp"
#include "store/operators/session.hpp"

/// One request of the console, and what answers it.
///
/// Handlers run on the console's own threads, never on an event loop: they may ask the database,
/// wait for a commit and hash a password.
namespace lotkeeper::api::console {

class OverviewCache;

/// What handlers work with.
struct Context {
  service::App& app;
  service::Collections& collections;
  OverviewCache& overviews;

  [[nodiscard]] base::Instant now() const { return app.clock().now(); }
};

/// Who may call a route: each may do what those before it may.
enum class Access : std::uint8_t {
  open,       ///< whoever
  signed_in,  ///< whoever has a session, whatever its role, even of no client
  viewer,
  officer,
  office,
  administrator,
};

/// The session behind a request, with the client that it is about.
struct Principal {
  store::Session session;
  std::optional<domain::Role> role;  ///< in that client
  std::optional<store::ClientRow> client;
  domain::TimeZone time_zone = domain::TimeZone::utc();
};

/// One request that has passed the door: its sender is known and may do what it asks.
struct Call {
  const http::Request& request;
  std::vector<std::string> ids;  ///< what the route's `{…}` stand for, in order
  Query query;
  std::optional<Principal> principal;  ///< none on open routes alone
  base::Instant now;
  std::string address;  ///< of the browser, as far as it is known
  std::string request_id;

  [[nodiscard]] const store::ClientRow& client() const { return *principal->client; }
  [[nodiscard]] store::ClientId client_id() const { return principal->client->id; }
  /// Who changes something by this request.
  [[nodiscard]] service::Actor actor(Context& context) const {
    return {context.app, principal ? principal->session.operator_id : 0};
  }
  [[nodiscard]] bool may(domain::Role role) const {
    return principal->role && *principal->role >= role;
  }
};

using domain::ErrorCode;
using domain::refused;
using domain::Result;
using http::Reply;

/// How long a handler takes, and so on which threads it runs.
enum class Pace : std::uint8_t {
  quick,
  hashes,   ///< a password: two at a time
  sums_up,  ///< all of a client's records: nobody who checks a plate waits for it
};

struct Route {
  http::Method method;
  std::string_view path;  ///< below /console/api: "/violations/{id}/payments"
  Access access;
  Result<Reply> (*handle)(Context& context, Call& call);
  Pace pace = Pace::quick;
  bool takes_upload = false;  ///< its body may have several megabytes
};

using Routes = std::vector<Route>;

// Each noun's own table.
[[nodiscard]] Routes session_routes();
[[nodiscard]] Routes operator_routes();
[[nodiscard]] Routes overview_routes();
[[nodiscard]] Routes plate_routes();
[[nodiscard]] Routes violation_routes();
[[nodiscard]] Routes violation_event_routes();
[[nodiscard]] Routes photo_routes();
[[nodiscard]] Routes batch_routes();
[[nodiscard]] Routes permit_routes();
[[nodiscard]] Routes vehicle_routes();
[[nodiscard]] Routes profile_routes();
[[nodiscard]] Routes zone_routes();
[[nodiscard]] Routes integration_routes();
[[nodiscard]] Routes money_routes();
[[nodiscard]] Routes reconciliation_routes();
[[nodiscard]] Routes settings_routes();

/// All of them.
[[nodiscard]] const Routes& routes();

}  // namespace lotkeeper::api::console
