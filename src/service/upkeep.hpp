#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "base/uuid.hpp"
#include "database/database.hpp"
#include "service/commit/group_committer.hpp"
#include "service/requests/request_notes.hpp"
#include "store/clients/directory.hpp"

namespace lotkeeper::service {

/// The server's background work, on its own thread. It reads changes of clients, integrations and
/// tokens that other servers made, writes counts and last uses, and deletes expired data. A task
/// that fails is logged and retried the next time.
class Upkeep {
 public:
  /// `holder` identifies this server among those that share the database.
  Upkeep(database::Database& database, store::Directory& directory, GroupCommitter& committer,
         RequestNotes& request_notes, const base::Uuid& holder);
  Upkeep(const Upkeep&) = delete;
  Upkeep& operator=(const Upkeep&) = delete;
  ~Upkeep() { stop(); }

  /// Reloads the directory, so that requests see changes. Thread-safe.
  void refresh_directory();

  /// Ends the thread, writes what is left, and gives back the database's writers.
  void stop();

 private:
  void run();
  void write_requests();
  void write_last_uses();
  void take_last_uses();
  void keep_writers();
  void release_writers();
  void delete_old_rows();
  void delete_old_sessions();
  void delete_old_keys();

  database::Database& m_database;
  store::Directory& m_directory;
  GroupCommitter& m_committer;
  RequestNotes& m_request_notes;
  const base::Uuid m_holder;

  std::mutex m_uses_mutex;
  std::map<store::TokenId, store::TokenUse> m_last_uses;  ///< taken but not written yet

  std::mutex m_mutex;
  std::condition_variable m_wake;
  std::atomic<bool> m_stopping = false;
  std::thread m_thread;
};

}  // namespace lotkeeper::service
