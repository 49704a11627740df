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

/// Fills the lists of clients that were created before lists existed.
void fill_lists(database::Connection& connection, base::Instant now) {
  database::run_despite_conflicts([&] {
    database::Transaction transaction(connection);
    for (const store::ClientRow& client : store::list_clients(connection)) {
      store::fill_reference_lists(connection, client.id, now);
    }
    transaction.commit();
  });
}

/// A clock that is years behind would go unnoticed, but every plate would be "not valid".
void warn_of_wrong_clock(database::Connection& connection, base::Instant now) {
  constexpr std::chrono::minutes k_between_machines{1};
  const auto last = store::last_beat(connection);
  if (!last || *last <= now + k_between_machines) return;
  spdlog::warn(
      "this machine's clock says {}, but the server that last used this database had {}: one of "
      "the two clocks is wrong. Correct it before plates are checked, because it decides which "
      "permits are valid",
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

/// Claims writer numbers for this server if other servers may write to the database too.
CommitterOptions with_writers(CommitterOptions options, database::Database& database,
                              const base::Uuid& holder, base::Instant now) {
  if (!database.is_shared()) return options;
  database::run_despite_conflicts([&] {
    database::Transaction transaction(database.writer());
    // Check again, in the transaction that registers this server: either a copy that begins now
    // sees the server, or the server sees the copy.
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
      m_upkeep(*m_database, *m_directory, m_committer, m_request_notes, m_holder) {}

App::~App() { stop(); }

void App::stop() {
  m_watch.stop();
  m_upkeep.stop();
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
    m_upkeep.refresh_directory();
  } catch (const std::exception& error) {
    // The change is stored. Upkeep refreshes again a moment later.
    base::log_seldom(spdlog::level::err,
                     fmt::format("the directory could not be refreshed: {}", error.what()));
  }
  if (!command.outcome) return tl::unexpected(std::move(command.outcome.error()));
  return std::move(command.outcome->reference);
}

}  // namespace lotkeeper::service
