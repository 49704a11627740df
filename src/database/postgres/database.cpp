#include "database/postgres/database.hpp"

#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "database/postgres/connection.hpp"

namespace lotkeeper::database {
namespace {

constexpr std::size_t k_most_readers = 16;
// While one writer waits for the sync of its commit, the others collect requests. More writers
// would only make the batches smaller.
constexpr std::size_t k_writers = 4;
constexpr std::chrono::milliseconds k_patience{1'000};

class PostgresDatabase final : public Database {
 public:
  PostgresDatabase(std::string_view url, std::chrono::milliseconds patience) : m_connector(url) {
    for (std::size_t i = 0; i < k_writers; ++i) {
      m_writers.push_back(std::make_unique<PostgresConnection>(m_connector, PostgresRole::writer));
    }
    m_connector.start(patience);
  }

  Connection& writer() override { return *m_writers.front(); }
  std::size_t writers() const override { return m_writers.size(); }
  Connection& writer_at(std::size_t number) override { return *m_writers.at(number); }
  bool is_shared() const override { return true; }
  bool is_away() const override { return m_connector.is_away(); }

  ReaderLease read() override {
    std::unique_lock lock(m_mutex);
    const auto has_one = [this] { return !m_idle.empty() || m_lent < k_most_readers; };
    if (!m_given_back.wait_for(lock, k_patience, has_one)) {
      throw DatabaseUnavailable(
          fmt::format("all {} connections for reading are in use", k_most_readers));
    }
    std::unique_ptr<Connection> connection;
    if (m_idle.empty()) {
      connection = std::make_unique<PostgresConnection>(m_connector, PostgresRole::reader);
    } else {
      connection = std::move(m_idle.back());
      m_idle.pop_back();
    }
    ++m_lent;
    return {*this, std::move(connection)};
  }

 private:
  void give_back(std::unique_ptr<Connection> connection) noexcept override {
    connection->rollback();
    {
      const std::scoped_lock lock(m_mutex);
      --m_lent;
      m_idle.push_back(std::move(connection));
    }
    m_given_back.notify_one();
  }

  PostgresConnector m_connector;
  std::vector<std::unique_ptr<PostgresConnection>> m_writers;
  std::mutex m_mutex;
  std::condition_variable m_given_back;
  std::vector<std::unique_ptr<Connection>> m_idle;
  std::size_t m_lent = 0;
};

}  // namespace

bool is_postgres_url(std::string_view url) {
  return url.starts_with("postgresql://") || url.starts_with("postgres://");
}

std::unique_ptr<Database> open_postgres(std::string_view url, std::chrono::milliseconds patience) {
  return std::make_unique<PostgresDatabase>(url, patience);
}

}  // namespace lotkeeper::database
