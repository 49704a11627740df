#include "http/transport/event_loop.hpp"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <exception>
#include <iterator>

#include "base/thread.hpp"

namespace lotkeeper::http::transport {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using Error = boost::system::error_code;

// A connection that has been idle for longer than this gives its read buffer back.
constexpr Clock::duration k_rest_after = 3s;

// When stopping, a peer that does not close after its last reply is not waited for longer.
constexpr Clock::duration k_linger_at_stop = 250ms;
constexpr Clock::duration k_sweep_period_at_stop = 50ms;

// An honest handshake takes less, even over a slow network.
constexpr Clock::duration k_least_handshake = 1s;

// How long requests that did not wait for a reply are answered before the sockets are looked at.
constexpr Clock::duration k_time_for_turns = 250us;

void close(Socket& socket) {
  Error ignored;
  socket.close(ignored);
}

void cancel(Socket& socket) {
  Error ignored;
  socket.cancel(ignored);
}

}  // namespace

ConnectionState::ConnectionState(EventLoop& loop, Socket& socket)
    : m_loop(loop), m_socket(socket), m_place(loop.m_connections.size()) {
  loop.m_connections.push_back(this);
}

ConnectionState::~ConnectionState() {
  ConnectionState* const last = m_loop.m_connections.back();
  m_loop.m_connections[m_place] = last;
  last->m_place = m_place;
  m_loop.m_connections.pop_back();
  leave_handshake();
}

void ConnectionState::leave_handshake() {
  if (!m_handshake) return;
  m_loop.m_handshakes.erase(*m_handshake);
  m_handshake.reset();
}

void ConnectionState::enter(Phase new_phase, Clock::duration time_left) {
  if (phase == Phase::handshake) {
    leave_handshake();
    m_loop.look_at_handshakes();
  }
  phase = new_phase;
  since = Clock::now();
  deadline = since + time_left;
  timed_out = false;
  should_rest = false;
  if (phase != Phase::handshake) return;
  auto& handshakes = m_loop.m_handshakes;
  m_handshake = handshakes.insert(handshakes.end(), this);
}

void ConnectionState::enter_handling() {
  leave_handshake();
  phase = Phase::handling;
  deadline = Clock::time_point::max();
}

EventLoop::EventLoop(Clock::duration sweep_period, std::size_t handshake_limit)
    : m_handshake_limit(handshake_limit), m_sweep_period(sweep_period) {
  arm();
}

template <class Submit>
asio::awaitable<void> EventLoop::suspend(Submit submit) {
  return asio::async_initiate<const asio::use_awaitable_t<>, void()>(
      [submit](auto handler) {
        struct Suspended final : Waiter {
          explicit Suspended(decltype(handler) given) : m_handler(std::move(given)) {}
          void go_on() override { std::move(m_handler)(); }
          decltype(handler) m_handler;
        };
        submit(std::make_unique<Suspended>(std::move(handler)));
      },
      asio::use_awaitable);
}

asio::awaitable<void> EventLoop::turn() {
  return suspend([this](std::unique_ptr<Waiter> waiter) { wait_for_turn(std::move(waiter)); });
}

asio::awaitable<void> EventLoop::handshake_turn(Socket& socket) {
  if (make_room_for_handshake()) co_return;
  const auto submit = [this, &socket](std::unique_ptr<Waiter> waiter) {
    m_handshake_waiters.push_back({&socket, std::move(waiter)});
    look_at_handshakes();
  };
  co_await suspend(submit);
}

bool EventLoop::make_room_for_handshake() {
  if (m_handshakes.size() < m_handshake_limit) return true;
  ConnectionState* const oldest = m_handshakes.front();
  if (Clock::now() - oldest->since < k_least_handshake) return false;
  oldest->leave_handshake();
  close(oldest->m_socket);
  return true;
}

void EventLoop::look_at_handshakes() {
  if (m_handshake_waiters.empty() || m_are_handshakes_due) return;
  m_are_handshakes_due = true;
  asio::post(m_context, [this] { give_handshakes(); });
}

