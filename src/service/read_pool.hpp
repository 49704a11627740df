#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "database/database.hpp"
#include "service/party.hpp"

namespace lotkeeper::service {

/// The refusal of a request when too many of the same party are waiting.
[[nodiscard]] database::DatabaseBusy too_many_wait(const Party& party);

/// Short queries from event loops. If the database is another process, which may not respond for
/// seconds, they run on threads of this pool. SQLite is queried on the caller's thread, because it
/// answers sooner than another thread would wake.
class ReadPool {
 public:
  /// Whose query it is. Each asker may use a quarter of the places.
  using Asker = Party;

  static constexpr std::size_t k_most_waiting = 1'024;
  static constexpr std::chrono::seconds k_longest_wait{10};

  explicit ReadPool(database::Database& database);
  ReadPool(const ReadPool&) = delete;
  ReadPool& operator=(const ReadPool&) = delete;
  ~ReadPool();

  /// Runs `read(connection)`, first come, first served. Throws DatabaseBusy if too many are
  /// waiting, and DatabaseUnavailable if it waited too long for its turn, or after `stop`.
  template <class Read>
  auto ask(Asker asker, Read read)
      -> boost::asio::awaitable<std::invoke_result_t<Read, database::Connection&>> {
    if (!m_database.is_shared()) {
      const database::ReaderLease connection = m_database.read();
      co_return read(*connection);
    }
    co_return co_await run(asker, [this, &read] {
      const database::ReaderLease connection = m_database.read();
      return read(*connection);
    });
  }

  /// Returns when everything committed before the call is durable.
  boost::asio::awaitable<void> sync(Asker asker);

  /// Refuses queries that have not begun, and returns when the rest are answered.
  void stop();

 private:
  /// Holds one place in the waiting line while it lives.
  class Place {
   public:
    Place(ReadPool& pool, Asker asker);
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place();

   private:
    ReadPool& m_pool;
    Asker m_asker;
  };

  template <class Run>
  auto run(Asker asker, Run run) -> boost::asio::awaitable<std::invoke_result_t<Run>> {
    using Answer = std::invoke_result_t<Run>;
    const Place place(*this, asker);
    co_return co_await boost::asio::co_spawn(
        m_threads,
        [](ReadPool& pool, std::chrono::steady_clock::time_point asked,
           Run& running) -> boost::asio::awaitable<Answer> {
          pool.require_in_time(asked);
          co_return running();
        }(*this, std::chrono::steady_clock::now(), run),
        boost::asio::use_awaitable);
  }

  void require_in_time(std::chrono::steady_clock::time_point asked) const;

  database::Database& m_database;
  std::atomic<bool> m_stopping{false};
  std::mutex m_mutex;
  std::size_t m_waiting = 0;
  std::map<Asker, std::size_t> m_waiting_of;
  boost::asio::thread_pool m_threads;
};

}  // namespace lotkeeper::service
