#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include <sqlite3.h>

#include "database/connection.hpp"
#include "database/sqlite/checkpointer.hpp"
#include "database/sqlite/wal_vfs.hpp"

/// Uses SQLite's C interface directly. SQLiteCpp 3.2 binds text only from a std::string, and hides
/// the extended result codes that distinguish a failed fsync from a full disk.
namespace lotkeeper::database {

enum class SqliteRole { writer, reader };

/// What the connections to one file share.
struct SqliteSharing {
  explicit SqliteSharing(const std::string& path) : syncer(path) {}

  FileSyncer syncer;
  std::atomic<std::uint64_t> commits{0};
  /// Makes idle readers release their snapshots. With `others_too`, busy readers also release
  /// theirs when they are returned, until it is called with false.
  std::function<void(bool others_too)> release_snapshots;
};

class SqliteConnection final : public Connection {
 public:
  /// `sharing` outlives the connection. A reader keeps its snapshot while nothing is committed:
  /// taking one costs two system calls under a lock that all readers share, a quarter of a
  /// `permits/check`. Throws DatabaseUnavailable if the file cannot be opened.
  SqliteConnection(const std::string& path, SqliteRole role, SqliteSharing& sharing);
  ~SqliteConnection() override = default;

  [[nodiscard]] Engine engine() const override { return Engine::sqlite; }
  using Connection::run_many;
  std::vector<std::int64_t> run_many(const Statement& statement, std::span<const Parameters> batch,
                                     const OnEachRow& on_row) override;
  void begin() override;
  void commit() override;
  void commit_unsynced() override;
  void sync() override;
  void rollback() noexcept override;
  void run_script(const std::string& sql) override;
  bool checkpoint(bool idle) override;
  [[nodiscard]] std::chrono::steady_clock::duration sync_time() const override;

  /// Releases the snapshot of a reader that is not in use, so that it does not hold up checkpoints.
  void let_go_of_snapshot() noexcept;

 private:
  using Timer = std::chrono::steady_clock;

  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  struct Prepared {
    std::unique_ptr<sqlite3_stmt, Finalize> statement;
    std::vector<int> positions;  ///< SQLite's index of $1, $2, …; 0 if the text lacks it
  };

  Prepared& prepare(const Statement& statement);
  void bind(const Prepared& prepared, const Parameters& parameters, std::string_view name);
  [[noreturn]] void fail(std::string_view what, int code) const;
  void control(sqlite3_stmt* statement, std::string_view what);
  void see_all_commits();

  SqliteSharing& m_sharing;
  bool m_keeps_snapshots;
  bool m_in_snapshot = false;        ///< between `begin` and `rollback`
  std::uint64_t m_seen_commits = 0;  ///< commits that the open snapshot includes
  std::unique_ptr<sqlite3, Close> m_handle;
  std::unordered_map<const char*, Prepared> m_prepared;
  std::unique_ptr<sqlite3_stmt, Finalize> m_begin, m_commit, m_rollback;
  std::unique_ptr<Checkpointer> m_checkpointer;  ///< writer only; ends before the connection
  std::atomic<Log*> m_log{nullptr};
  std::atomic<Timer::duration> m_sync_time{};
};

}  // namespace lotkeeper::database