void EventLoop::give_handshakes() {
  m_are_handshakes_due = false;
  auto& waiters = m_handshake_waiters;
  const std::size_t most = 2 * m_handshake_limit;
  for (std::size_t i = most; i < waiters.size(); ++i) close(*waiters[i - most].socket);
  const auto gone = std::stable_partition(waiters.begin(), waiters.end(),
                                          [](const auto& each) { return each.socket->is_open(); });
  std::vector<HandshakeWaiter> resumed(std::make_move_iterator(gone),
                                       std::make_move_iterator(waiters.end()));
  waiters.erase(gone, waiters.end());
  for (const HandshakeWaiter& each : resumed) each.waiter->go_on();
  while (!waiters.empty() && (m_is_stopping || make_room_for_handshake())) {
    const HandshakeWaiter next = std::move(waiters.back());
    waiters.pop_back();
    next.waiter->go_on();
  }
}

void EventLoop::wait_for_turn(std::unique_ptr<Waiter> waiter) {
  m_waiters.push_back(std::move(waiter));
  if (m_are_turns_due) return;
  m_are_turns_due = true;
  asio::post(m_context, [this] { give_turns(); });
}

void EventLoop::give_turns() {
  m_are_turns_due = false;
  const Clock::time_point end = Clock::now() + k_time_for_turns;
  while (!m_waiters.empty()) {
    const auto waiter = std::move(m_waiters.front());
    m_waiters.pop_front();
    waiter->go_on();
    if (Clock::now() >= end) break;
  }
  if (m_waiters.empty() || m_are_turns_due) return;
  m_are_turns_due = true;
  asio::post(m_context, [this] { give_turns(); });
}

std::string_view EventLoop::date() {
  const std::time_t now = std::time(nullptr);
  if (now != m_date_second) {
    std::tm utc{};
    gmtime_r(&now, &utc);
    // The program never sets a locale, so these names are English ones.
    m_date_size = std::strftime(m_date, sizeof m_date, "%a, %d %b %Y %H:%M:%S GMT", &utc);
    m_date_second = now;
  }
  return {m_date, m_date_size};
}

void EventLoop::run() {
  const base::OnEventLoop mark;
  const auto work = asio::make_work_guard(m_context);
  for (;;) {
    try {
      m_context.run();
      return;
    } catch (const std::exception&) {
      // Each connection keeps its own exceptions; one from elsewhere (memory ran out in Asio) must
      // not take the others' connections with it.
    }
  }
}

void EventLoop::halt() { m_context.stop(); }

void EventLoop::begin_stop() {
  asio::post(m_context, [this] {
    m_is_stopping = true;
    m_sweep_period = std::min(m_sweep_period, k_sweep_period_at_stop);
    arm();
    for (ConnectionState* const state : m_connections) {
      switch (state->phase) {
        case Phase::handshake:
          close(state->m_socket);
          break;
        case Phase::idle:
          cancel(state->m_socket);
          break;
        case Phase::lingering:
          state->deadline = std::min(state->deadline, Clock::now() + k_linger_at_stop);
          break;
        case Phase::reading:
        case Phase::handling:
        case Phase::writing:
          break;
      }
    }
    look_at_handshakes();
  });
}

void EventLoop::cut_all() {
  asio::post(m_context, [this] {
    for (ConnectionState* const state : m_connections) close(state->m_socket);
    look_at_handshakes();
  });
}

void EventLoop::arm() {
  m_timer.expires_after(m_sweep_period);
  m_timer.async_wait([this](Error error) {
    if (error) return;
    sweep();
    arm();
  });
}

void EventLoop::sweep() {
  const Clock::time_point now = Clock::now();
  for (ConnectionState* const state : m_connections) {
    if (state->phase == Phase::idle && state->can_rest && !state->should_rest &&
        now - state->since > k_rest_after) {
      state->should_rest = true;
      cancel(state->m_socket);
    }
    if (now < state->deadline) continue;
    if (state->phase == Phase::reading) {
      state->timed_out = true;
      cancel(state->m_socket);
    } else {
      close(state->m_socket);
    }
  }
  look_at_handshakes();
}

}  // namespace lotkeeper::http::transport
