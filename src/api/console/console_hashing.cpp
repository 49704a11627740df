#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "api/console/inside.hpp"
#include "api/console/reply.hpp"
#include "base/uuid.hpp"
#include "service/operators/sessions.hpp"

/// Requests that hash a password or have a large body. The sender is checked first.
namespace lotkeeper::api::console {

using boost::asio::awaitable;

awaitable<Reply> Console::handle_hashing(const http::Request& request, const Match& found) {
  const std::string address = address_of(request);
  if (found.route->access == Access::open) {
    if (const auto wait = m_hashing_queue.wait_of(address, m_context.now()); wait.count() > 0) {
      const std::string request_id = base::make_uuid_v7(m_context.now()).to_string();
      Reply reply = error_reply(service::wait_first(wait), request_id);
      reply.headers.push_back({"X-Request-Id", request_id});
      co_return reply;
    }
  } else {
    auto refusal = co_await refuse_stranger(request, found);
    if (refusal) co_return std::move(*refusal);
  }
  const HashingQueue::Turn turn = co_await m_hashing_queue.enter(address);
  if (!turn) co_return busy_reply();
  Reply reply = co_await boost::asio::co_spawn(
      lane_of(Pace::hashes).threads,
      [](Console& self, const http::Request& asked, const Match& wanted,
         const std::string& from) -> awaitable<Reply> {
        co_return self.serve_hashing(asked, wanted, from);
      }(*this, request, found, address),
      boost::asio::use_awaitable);
  co_return reply;
}

Reply Console::serve_hashing(const http::Request& request, const Match& found,
                             const std::string& address) {
  Reply reply = serve_call(request, found);
  try {
    const auto connection = m_context.app.database().read();
    m_hashing_queue.note(address, service::standing_of(*connection, address), reply.status < 300,
                         m_context.now());
  } catch (const std::exception&) {
    // The queue then knows less. The database still refuses an address that has to wait.
  }
  return reply;
}

awaitable<std::optional<Reply>> Console::refuse_upload(const http::Request& head) {
  const Match found = find(head);
  auto refusal = co_await refuse_stranger(head, found);
  if (refusal) secure(*refusal);
  co_return refusal;
}

awaitable<std::optional<Reply>> Console::refuse_stranger(const http::Request& request,
                                                         const Match& found) {
  Lane& lane = lane_of(Pace::quick);
  const Waiting waiting(lane.waiting);
  if (lane.waiting > lane.most_waiting) co_return busy_reply();
  co_return co_await boost::asio::co_spawn(
      lane.threads,
      [](Console& self, const http::Request& asked,
         const Match& wanted) -> awaitable<std::optional<Reply>> {
        co_return self.refusal_of_stranger(asked, wanted);
      }(*this, request, found),
      boost::asio::use_awaitable);
}

/// The refusal of a caller without a session or without the role, before any work is done.
std::optional<Reply> Console::refusal_of_stranger(const http::Request& request,
                                                  const Match& found) {
  if (found.route == nullptr) return serve_call(request, found);
  const Route guard{found.route->method, found.route->path, found.route->access,
                    [](Context&, Call&) -> Result<Reply> { return Reply(); }};
  Match guarded = found;
  guarded.route = &guard;
  const Stopwatch watch;
  Reply reply = answer(request, guarded, base::make_uuid_v7(m_context.now()).to_string());
  if (reply.status < 300) return std::nullopt;
  log_call(request, found.route, reply, watch);
  return reply;
}

}  // namespace lotkeeper::api::console
