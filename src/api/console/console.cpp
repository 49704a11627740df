#include "api/console/console.hpp"

#include <algorithm>
#include <new>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "api/console/inside.hpp"
#include "api/console/money/overview_cache.hpp"
#include "api/console/reading.hpp"
#include "api/console/reply.hpp"
#include "base/log.hpp"
#include "base/secret.hpp"
#include "base/text/text.hpp"
#include "base/uuid.hpp"
#include "http/address.hpp"
#include "http/error_reply.hpp"
#include "service/operators/sessions.hpp"

namespace lotkeeper::api::console {
namespace {

using boost::asio::awaitable;
using http::Method;

constexpr std::string_view k_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'";

/// A browser says where a request comes from, in one way or the other; what it says of another
/// site is refused. The own header cannot be sent by another site without being asked for first.
bool is_from_console(const http::Request& request) {
  if (!request.console) return false;
  if (request.fetch_site) return *request.fetch_site == "same-origin";
  if (!request.origin) return true;
  const std::size_t scheme = request.origin->find("://");
  return scheme != std::string_view::npos && request.host &&
         request.origin->substr(scheme + 3) == *request.host;
}

domain::Role needed(Access access) {
  switch (access) {
    case Access::open:
    case Access::signed_in:
    case Access::viewer:
      return domain::Role::viewer;
    case Access::officer:
      return domain::Role::officer;
    case Access::office:
      return domain::Role::office;
    case Access::administrator:
      return domain::Role::administrator;
  }
  return domain::Role::administrator;
}

}  // namespace

void secure(Reply& reply) {
  // Pages bring their own values, which are replaced.
  std::erase_if(reply.headers, [](const http::Header& header) {
    return header.name == "Content-Security-Policy" || header.name == "X-Content-Type-Options" ||
           header.name == "Referrer-Policy";
  });
  reply.headers.push_back({"Content-Security-Policy", std::string(k_policy)});
  reply.headers.push_back({"X-Content-Type-Options", "nosniff"});
  reply.headers.push_back({"Referrer-Policy", "no-referrer"});
  reply.headers.push_back({"Permissions-Policy", "camera=(self), geolocation=(self)"});
  reply.headers.push_back({"Cross-Origin-Opener-Policy", "same-origin"});
  reply.headers.push_back({"Cross-Origin-Resource-Policy", "same-origin"});
}

void log_call(const http::Request& request, const Route* route, const Reply& reply,
              const Stopwatch& watch) {
  // A stranger's requests must not fill the disk.
  constexpr unsigned k_most_refused = 100;
  const bool is_refused = reply.status >= 400;
  if (is_refused && !base::may_log("requests that the console refused", k_most_refused)) return;
  const auto id = std::ranges::find(reply.headers, "X-Request-Id", &http::Header::name);
  const auto took = std::chrono::steady_clock::now() - watch.began;
  // The route, not the path: a path may have a ticket or a reference.
  spdlog::info("console method={} route={} status={} us={} id={}",
               request.method == Method::other ? "other" : request.method_name,
               route != nullptr ? route->path : "-", reply.status,
               std::chrono::duration_cast<std::chrono::microseconds>(took).count(),
               id != reply.headers.end() ? id->value : "-");
}

std::string_view session_cookie(const http::Request& request) {
  std::string_view all = request.cookie.value_or("");
  while (!all.empty()) {
    const std::size_t end = std::min(all.find(';'), all.size());
    const std::string_view one = base::trim_white_space(all.substr(0, end));
    if (one.starts_with(k_cookie_name) && one.size() > k_cookie_name.size() &&
        one[k_cookie_name.size()] == '=') {
      return one.substr(k_cookie_name.size() + 1);
    }
    all.remove_prefix(std::min(end + 1, all.size()));
  }
  return {};
}

Console::Console(service::App& app, service::Collections& collections,
                 std::span<const base::EmbeddedFile> pages,
                 std::vector<std::string> trusted_proxies)
    : m_overviews(std::make_unique<OverviewCache>()),
      m_context{app, collections, *m_overviews},
      m_files(pages),
      m_pages(pages),
      m_trusted_proxies(std::move(trusted_proxies)) {}

Console::~Console() { stop(); }

/// The browser's address: the connection's, or, where that is a trusted proxy, the last that it
/// names. Those before came with the request, and may be anything.
std::string Console::address_of(const http::Request& request) const {
  const bool is_proxy =
      request.peer.starts_with("127.") || request.peer == "::1" ||
      std::ranges::find(m_trusted_proxies, request.peer) != m_trusted_proxies.end();
  const std::string_view all = is_proxy ? request.forwarded_for.value_or("") : "";
  const std::string_view last = base::trim_white_space(all.substr(all.rfind(',') + 1));
  return http::counted_address(std::string(last.empty() ? request.peer : last));
}

void Console::stop() {
  m_hashing_queue.stop();
  for (Lane& lane : m_lanes) lane.threads.join();
}

Console::Lane& Console::lane_of(Pace pace) { return m_lanes[static_cast<std::size_t>(pace)]; }

awaitable<Reply> Console::handle(const http::Request& request) {
  const bool is_call = request.path == k_api || request.path.starts_with("/console/api/");
  if (!is_call) {
    Reply reply = serve_page(request);
    secure(reply);
    co_return reply;
  }
  const Match found = find(request);
  const bool hashes = found.route != nullptr && found.route->pace == Pace::hashes;
  Reply reply;
  // Not with `?:`, in which g++ 12 loses what a co_await gives.
  if (hashes) {
    reply = co_await handle_hashing(request, found);
  } else {
    reply = co_await handle_call(request, found);
  }
  secure(reply);
  co_return reply;
}

awaitable<Reply> Console::handle_call(const http::Request& request, const Match& found) {
  Lane& lane = lane_of(found.route == nullptr ? Pace::quick : found.route->pace);
  const Waiting waiting(lane.waiting);
  if (lane.waiting > lane.most_waiting) co_return busy_reply();
  Reply reply = co_await boost::asio::co_spawn(
      lane.threads,
      [](Console& self, const http::Request& asked, const Match& wanted) -> awaitable<Reply> {
        co_return self.serve_call(asked, wanted);
      }(*this, request, found),
      boost::asio::use_awaitable);
  co_return reply;
}

/// Nobody gets a place to hash who may not have what they ask for, or has to wait first.
Reply Console::refuse(http::FramingFault fault, const http::Request&) {
  const http::FramingRefusal refused = http::framing_refusal(fault);
  Reply reply = error_reply(refused.refusal, "-", refused.status);
  reply.close = true;
  secure(reply);
  return reply;
}

Reply Console::busy_reply() {
  const std::string request_id = base::make_uuid_v7(m_context.now()).to_string();
  Reply reply = plain_error(503, "busy", "The server is busy. Try again in a moment.", request_id);
  reply.headers.push_back({"Retry-After", "1"});
  reply.headers.push_back({"X-Request-Id", request_id});
  return reply;
}

Reply Console::serve_page(const http::Request& request) const {
  if (request.method != Method::get && request.method != Method::head) {
    Reply reply = plain_error(405, "method", "Pages accept only GET and HEAD.", "-");
    reply.headers.push_back({"Allow", "GET, HEAD"});
    return reply;
  }
  const base::EmbeddedFile* file = m_pages.find(request.path);
  const std::string_view last = request.path.substr(request.path.rfind('/') + 1);
  // The page finds its own way from any address; what looks like a file is one or is not there.
  if (file == nullptr && last.find('.') == std::string_view::npos) file = m_pages.find(k_root);
  if (file == nullptr) return plain_error(404, "notFound", "There is no such page.", "-");
  Reply reply = m_pages.reply(*file, request);
  if (request.path.starts_with("/console/assets/")) {
    for (http::Header& header : reply.headers) {
      // Their names change with their content.
      if (header.name == "Cache-Control") header.value = "public, max-age=31536000, immutable";
    }
  }
  return reply;
}

Reply Console::serve_call(const http::Request& request, const Match& found) {
  const Stopwatch watch;
  Reply reply = answer(request, found, base::make_uuid_v7(m_context.now()).to_string());
  log_call(request, found.route, reply, watch);
  return reply;
}

Reply Console::answer(const http::Request& request, const Match& found,
                      const std::string& request_id) {
  Reply reply;
  try {
    auto result = admit_and_handle(request, found, request_id);
    reply = result ? std::move(*result) : error_reply(result.error(), request_id);
  } catch (const database::DatabaseBusy& error) {
    base::log_seldom(spdlog::level::warn, fmt::format("a request was refused: {}", error.what()));
    reply = plain_error(503, "busy", error.what(), request_id);
    reply.headers.push_back({"Retry-After", "1"});
  } catch (const database::DatabaseUnavailable& error) {
    base::log_seldom(spdlog::level::err,
                     fmt::format("the database is unavailable: {}", error.what()));
    reply = plain_error(503, "busy", "The database is unavailable. Try again shortly.", request_id);
    reply.headers.push_back({"Retry-After", "1"});
  } catch (const std::bad_alloc&) {
    spdlog::error("request {}: there is not enough memory", request_id);
    reply =
        plain_error(503, "busy", "The server is short of memory. Try again shortly.", request_id);
    reply.headers.push_back({"Retry-After", "1"});
  } catch (const std::exception& error) {
    base::log_seldom(spdlog::level::err, fmt::format("a request failed: {}", error.what()),
                     request_id);
    reply = plain_error(500, "internal", "Something went wrong on the server. Its log says why.",
                        request_id);
  }
  const auto has = [&reply](std::string_view name) {
    return std::ranges::any_of(reply.headers,
                               [&](const auto& header) { return header.name == name; });
  };
  if (!has("Cache-Control")) reply.headers.push_back({"Cache-Control", "no-store"});
  reply.headers.push_back({"X-Request-Id", request_id});
  return reply;
}

std::optional<Principal> Console::find_principal(const http::Request& request, base::Instant now) {
  const std::string_view cookie = session_cookie(request);
  if (cookie.empty()) return std::nullopt;
  const auto connection = m_context.app.database().read();
  auto session = store::find_session(*connection, base::sha256(cookie), now);
  if (!session) return std::nullopt;
  Principal principal{std::move(*session), {}, {}, domain::TimeZone::utc()};
  if (principal.session.client != store::k_all_clients) {
    principal.client = store::find_client(*connection, principal.session.client);
    if (principal.client) {
      principal.role =
          store::role_in(*connection, principal.session.operator_id, principal.client->id);
      if (auto zone = domain::TimeZone::find(principal.client->time_zone))
        principal.time_zone = *zone;
    }
  }
  return principal;
}

Result<Reply> Console::admit_and_handle(const http::Request& request, const Match& found,
                                        const std::string& request_id) {
  if (found.route == nullptr && found.path_is_known) {
    return plain_error(405, "method", "This address does not accept this method.", request_id);
  }
  if (found.route == nullptr) {
    return plain_error(404, "notFound", "There is no such address.", request_id);
  }
  const Route& route = *found.route;
  if (request.method != Method::get && !is_from_console(request)) {
    return plain_error(403, "origin",
                       "Changes must come from the console's own pages, with X-Lotkeeper-Console.",
                       request_id);
  }
  if (request.body_over_limit) {
    return plain_error(413, "tooLarge", "The body is over this server's size limit.", request_id);
  }
  Call call{request,   found.ids, Query(request.query), {}, m_context.now(), address_of(request),
            request_id};
  if (route.access != Access::open) {
    call.principal = find_principal(request, call.now);
    if (!call.principal) {
      return plain_error(401, "signIn", "Please sign in. Your session may have ended.", request_id);
    }
    if (route.access != Access::signed_in && !call.may(needed(route.access))) {
      return plain_error(403, "role", "Your role does not allow this.", request_id);
    }
    service::note_use(m_context.app, call.principal->session);
  }
  Result<Reply> reply = route.handle(m_context, call);
  // Also where no handler reads the query: what asks changes nothing, so it may be refused now.
  auto faults = call.query.faults();
  if (request.method != Method::get || faults.empty()) return reply;
  const bool is_told = !reply && reply.error().faults.front().detail == faults.front().detail;
  if (is_told) return reply;
  return tl::unexpected<domain::Refusal>({std::move(faults), {}, 0});
}

}  // namespace lotkeeper::api::console
