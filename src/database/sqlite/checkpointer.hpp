#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <sqlite3.h>

#include "database/sqlite/file_syncer.hpp"
#include "database/sqlite/wal_vfs.hpp"

namespace lotkeeper::database {

/// How long a connection waits for another's lock. The last checkpoint waits less.
inline constexpr int k_sqlite_busy_timeout_ms = 5'000;

/// Moves SQLite's log into the database file in small steps, so that no writer has to wait long.
///
/// A checkpoint that reaches the end of the log syncs the database file. That takes as long as it
/// needs for everything moved since the last sync: some 30 ms for 16 MiB, during which nothing is
/// committed. So a read transaction (the pin) is kept some pages before the end. Up to the pin
/// SQLite moves pages, but neither syncs the file nor lets the log start over. When the log has
/// reached its limit, FileSyncer syncs the file while writing continues. Little is then left for
/// the last checkpoint, which reaches the end. A crash in between loses nothing, because the log
/// still holds every page that was moved.
///
/// For the writing thread. Checkpoints run on its connection.
class Checkpointer {
 public:
  /// Makes idle readers release their snapshots. With true, busy readers also release theirs when
  /// they finish, until it is called with false.
  using LetGo = std::function<void(bool others_too)>;

  /// `writer` and `syncer` belong to the same file and outlive this.
  Checkpointer(sqlite3* writer, const std::string& path, FileSyncer& syncer, LetGo let_go);
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;
  ~Checkpointer();

  /// Reports the log's length in pages after a commit.
  void committed(int pages) { m_pages = pages; }

  /// Does the work that is due. Call it between transactions. `idle`: no writer is waiting, so the
  /// log may start over before it has reached its limit. Returns a SQLite code. SQLITE_IOERR_FSYNC
  /// means that it is unknown what is on disk.
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
  std::uint64_t m_pinned_log = 0;  ///< the part of the log that must be on disk before it is moved
  int m_least;                     ///< the log starts over at this many pages when idle
  int m_most;                      ///< the log starts over at this many pages in any case
  bool m_finishing = false;        ///< the file is being or has been synced; `finish` is next
};

}  // namespace lotkeeper::database
