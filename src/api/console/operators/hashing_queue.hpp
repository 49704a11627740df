#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "base/clock.hpp"
#include "service/commit/waiter.hpp"
#include "service/operators/sessions.hpp"

/// Who hashes a password next. One hash takes 64 MiB and a tenth of a second.
namespace lotkeeper::api::console {

/// Gives out turns to hash, a few at a time. Under a flood the turns go to those who least look
/// like it: addresses that have no turn now, then those that signed in before, then those with the
/// fewest wrong sign-ins, then the one that was served longest ago, then the newest request.
///
/// What it knows of addresses is a copy of what the database counts: it saves work, the database
/// decides.
class HashingQueue {
 public:
  static constexpr std::size_t k_most_of_address = 8;
  static constexpr std::size_t k_most_waiting = 256;
  static constexpr std::size_t k_most_addresses = 20'000;
  static constexpr std::chrono::seconds k_longest_wait{10};

  explicit HashingQueue(std::size_t at_once) : m_at_once(at_once) {}
  HashingQueue(const HashingQueue&) = delete;
  HashingQueue& operator=(const HashingQueue&) = delete;

  /// A turn to hash; gives it on when it ends.
  class Turn {
   public:
    Turn() = default;
    Turn(HashingQueue& queue, std::string address)
        : m_queue(&queue), m_address(std::move(address)) {}
    Turn(Turn&& other) noexcept
        : m_queue(std::exchange(other.m_queue, nullptr)), m_address(std::move(other.m_address)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
      if (m_queue != nullptr) m_queue->leave(m_address);
    }
    /// Whether there is one.
    explicit operator bool() const { return m_queue != nullptr; }

   private:
    HashingQueue* m_queue = nullptr;
    std::string m_address;
  };

  /// How long `address` has to wait before its next try is judged; 0: it may try now.
  [[nodiscard]] std::chrono::milliseconds wait_of(const std::string& address, base::Instant now);

  /// Waits for a turn. There is none where too many of this address wait, where too many wait
  /// altogether and this one comes last, and after ten seconds.
  [[nodiscard]] boost::asio::awaitable<Turn> enter(std::string address);

  /// What the database counts for `address` after its try.
  void note(const std::string& address, const service::AddressStanding& standing,
            bool has_signed_in, base::Instant now);

  /// Sends away those who wait, and gives no more turns. Call it while their event loops exist.
  void stop();

 private:
  struct Entry {
    std::string address;
    std::chrono::steady_clock::time_point since;
    std::uint64_t number = 0;  ///< later ones have greater ones
    bool has_turn = false;
  };
  struct Address {
    service::AddressStanding standing;
    bool has_signed_in = false;
    std::size_t places = 0;  ///< of its requests, those that wait and those with a turn
    std::size_t turns = 0;   ///< of those, these have a turn
    std::uint64_t last_turn = 0;
  };
  using Waiters = service::Waiters<Entry>;

  void leave(const std::string& address);
  void submit(std::unique_ptr<service::Waiter<Entry>> waiter);
  [[nodiscard]] bool comes_before(const Entry& one, const Entry& other) const;
  void give_turn(Entry& entry);
  void drop_places(const std::string& address);
  void forget_some(base::Instant now);

  const std::size_t m_at_once;
  std::mutex m_mutex;
  bool m_is_stopped = false;
  std::size_t m_turns = 0;
  std::uint64_t m_counter = 0;
  Waiters m_waiting;
  std::map<std::string, Address> m_addresses;
};

}  // namespace lotkeeper::api::console
