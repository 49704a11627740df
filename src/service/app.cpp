#include "service/app.hpp"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "base/log.hpp"
#include "database/retry.hpp"
#include "domain/time.hpp"
#include "service/commit/change.hpp"
#include "service/schema.hpp"
#include "store/clients/list.hpp"
#include "store/clients/tenancy.hpp"
#include "store/copy/copy_mark.hpp"
#include "store/operators/session.hpp"
#include "store/writer.hpp"

namespace lotkeeper::service {
namespace {

// Changes of clients, integrations and tokens reach every server within a second.
constexpr std::chrono::milliseconds k_refresh_every{250};
constexpr int k_write_last_uses_every = 20;  // refreshes: 5 s
constexpr int k_write_requests_every = 4;    // refreshes: 1 s
constexpr int k_keep_writers_every = 40;     // refreshes: 10 s
constexpr int k_forget_keys_every = 240;     // refreshes: a minute
constexpr std::chrono::hours k_failure_life{24};
constexpr int k_most_forgotten_at_once = 500;

/// Clients of a database from before there were lists get theirs.
void fill_lists(database::Connection& connection, base::Instant now) {
  database::run_despite_conflicts([&] {
    database::Transaction transaction(connection);
    for (const store::ClientRow& client : store::list_clients(connection)) {
      store::fill_reference_lists(connection, client.id, now);
    }
    transaction.commit();
  });
}

/// A clock that is years behind is noticed by nobody: each plate is then "not valid".
void warn_of_wrong_clock(database::Connection& connection, base::Instant now) {
  constexpr std::chrono::minutes k_between_machines{1};
  const auto last = store::last_beat(connection);
  if (!last || *last <= now + k_between_machines) return;
  spdlog::warn(
      "this machine's clock says {}, but the server that last worked on this database had {}: one "
      "of the two clocks is wrong. Set it right before permits are judged by it",
      domain::format_utc(now), domain::format_utc(*last));
}

std::unique_ptr<database::Database> open(const AppOptions& options, const base::Clock& clock) {
  auto database = database::Database::open(options.database_url, options.patience);
  const base::Instant now = clock.now();
  bring_up_to_date(database->writer(), now);
  store::require_whole(database->writer());
  fill_lists(database->writer(), now);
  warn_of_wrong_clock(database->writer(), now);
  return database;
}

/// With the numbers of the database's writers, where other servers may write to it too.
CommitterOptions with_writers(CommitterOptions options, database::Database& database,
                              const base::Uuid& holder, base::Instant now) {
  if (!database.is_shared()) return options;
  database::run_despite_conflicts([&] {
    database::Transaction transaction(database.writer());
    // Once more, in the transaction that makes this server known: a copy that begins meanwhile sees
    // the server, or the server sees the copy.
    store::require_whole(database.writer());
    options.replicas = store::claim_writers(database.writer(), holder, database.writers(), now);
    transaction.commit();
  });
  return options;
}

}  // namespace

App::App(AppOptions options, const base::Clock& clock)
    : m_clock(clock),
      m_holder(base::make_uuid_v7(clock.now())),
      m_database(open(options, clock)),
      m_directory(std::make_unique<store::Directory>(*m_database)),
      m_committer(*m_database, clock,
                  with_writers(options.committer, *m_database, m_holder, clock.now()),
                  options.on_fatal),
      m_request_notes(m_requests, m_committer, *m_database, options.request_log),
      m_checker(*m_database),
      m_quick_reads(*m_database),
      m_services{*m_database, m_committer, m_checker, m_quick_reads, m_long_reads, false},
      m_watch(*m_database, m_committer, clock, options.watch),
      m_upkeep([this] { keep_up(); }) {}

App::~App() { stop(); }

void App::stop() {
  {
    const std::scoped_lock lock(m_mutex);
    m_stopping = true;
  }
  m_wake.notify_one();
  m_watch.stop();
  if (m_upkeep.joinable()) {
    m_upkeep.join();
    try {
      write_last_uses();
      m_request_notes.write();
    } catch (const std::exception& error) {
      // The rest of the stop must still happen.
      spdlog::error("the last requests were not noted: {}", error.what());
    }
    if (m_database->is_shared()) {
      Change leaving([this](WriteBatch& batch) -> domain::Result<std::string> {
        store::release_writers(batch.connection, m_holder);
        return std::string();
      });
      m_committer.commit_and_wait(leaving);
    }
  }
  m_services.stopping = true;
  m_quick_reads.stop();
  m_long_reads.join();
  m_checker.stop();
  m_committer.stop();
}

domain::Result<std::string> App::change(
    std::function<domain::Result<std::string>(WriteBatch&)> change, store::OperatorId by) {
  Change command([by, run = std::move(change)](WriteBatch& batch) {
    batch.operator_id = by;
    auto result = run(batch);
    batch.operator_id = 0;
    return result;
  });
  commit_despite_lost_sessions(*m_database, m_committer, command);
  try {
    refresh_directory();
  } catch (const std::exception& error) {
    // The change stands; upkeep tries again a moment later.
    base::log_seldom(spdlog::level::err,
                     fmt::format("the directory could not be refreshed: {}", error.what()));
  }
  if (!command.outcome) return tl::unexpected(std::move(command.outcome.error()));
  return std::move(command.outcome->reference);
}

void App::keep_up() {
  for (int round = 1;; ++round) {
    {
      std::unique_lock lock(m_mutex);
      if (m_wake.wait_for(lock, k_refresh_every, [this] { return m_stopping; })) return;
    }
    try {
      refresh_directory();
      if (round % k_write_last_uses_every == 0) write_last_uses();
      if (round % k_write_requests_every == 0) m_request_notes.write();
      if (m_database->is_shared() && round % k_keep_writers_every == 0) keep_writers();
      if (round % k_forget_keys_every == 0) {
        forget_old_keys();
        m_request_notes.forget_old([this] { return is_stopping(); });
        forget_old_sessions();
      }
    } catch (const std::exception& error) {
      base::log_seldom(spdlog::level::err, fmt::format("upkeep failed: {}", error.what()));
    }
  }
}

void App::take_last_uses() {
  const std::scoped_lock lock(m_uses_mutex);
  for (const store::TokenUse& use : m_directory->take_last_uses()) {
    m_last_uses.insert_or_assign(use.token, use);
  }
}

void App::refresh_directory() {
  // A token that was revoked leaves the directory, and with it what was noted of its use.
  take_last_uses();
  m_directory->refresh();
}

void App::write_last_uses() {
  take_last_uses();
  std::vector<store::TokenUse> uses;
  {
    const std::scoped_lock lock(m_uses_mutex);
    for (const auto& [token, use] : std::exchange(m_last_uses, {})) uses.push_back(use);
  }
  if (uses.empty()) return;
  Change noting([&uses](WriteBatch& batch) -> domain::Result<std::string> {
    store::note_last_uses(batch.connection, uses);
    return std::string();
  });
  m_committer.commit_and_wait(noting);
  if (!stored_nothing(noting)) return;
  // The next time; a later use of the same token counts more.
  const std::scoped_lock lock(m_uses_mutex);
  for (const store::TokenUse& use : uses) m_last_uses.try_emplace(use.token, use);
}

void App::keep_writers() {
  Change keeping([this](WriteBatch& batch) -> domain::Result<std::string> {
    store::keep_writers(batch.connection, m_holder, batch.now);
    return std::string();
  });
  m_committer.commit_and_wait(keeping);
}

bool App::is_stopping() {
  const std::scoped_lock lock(m_mutex);
  return m_stopping;
}

void App::forget_old_sessions() {
  Change tidying([](WriteBatch& batch) -> domain::Result<std::string> {
    store::forget_ended_sessions(batch.connection, batch.now);
    store::forget_old_failures(batch.connection, batch.now - k_failure_life);
    return std::string();
  });
  m_committer.commit_and_wait(tidying);
}

void App::forget_old_keys() {
  std::vector<store::ClientRow> clients;
  {
    const auto connection = m_database->read();
    clients = store::list_clients(*connection);
  }
  for (const store::ClientRow& client : clients) {
    // Few at a time, so that pushes go on between.
    for (bool more = true; more;) {
      if (is_stopping()) return;
      Change forgetting([&](WriteBatch& batch) -> domain::Result<std::string> {
        more = store::forget_replies(batch.connection, client.id, batch.now,
                                     k_most_forgotten_at_once) == k_most_forgotten_at_once;
        return std::string();
      });
      m_committer.commit_and_wait(forgetting);
      if (!forgetting.outcome) return;
    }
  }
}

}  // namespace lotkeeper::service
