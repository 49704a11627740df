#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace lotkeeper::http::transport {

using Clock = std::chrono::steady_clock;
using Socket = boost::asio::ip::tcp::socket;

/// What a connection is doing, and so what happens to it when its deadline passes.
enum class Phase {
  handshake,  ///< cut off; sooner where others wait for a handshake
  idle,       ///< cut off
  reading,    ///< its read is cancelled, so that it can still answer
  handling,   ///< has no deadline
  writing,    ///< cut off
  lingering,  ///< cut off
};

class EventLoop;

/// A connection as its loop sees it: something with a socket and a deadline. Lives on its loop's
/// thread alone.
class ConnectionState {
 public:
  ConnectionState(EventLoop& loop, Socket& socket);
  ConnectionState(const ConnectionState&) = delete;
  ConnectionState& operator=(const ConnectionState&) = delete;
  ~ConnectionState();

  void enter(Phase phase, Clock::duration time_left);
  void enter_handling();

  Phase phase = Phase::idle;
  Clock::time_point since = Clock::now();
  Clock::time_point deadline = Clock::time_point::max();
  bool timed_out = false;  ///< the deadline passed in `Phase::reading`
  bool can_rest = false;   ///< holds memory that it can do without while idle
  bool should_rest = false;

 private:
  friend class EventLoop;

  void leave_handshake();

  EventLoop& m_loop;
  Socket& m_socket;
  std::size_t m_place = 0;
  std::optional<std::list<ConnectionState*>::iterator> m_handshake;
};

/// One thread's worth of connections.
///
/// One timer keeps all deadlines. It looks at every connection a few times in the shortest timeout,
/// at most once a second. To set a deadline is then to write down a number; a timer for each
/// operation would cost two heap operations and now and then a system call. A connection may live
/// longer than its deadline by the time between two looks.
///
/// Connections that send requests without waiting for replies take turns (`turn`): one for each
/// request, and one for its reply. After a fraction of a millisecond the sockets are looked at
/// again. A connection that waits for each reply never waits for a turn.
class EventLoop {
 public:
  EventLoop(Clock::duration sweep_period, std::size_t handshake_limit);
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  [[nodiscard]] boost::asio::any_io_executor executor() { return m_context.get_executor(); }
  [[nodiscard]] bool is_stopping() const { return m_is_stopping; }

  /// Now, as a Date field has it.
  [[nodiscard]] std::string_view date();

  /// Ends when it is the caller's turn.
  [[nodiscard]] boost::asio::awaitable<void> turn();

  /// Returns when a TLS handshake may begin. If there are too many, this is when another one ends,
  /// or has lasted for a second and is cut off. The newest connection goes first. If too many wait,
  /// the socket of the one that waited longest is closed.
  [[nodiscard]] boost::asio::awaitable<void> handshake_turn(Socket& socket);

  /// Runs on the calling thread until `halt`.
  void run();
  /// From any thread: `run` returns soon. Coroutines that wait are not resumed.
  void halt();

  /// From any thread: idle connections end now, the others with their reply.
  void begin_stop();
  /// From any thread: closes every socket.
  void cut_all();

 private:
  friend class ConnectionState;

  /// Somebody who waits for a turn.
  struct Waiter {
    Waiter() = default;
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    virtual ~Waiter() = default;
    virtual void go_on() = 0;
  };

  struct HandshakeWaiter {
    Socket* socket;
    std::unique_ptr<Waiter> waiter;
  };

  /// Suspends the caller and gives `submit` the Waiter that resumes it.
  template <class Submit>
  boost::asio::awaitable<void> suspend(Submit submit);

  void arm();
  void sweep();
  [[nodiscard]] bool make_room_for_handshake();
  void look_at_handshakes();
  void give_handshakes();
  void wait_for_turn(std::unique_ptr<Waiter> waiter);
  void give_turns();

  // Before the context, as the coroutines that it destroys at its end still sign off here.
  std::vector<ConnectionState*> m_connections;
  std::list<ConnectionState*> m_handshakes;  ///< the oldest first
  std::size_t m_handshake_limit;
  Clock::duration m_sweep_period;
  bool m_are_turns_due = false;
  bool m_are_handshakes_due = false;
  bool m_is_stopping = false;
  std::time_t m_date_second = -1;
  char m_date[32] = {};
  std::size_t m_date_size = 0;

  boost::asio::io_context m_context{1};
  boost::asio::steady_timer m_timer{m_context};
  // After the context, which takes back the coroutines in it.
  std::deque<std::unique_ptr<Waiter>> m_waiters;
  std::deque<HandshakeWaiter> m_handshake_waiters;
};

}  // namespace lotkeeper::http::transport
