#pragma once

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/stream_base.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "http/address.hpp"
#include "http/transport/connections.hpp"
#include "http/transport/event_loop.hpp"
#include "http/transport/reply_head.hpp"
#include "http/transport/requests/read_buffer.hpp"
#include "http/transport/requests/request_reader.hpp"

namespace lotkeeper::http::transport {

template <class Stream>
class Connection {
 public:
  Connection(EventLoop& loop, Stream& stream, Service service)
      : m_loop(loop),
        m_stream(stream),
        m_service(service),
        m_state(loop, socket()),
        m_reader(
            {service.options.header_limit, service.options.body_limit, service.options.drain_limit,
             service.options.upload_limit, service.options.takes_upload},
            service.request_memory, service.upload_memory),
        m_buffer_share(service.request_memory) {}

  boost::asio::awaitable<void> serve();
  /// Answers with a refusal, whatever comes, and closes.
  boost::asio::awaitable<void> refuse(FramingFault fault);

 private:
  static constexpr bool k_is_tls = !std::is_same_v<Stream, Socket>;
  static constexpr auto k_result = boost::asio::as_tuple(boost::asio::use_awaitable);

  // A peer that is still sending gets to read the reply only if what it sends is taken from it:
  // closing a socket with unread bytes resets the connection, and the reply is lost with it.
  static constexpr std::chrono::seconds k_linger_time{5};
  static constexpr std::size_t k_linger_bytes = 32 * 1024 * 1024;
  static constexpr std::size_t k_linger_read = 4096;
  static constexpr std::chrono::milliseconds k_last_look{250};

  static constexpr std::size_t k_kept_buffer = 4096;

  enum class Received { nothing, request, fault, refused_upload };
  enum class Sent { and_goes_on, and_closes, not_whole };
  using Error = boost::system::error_code;
  using Pieces = std::array<boost::asio::const_buffer, 3>;

  boost::asio::awaitable<bool> shake_hands();
  void note_pipelining();
  boost::asio::awaitable<Received> receive();
  boost::asio::awaitable<void> rest();
  boost::asio::awaitable<bool> admit_upload();
  boost::asio::awaitable<Sent> answer();
  boost::asio::awaitable<void> send_last(Reply& reply);
  boost::asio::awaitable<bool> send(Reply& reply, const ReplyForm& form);
  boost::asio::awaitable<bool> stream(BodySource& source, bool in_chunks);
  boost::asio::awaitable<bool> write(Pieces& pieces);
  boost::asio::awaitable<void> linger();

  bool write_now(Pieces& pieces);

  [[nodiscard]] Request request_so_far();

  static boost::asio::const_buffer piece(std::string_view text) {
    return {text.data(), text.size()};
  }
  static void drop_front(Pieces& pieces, std::size_t count);

  Socket& socket() {
    if constexpr (k_is_tls) {
      return m_stream.next_layer();
    } else {
      return m_stream;
    }
  }

