#include "database/postgres/connector.hpp"

#include <pthread.h>

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "database/postgres/error.hpp"

namespace lotkeeper::database {
namespace {

constexpr std::chrono::milliseconds k_patience{1'000};
constexpr std::chrono::milliseconds k_try_again_after{200};

/// Defaults for what a URL leaves open. In seconds, except the last, which is in milliseconds.
constexpr std::array<std::pair<const char*, const char*>, 8> k_defaults{{
    {"fallback_application_name", "lotkeeper"},
    {"target_session_attrs", "read-write"},
    {"connect_timeout", "2"},  // for each host; libpq accepts no smaller value
    {"keepalives", "1"},
    {"keepalives_idle", "5"},
    {"keepalives_interval", "2"},
    {"keepalives_count", "3"},
    {"tcp_user_timeout", "10000"},
}};

PostgresParameters parse(std::string_view url) {
  char* problem = nullptr;
  const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options(
      PQconninfoParse(std::string(url).c_str(), &problem), PQconninfoFree);
  PQfreemem(problem);
  if (!options) {
    throw std::invalid_argument(
        "the database URL cannot be read; write postgresql://USER@HOST:PORT/DATABASE (several "
        "hosts: HOST1:PORT,HOST2:PORT), with %XX for characters that are special in URLs");
  }
  PostgresParameters parameters;
  const auto add = [&](std::string keyword, std::string value) {
    parameters.keywords.push_back(std::move(keyword));
    parameters.values.push_back(std::move(value));
  };
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    const bool is_ours = std::string_view(option->keyword) == "client_encoding";
    if (option->val != nullptr && !is_ours) add(option->keyword, option->val);
  }
  for (const auto& [keyword, value] : k_defaults) {
    if (std::ranges::find(parameters.keywords, keyword) == parameters.keywords.end()) {
      add(keyword, value);
    }
  }
  add("client_encoding", "UTF8");
  return parameters;
}

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> items;
  for (;;) {
    const std::size_t comma = list.find(',');
    items.emplace_back(list.substr(0, comma));
    if (comma == std::string_view::npos) return items;
    list.remove_prefix(comma + 1);
  }
}

/// Connection parameters for each host. libpq, given a list, does not try the next host if one
/// accepts the connection and then hangs up, as a proxy in front of a dead server does.
std::vector<PostgresParameters> hosts_of(const PostgresParameters& parameters) {
  std::map<std::size_t, std::vector<std::string>> lists;
  std::size_t hosts = 1;
  for (std::size_t i = 0; i < parameters.keywords.size(); ++i) {
    const std::string& keyword = parameters.keywords[i];
    if (keyword != "host" && keyword != "hostaddr" && keyword != "port") continue;
    hosts = std::max(hosts, lists.emplace(i, split(parameters.values[i])).first->second.size());
  }
  // If the numbers of hosts and ports differ, libpq reports the error.
  for (const auto& [place, list] : lists) {
    if (list.size() != 1 && list.size() != hosts) return {parameters};
  }
  std::vector<PostgresParameters> each(hosts, parameters);
  for (std::size_t host = 0; host < hosts; ++host) {
    for (const auto& [place, list] : lists) {
      each[host].values[place] = list.size() == 1 ? list.front() : list[host];
    }
  }
  return each;
}

// Each BEGIN states its own transaction settings. These settings are the same for every session of
// this program, so a pooler may mix sessions up.
constexpr std::array k_of_all{
    // Success is reported only for durable data, so an `off` of the role or the database is
    // overridden.
    "SELECT set_config('synchronous_commit', 'on', false) "
    "WHERE current_setting('synchronous_commit') = 'off'",
    // Only the server decides how long a commit may take. A timeout would abort it half-way.
    "SET statement_timeout = 0",
    // A Lotkeeper server that freezes in a transaction must not keep its rows locked.
    "SET idle_in_transaction_session_timeout = '30s'",
};

std::unique_ptr<PostgresLink> connect_to(const PostgresParameters& host) {
  auto link = std::make_unique<PostgresLink>(host);
  for (const char* sql : k_of_all) link->queue(sql);
  for (const PostgresResult& result : link->exchange()) {
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
      throw LinkLost("PostgreSQL rejected a setting: " + describe(result.get()));
    }
  }
  return link;
}

}  // namespace

PostgresConnector::PostgresConnector(std::string_view url) : m_hosts(hosts_of(parse(url))) {}

PostgresConnector::~PostgresConnector() {
  {
    const std::scoped_lock lock(m_mutex);
    m_stopping = true;
  }
  m_work.notify_one();
  if (m_thread.joinable()) m_thread.join();
}

std::unique_ptr<PostgresLink> PostgresConnector::connect() {
  std::string reasons;
  for (std::size_t i = 0; i < m_hosts.size(); ++i) {
    const std::size_t host = (m_host + i) % m_hosts.size();
    try {
      auto link = connect_to(m_hosts[host]);
      m_host = host;
      return link;
    } catch (const LinkLost& lost) {
      reasons += (reasons.empty() ? "" : "; ") + std::string(lost.what());
    }
  }
  throw LinkLost(reasons);
}

void PostgresConnector::start(std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    try {
      queue_of(PostgresRole::writer).ready.push_back(connect());
      break;
    } catch (const LinkLost& lost) {
      if (std::chrono::steady_clock::now() >= deadline) throw DatabaseUnavailable(lost.what());
    }
    std::this_thread::sleep_for(k_try_again_after);
  }
  m_thread = std::thread([this] { run(); });
}

std::unique_ptr<PostgresLink> PostgresConnector::take(PostgresRole role) {
  std::unique_lock lock(m_mutex);
  Queue& queue = queue_of(role);
  if (queue.ready.empty() && !m_away) {
    ++queue.wanted;
    m_work.notify_one();
    m_changed.wait_for(lock, k_patience, [&] { return !queue.ready.empty() || m_away; });
    --queue.wanted;
  }
  if (queue.ready.empty()) {
    throw DatabaseUnavailable(m_away ? m_reason : "PostgreSQL was not reached in time");
  }
  auto link = std::move(queue.ready.front());
  queue.ready.pop_front();
  return link;
}

void PostgresConnector::run() {
  ::pthread_setname_np(::pthread_self(), "pg-connector");
  const auto is_short = [this](PostgresRole role) {
    return queue_of(role).wanted > queue_of(role).ready.size();
  };
  std::unique_lock lock(m_mutex);
  for (;;) {
    if (m_away) {
      m_work.wait_for(lock, k_try_again_after, [this] { return m_stopping; });
    } else {
      m_work.wait(lock, [&] {
        return m_stopping || is_short(PostgresRole::writer) || is_short(PostgresRole::reader);
      });
    }
    if (m_stopping) return;
    const PostgresRole role =
        is_short(PostgresRole::reader) ? PostgresRole::reader : PostgresRole::writer;
    // Sessions made before the server went away are useless.
    if (m_away) {
      for (Queue& queue : m_queues) queue.ready.clear();
    }

    lock.unlock();
    std::unique_ptr<PostgresLink> link;
    std::string reason;
    try {
      link = connect();
    } catch (const std::exception& error) {
      reason = error.what();
    }
    lock.lock();

    m_away = link == nullptr;
    m_reason = std::move(reason);
    if (link) queue_of(role).ready.push_back(std::move(link));
    m_changed.notify_all();
  }
}

}  // namespace lotkeeper::database
