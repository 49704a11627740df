#include "service/read_pool.hpp"

#include <fmt/format.h>

namespace lotkeeper::service {
namespace {

constexpr std::size_t k_threads_beside_a_server = 4;
constexpr std::size_t k_most_waiting_of_one = ReadPool::k_most_waiting / 4;

}  // namespace

database::DatabaseBusy too_many_wait(const Party& party) {
  const bool is_integration = party.integration != 0;
  return database::DatabaseBusy(
      fmt::format("Too many requests {}wait for an answer; send the same request again shortly.",
                  is_integration ? "of this integration " : ""));
}

ReadPool::ReadPool(database::Database& database)
    : m_database(database), m_threads(database.is_shared() ? k_threads_beside_a_server : 1) {}

ReadPool::~ReadPool() { stop(); }

void ReadPool::stop() {
  m_stopping = true;
  m_threads.join();
}

ReadPool::Place::Place(ReadPool& pool, Asker asker) : m_pool(pool), m_asker(asker) {
  const std::scoped_lock lock(pool.m_mutex);
  std::size_t& of_asker = pool.m_waiting_of[asker];
  if (pool.m_waiting >= k_most_waiting || of_asker >= k_most_waiting_of_one) {
    throw too_many_wait(asker);
  }
  ++of_asker;
  ++pool.m_waiting;
}

ReadPool::Place::~Place() {
  const std::scoped_lock lock(m_pool.m_mutex);
  --m_pool.m_waiting;
  const auto found = m_pool.m_waiting_of.find(m_asker);
  if (--found->second == 0) m_pool.m_waiting_of.erase(found);
}

boost::asio::awaitable<void> ReadPool::sync(Asker asker) {
  // A sync takes milliseconds, even on SQLite.
  co_await run(asker, [this] { m_database.sync(); });
}

void ReadPool::require_in_time(std::chrono::steady_clock::time_point asked) const {
  if (m_stopping) throw database::DatabaseUnavailable("the server is stopping");
  if (std::chrono::steady_clock::now() - asked > k_longest_wait) {
    throw database::DatabaseUnavailable("this request waited too long for its turn");
  }
}

}  // namespace lotkeeper::service
