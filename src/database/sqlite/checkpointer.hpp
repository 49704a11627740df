#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <sqlite3.h>

#include "database/sqlite/file_syncer.hpp"
#include "database/sqlite/wal_vfs.hpp"

namespace lotkeeper::database {

/// How long a connection waits for another's lock, but for the last checkpoint, which waits less.
inline constexpr int k_sqlite_busy_timeout_ms = 5'000;

/// Moves SQLite's log into the database file in small steps that no writer has to wait long for.
///
/// A checkpoint that reaches the end of the log syncs the database file, which takes as long as
/// everything does that was moved since the last time: for 16 MiB some 30 ms, in which nothing is
/// committed. So a read transaction (the pin) is kept some pages behind the end: up to there SQLite
/// moves pages and neither syncs the file nor lets the log start over. When the log has grown to
/// its limit, FileSyncer syncs the file while writing goes on; what is left for the last
/// checkpoint, which reaches the end, is little. A crash in between loses nothing: the log still
/// has every page that was moved.
///
/// For the thread that writes, on whose connection the checkpoints run.
class Checkpointer {
 public:
  /// Has idle readers let go of their snapshots; with true, also those that are in use, as they
  /// cease to be, until it is called with false.
  using LetGo = std::function<void(bool others_too)>;

  /// `writer` and `syncer`, of the same file, outlive this.
  Checkpointer(sqlite3* writer, const std::string& path, FileSyncer& syncer, LetGo let_go);
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;
  ~Checkpointer();

  /// The log has so many pages since the last commit.
  void committed(int pages) { m_pages = pages; }

  /// Does what is due, between transactions. `idle`: nobody waits to write, so the log may start
  /// over before it has reached its limit. Returns a SQLite code, of which SQLITE_IOERR_FSYNC says
  /// that nobody knows what is on disk.
  [[nodiscard]] int checkpoint(bool idle);

  /// Whether `checkpoint` has more to do even if nothing more is written.
  [[nodiscard]] bool has_more() const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  using Prepared = std::unique_ptr<sqlite3_stmt, Finalize>;

  void pin();
  void unpin();
  int move_up_to_pin();
  int finish();

  sqlite3* m_writer;
  FileSyncer& m_syncer;
  LetGo m_let_go;
  std::unique_ptr<sqlite3, Close> m_pin;
  Prepared m_begin, m_look, m_end;
  bool m_pinned = false;
  int m_pages = 0;
  int m_pinned_at = 0;
  std::uint64_t m_pinned_log = 0;  ///< what of the log must be on disk before it is moved
  int m_least;                     ///< pages from which on the log starts over where nobody waits
  int m_most;                      ///< and from which on it does so in any case
  bool m_finishing = false;        ///< the file is being synced, or has been: `finish` is next
};

}  // namespace lotkeeper::database
