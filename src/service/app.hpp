#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "database/database.hpp"
#include "service/commit/group_committer.hpp"
#include "service/requests/request_notes.hpp"
#include "service/services.hpp"
#include "service/store_watch.hpp"
#include "service/upkeep.hpp"
#include "store/clients/directory.hpp"
#include "store/requests/request_buffer.hpp"

namespace lotkeeper::service {

struct AppOptions {
  std::string database_url;
  /// How long to wait while another process has the SQLite file.
  std::chrono::milliseconds patience{0};
  CommitterOptions committer;
  std::function<void(const std::string& reason)> on_fatal;
  /// How long integrations' requests are kept; 0: not at all.
  RequestNotesOptions request_log = {};
  StoreWatchOptions watch = {};
};

/// Everything that works on one database: the program without its listeners. Opens and migrates the
/// database. Throws if that fails.
class App {
 public:
  App(AppOptions options, const base::Clock& clock);
  App(const App&) = delete;
  App& operator=(const App&) = delete;
  ~App();

  [[nodiscard]] Services& services() { return m_services; }
  [[nodiscard]] database::Database& database() { return *m_database; }
  [[nodiscard]] store::Directory& directory() { return *m_directory; }
  [[nodiscard]] GroupCommitter& committer() { return m_committer; }
  [[nodiscard]] const base::Clock& clock() const { return m_clock; }

  /// Runs `change` in a transaction of the committer, on the one writing connection. Requests see
  /// the change before this returns. A refusal rolls nothing back, so `change` must check first and
  /// then write. `by` is the operator who makes the change; 0: not made in the console.
  domain::Result<std::string> change(
      std::function<domain::Result<std::string>(WriteBatch& batch)> change,
      store::OperatorId by = 0);

  /// Collects integrations' requests. They are saved every second.
  [[nodiscard]] store::RequestBuffer& requests() { return m_requests; }

  /// Tells whether writes can be stored.
  [[nodiscard]] const StoreWatch& watch() const { return m_watch; }

  /// Commits accepted changes and refuses later ones.
  void stop();

 private:
  const base::Clock& m_clock;
  const base::Uuid m_holder;  ///< identifies this server among those that share the database
  std::unique_ptr<database::Database> m_database;
  std::unique_ptr<store::Directory> m_directory;
  store::RequestBuffer m_requests;
  GroupCommitter m_committer;
  RequestNotes m_request_notes;
  GroupChecker m_checker;
  LongReads m_long_reads;
  ReadPool m_quick_reads;
  Services m_services;
  StoreWatch m_watch;
  Upkeep m_upkeep;
};

}  // namespace lotkeeper::service
