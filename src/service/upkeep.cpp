#include "service/upkeep.hpp"

#include <array>
#include <chrono>
#include <functional>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "base/log.hpp"
#include "service/commit/change.hpp"
#include "store/clients/tenancy.hpp"
#include "store/operators/session.hpp"
#include "store/requests/idempotency.hpp"
#include "store/writer.hpp"

namespace lotkeeper::service {
namespace {

using namespace std::chrono_literals;

// Changes of clients, integrations and tokens reach every server within a second.
constexpr std::chrono::milliseconds k_round{250};
constexpr std::chrono::hours k_failure_life{24};
constexpr int k_most_deleted_at_once = 500;

/// Runs `write` in a transaction of the committer. Returns whether it was stored.
bool commit(GroupCommitter& committer, const std::function<void(WriteBatch& batch)>& write) {
  Change change([&write](WriteBatch& batch) -> domain::Result<std::string> {
    write(batch);
    return std::string();
  });
  committer.commit_and_wait(change);
  return !stored_nothing(change);
}

}  // namespace

Upkeep::Upkeep(database::Database& database, store::Directory& directory, GroupCommitter& committer,
               RequestNotes& request_notes, const base::Uuid& holder)
    : m_database(database),
      m_directory(directory),
      m_committer(committer),
      m_request_notes(request_notes),
      m_holder(holder),
      m_thread([this] { run(); }) {}

void Upkeep::run() {
  struct Task {
    std::chrono::milliseconds every;
    void (Upkeep::*run)();
    std::chrono::steady_clock::time_point last = std::chrono::steady_clock::now();
  };
  std::array tasks{
      Task{k_round, &Upkeep::refresh_directory}, Task{1s, &Upkeep::write_requests},
      Task{5s, &Upkeep::write_last_uses},        Task{10s, &Upkeep::keep_writers},
      Task{60s, &Upkeep::delete_old_rows},
  };
  for (;;) {
    {
      std::unique_lock lock(m_mutex);
      if (m_wake.wait_for(lock, k_round, [this] { return m_stopping.load(); })) return;
    }
    for (Task& task : tasks) {
      // Allow for a round that ends a little early or late.
      const auto now = std::chrono::steady_clock::now();
      if (now - task.last < task.every - k_round / 2) continue;
      task.last = now;
      try {
        (this->*task.run)();
      } catch (const std::exception& error) {
        base::log_seldom(spdlog::level::err, fmt::format("upkeep failed: {}", error.what()));
      }
    }
  }
}

void Upkeep::stop() {
  {
    const std::scoped_lock lock(m_mutex);
    m_stopping = true;
  }
  m_wake.notify_one();
  if (!m_thread.joinable()) return;
  m_thread.join();
  try {
    write_last_uses();
    write_requests();
  } catch (const std::exception& error) {
    // The rest of the shutdown must still happen.
    spdlog::error("the last requests were not saved: {}", error.what());
  }
  release_writers();
}

void Upkeep::refresh_directory() {
  // A revoked token leaves the directory, together with the record of its last use. Take that
  // first.
  take_last_uses();
  m_directory.refresh();
}

void Upkeep::take_last_uses() {
  const std::scoped_lock lock(m_uses_mutex);
  for (const store::TokenUse& use : m_directory.take_last_uses()) {
    m_last_uses.insert_or_assign(use.token, use);
  }
}

void Upkeep::write_last_uses() {
  take_last_uses();
  std::vector<store::TokenUse> uses;
  {
    const std::scoped_lock lock(m_uses_mutex);
    for (const auto& [token, use] : std::exchange(m_last_uses, {})) uses.push_back(use);
  }
  if (uses.empty()) return;
  const bool is_stored = commit(
      m_committer, [&uses](WriteBatch& batch) { store::note_last_uses(batch.connection, uses); });
  if (is_stored) return;
  // Retry the next time. A later use of the same token takes precedence.
  const std::scoped_lock lock(m_uses_mutex);
  for (const store::TokenUse& use : uses) m_last_uses.try_emplace(use.token, use);
}

void Upkeep::write_requests() { m_request_notes.write(); }

void Upkeep::keep_writers() {
  if (!m_database.is_shared()) return;
  commit(m_committer,
         [this](WriteBatch& batch) { store::keep_writers(batch.connection, m_holder, batch.now); });
}

void Upkeep::release_writers() {
  if (!m_database.is_shared()) return;
  commit(m_committer,
         [this](WriteBatch& batch) { store::release_writers(batch.connection, m_holder); });
}

void Upkeep::delete_old_rows() {
  delete_old_keys();
  m_request_notes.forget_old([this] { return m_stopping.load(); });
  delete_old_sessions();
}

void Upkeep::delete_old_sessions() {
  commit(m_committer, [](WriteBatch& batch) {
    store::forget_ended_sessions(batch.connection, batch.now);
    store::forget_old_failures(batch.connection, batch.now - k_failure_life);
  });
}

void Upkeep::delete_old_keys() {
  std::vector<store::ClientRow> clients;
  {
    const auto connection = m_database.read();
    clients = store::list_clients(*connection);
  }
  for (const store::ClientRow& client : clients) {
    // Few at a time, so that pushes can run in between.
    for (bool more = true; more;) {
      if (m_stopping) return;
      const bool is_stored = commit(m_committer, [&](WriteBatch& batch) {
        more = store::forget_replies(batch.connection, client.id, batch.now,
                                     k_most_deleted_at_once) == k_most_deleted_at_once;
      });
      if (!is_stored) return;
    }
  }
}

}  // namespace lotkeeper::service
