#include "http/transport/event_loop.hpp"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <exception>

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

void close(Socket& socket) {
  Error ignored;
  socket.close(ignored);
}

void cancel(Socket& socket) {
  Error ignored;
  socket.cancel(ignored);
}

}  // namespace

Session::Session(EventLoop& loop, Socket& socket)
    : m_loop(loop), m_socket(socket), m_place(loop.m_sessions.size()) {
  loop.m_sessions.push_back(this);
}

Session::~Session() {
  Session* const last = m_loop.m_sessions.back();
  m_loop.m_sessions[m_place] = last;
  last->m_place = m_place;
  m_loop.m_sessions.pop_back();
}

void Session::enter(Phase new_phase, Clock::duration time_left) {
  phase = new_phase;
  since = Clock::now();
  deadline = since + time_left;
  timed_out = false;
  should_rest = false;
}

void Session::enter_handling() {
  phase = Phase::handling;
  deadline = Clock::time_point::max();
}

EventLoop::EventLoop(Clock::duration sweep_period) : m_sweep_period(sweep_period) { arm(); }

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
    for (Session* const session : m_sessions) {
      switch (session->phase) {
        case Phase::handshake:
          close(session->m_socket);
          break;
        case Phase::idle:
          cancel(session->m_socket);
          break;
        case Phase::lingering:
          session->deadline = std::min(session->deadline, Clock::now() + k_linger_at_stop);
          break;
        case Phase::reading:
        case Phase::handling:
        case Phase::writing:
          break;
      }
    }
  });
}

void EventLoop::cut_all() {
  asio::post(m_context, [this] {
    for (Session* const session : m_sessions) close(session->m_socket);
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
  for (Session* const session : m_sessions) {
    if (session->phase == Phase::idle && session->can_rest && !session->should_rest &&
        now - session->since > k_rest_after) {
      session->should_rest = true;
      cancel(session->m_socket);
    }
    if (now < session->deadline) continue;
    if (session->phase == Phase::reading) {
      session->timed_out = true;
      cancel(session->m_socket);
    } else {
      close(session->m_socket);
    }
  }
}

}  // namespace lotkeeper::http::transport