  EventLoop& m_loop;
  Stream& m_stream;
  Service m_service;
  ConnectionState m_state;
  ReadBuffer m_buffer;
  RequestReader m_reader;
  MemoryShare m_buffer_share;
  std::unique_ptr<Reply> m_refusal;  ///< of an upload
  std::string m_head;
  std::string m_peer;
  FramingFault m_fault = FramingFault::malformed;
  bool m_pipelines = false;         ///< sends requests without waiting for replies
  unsigned m_answered_of_read = 0;  ///< requests that one read brought in
  unsigned m_reads_of_one = 0;      ///< one after another, that brought in a single request each
};

template <class Stream>
boost::asio::awaitable<void> Connection<Stream>::serve() {
  if constexpr (k_is_tls) {
    if (!co_await shake_hands()) co_return;
  } else {
    Error ignored;
    m_stream.non_blocking(true, ignored);
    // One that has never sent anything costs no buffer.
    m_state.enter(Phase::idle, m_service.options.idle_timeout);
    if (!m_loop.is_stopping()) co_await rest();
  }

  for (;;) {
    const Received received = co_await receive();
    if (received == Received::nothing) co_return;
    if (received == Received::fault) {
      co_await refuse(m_fault);
      co_return;
    }
    if (received == Received::refused_upload) {
      co_await send_last(*m_refusal);
      co_return;
    }
    if (m_pipelines) {
      m_state.enter_handling();
      co_await m_loop.turn();
    }

    const Sent sent = co_await answer();
    if (sent == Sent::not_whole) co_return;
    if (sent == Sent::and_closes) {
      co_await linger();
      co_return;
    }

    m_reader.finish(m_buffer);
    m_buffer.shrink(k_kept_buffer);
    static_cast<void>(m_buffer_share.hold(m_buffer.capacity()));
    note_pipelining();
  }
}

template <class Stream>
void Connection<Stream>::note_pipelining() {
  ++m_answered_of_read;
  if (m_buffer.size() > 0 || m_answered_of_read > 1) {
    m_pipelines = true;
    m_reads_of_one = 0;
  } else if (++m_reads_of_one > 1) {
    // The last request of a pipeline also comes alone.
    m_pipelines = false;
  }
}

template <class Stream>
boost::asio::awaitable<bool> Connection<Stream>::shake_hands() {
  if (m_loop.is_stopping()) co_return false;
  m_state.enter(Phase::handshake, m_service.options.handshake_timeout);
  const auto [error] =
      co_await m_stream.async_handshake(boost::asio::ssl::stream_base::server, k_result);
  co_return !error;
}

template <class Stream>
boost::asio::awaitable<typename Connection<Stream>::Received> Connection<Stream>::receive() {
  bool has_begun = false;
  bool is_idle = false;
  for (;;) {
    const Progress progress = m_reader.advance(m_buffer);
    if (progress == Progress::complete) co_return Received::request;
    if (progress == Progress::faulty) {
      m_fault = m_reader.fault();
      co_return Received::fault;
    }

    if (!has_begun && m_reader.has_begun(m_buffer)) {
      has_begun = true;
      m_state.enter(Phase::reading, m_service.options.request_timeout);
    } else if (!has_begun && m_loop.is_stopping()) {
      // A request that the kernel has taken in is one that has begun.
      Error error;
      if (socket().available(error) == 0 || error) co_return Received::nothing;
      m_state.enter(Phase::idle, k_last_look);
    } else if (!has_begun && !is_idle) {
      is_idle = true;
      m_state.enter(Phase::idle, m_service.options.idle_timeout);
    }
    if (m_reader.asks_to_upload()) {
      if (!co_await admit_upload()) co_return Received::refused_upload;
      continue;
    }
    if (m_reader.takes_continue()) {
      Pieces go_on{piece("HTTP/1.1 100 Continue\r\n\r\n")};
      const auto deadline = m_state.deadline;
      if (!co_await write(go_on)) co_return Received::nothing;
      m_state.phase = Phase::reading;
      m_state.deadline = deadline;
    }

    const std::size_t wanted = m_reader.wanted();
    auto room = m_buffer.prepare(wanted);
    if (!m_buffer_share.hold(m_buffer.capacity())) {
      m_fault = FramingFault::too_much_memory;
      co_return Received::fault;
    }
    // Requests that wait are left to the kernel, which then slows their sender down.
    room = room.first(std::min(room.size(), std::max(wanted, k_kept_buffer)));
    m_answered_of_read = 0;
    m_state.can_rest = !k_is_tls;
    const auto [error, count] =
        co_await m_stream.async_read_some(boost::asio::buffer(room.data(), room.size()), k_result);
    m_buffer.commit(count);
    if (!error) continue;
    if (error != boost::asio::error::operation_aborted || !socket().is_open()) {
      co_return Received::nothing;
    }
    if (m_state.timed_out) {
      m_fault = FramingFault::timed_out;
      co_return Received::fault;
    }
    if (m_state.should_rest) co_await rest();
  }
}

template <class Stream>
boost::asio::awaitable<void> Connection<Stream>::rest() {
  m_buffer.shrink(0);
  m_state.can_rest = false;
  m_state.should_rest = false;
  // Whatever ends the wait shows itself again in the read that follows.
  co_await socket().async_wait(Socket::wait_read, k_result);
}

template <class Stream>
boost::asio::awaitable<bool> Connection<Stream>::admit_upload() {
  const Request head = request_so_far();
  const auto deadline = m_state.deadline;
  m_state.enter_handling();
  auto refusal = co_await m_service.handler.refuse_upload(head);
  if (refusal) {
    m_refusal = std::make_unique<Reply>(std::move(*refusal));
    co_return false;
  }
  m_state.phase = Phase::reading;
  m_state.deadline = deadline;
  m_reader.allow_upload();
  co_return true;
}

template <class Stream>
Request Connection<Stream>::request_so_far() {
  Request request = m_reader.request(m_buffer);
  if (m_service.options.wants_peer != nullptr && m_service.options.wants_peer(request.path)) {
    Error error;
    const auto peer = socket().remote_endpoint(error);
    if (!error) m_peer = text_of(peer.address());
    request.peer = m_peer;
  }
  return request;
}

template <class Stream>
boost::asio::awaitable<typename Connection<Stream>::Sent> Connection<Stream>::answer() {
  const Request request = request_so_far();
  m_state.enter_handling();
  Reply reply;
  try {
    reply = co_await m_service.handler.handle(request);
  } catch (...) {
    co_return Sent::not_whole;
  }
  // One transaction ends for many of them at once.
  if (m_pipelines) co_await m_loop.turn();

  ReplyForm form;
  form.http_1_1 = m_reader.is_http_1_1();
  form.head_only = request.method == Method::head;
  form.close = reply.close || !m_reader.keeps_alive() || m_loop.is_stopping() ||
               (reply.source != nullptr && !form.http_1_1);
  if (!co_await send(reply, form)) co_return Sent::not_whole;
  co_return form.close ? Sent::and_closes : Sent::and_goes_on;
}

template <class Stream>
boost::asio::awaitable<void> Connection<Stream>::refuse(FramingFault fault) {
  Request partial = m_reader.request(m_buffer);
  partial.body = {};
  m_state.enter_handling();
  Reply reply = m_service.handler.refuse(fault, partial);
  co_await send_last(reply);
}

template <class Stream>
boost::asio::awaitable<void> Connection<Stream>::send_last(Reply& reply) {
  ReplyForm form;
  form.http_1_1 = m_reader.is_http_1_1();
  form.head_only = m_reader.request(m_buffer).method == Method::head;
  form.close = true;
  if (co_await send(reply, form)) co_await linger();
}

template <class Stream>
boost::asio::awaitable<bool> Connection<Stream>::send(Reply& reply, const ReplyForm& form_so_far) {
  ReplyForm form = form_so_far;
  form.date = m_loop.date();
  form.is_tls = k_is_tls;
  m_head.clear();
  append_head(m_head, reply, form);

  if (has_body(reply, form) && reply.source != nullptr) {
    co_return co_await stream(*reply.source, form.http_1_1);
  }
  Pieces pieces{piece(m_head)};
  if (has_body(reply, form)) {
    pieces[1] = piece(reply.static_body.empty() ? reply.body : reply.static_body);
  }
  // Not `||`: g++ 12 awaits the right side whatever the left one says.
  if (write_now(pieces)) co_return true;
  co_return co_await write(pieces);
}

template <class Stream>
boost::asio::awaitable<bool> Connection<Stream>::stream(BodySource& source, bool in_chunks) {
  for (;;) {
    m_state.enter_handling();
    std::optional<std::string> part;
    try {
      part = co_await source.next();
    } catch (...) {
      co_return false;
    }
    // A chunk of no bytes would be the closing one.
    if (part && part->empty()) continue;

    Pieces pieces;
    if (in_chunks && part) {
      append_chunk_size(m_head, part->size());
      pieces[2] = piece("\r\n");
    } else if (in_chunks) {
      m_head.append("0\r\n\r\n");
    }
    pieces[0] = piece(m_head);
    if (part) pieces[1] = piece(*part);
    if (!co_await write(pieces)) co_return false;
    m_head.clear();
    if (!part) co_return true;
  }
}

template <class Stream>
bool Connection<Stream>::write_now(Pieces& pieces) {
  // The kernel nearly always has room for a reply: then it is written without a turn of the loop.
  // TLS cannot: what a write that would block has encrypted so far would be lost.
  if constexpr (!k_is_tls) {
    Error error;
    const std::size_t written = m_stream.write_some(pieces, error);
    if (error) return false;
    drop_front(pieces, written);
  }
  return boost::asio::buffer_size(pieces) == 0;
}

template <class Stream>
boost::asio::awaitable<bool> Connection<Stream>::write(Pieces& pieces) {
  while (boost::asio::buffer_size(pieces) > 0) {
    // Beast's TLS stream would write nothing, again and again, if the first piece were empty.
    std::stable_partition(pieces.begin(), pieces.end(),
                          [](const boost::asio::const_buffer& piece) { return piece.size() > 0; });
    m_state.enter(Phase::writing, m_service.options.write_timeout);
    const auto [error, written] = co_await m_stream.async_write_some(pieces, k_result);
    if (error) co_return false;
    drop_front(pieces, written);
  }
  co_return true;
}

template <class Stream>
void Connection<Stream>::drop_front(Pieces& pieces, std::size_t count) {
  for (auto& piece : pieces) {
    const std::size_t from_this = std::min(count, piece.size());
    piece += from_this;
    count -= from_this;
  }
}

template <class Stream>
boost::asio::awaitable<void> Connection<Stream>::linger() {
  if (m_loop.is_stopping()) {
    m_state.enter(Phase::lingering, k_last_look);
  } else {
    m_state.enter(Phase::lingering, k_linger_time);
  }
  if constexpr (k_is_tls) co_await m_stream.async_shutdown(k_result);
  Error ignored;
  socket().shutdown(Socket::shutdown_send, ignored);

  m_buffer.consume(m_buffer.size());
  for (std::size_t dropped = 0; dropped < k_linger_bytes;) {
    const auto room = m_buffer.prepare(k_linger_read);
    const auto [error, count] =
        co_await socket().async_read_some(boost::asio::buffer(room.data(), room.size()), k_result);
    if (error) co_return;
    dropped += count;
  }
}

}  // namespace lotkeeper::http::transport
