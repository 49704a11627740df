#pragma once

#include <cstdint>

#include <sqlite3.h>

namespace lotkeeper::database {

/// The name of a SQLite VFS that differs from the system's own in two ways. For the connection that
/// writes.
///
/// - Adjacent writes to the write-ahead log reach the kernel in one call, at the latest before the
///   next sync. SQLite itself writes each page of a commit with two calls. For a commit of 58 pages
///   that took 430 us of processor time. One call takes 95 us.
/// - The sync of a commit can be deferred, so that the next transaction is applied meanwhile.
[[nodiscard]] const char* wal_vfs();

/// The write-ahead log of a connection with this VFS. Valid while the connection is open.
class Log;

/// Null if `handle` does not use this VFS or has not opened its log yet. Call it on the
/// connection's own thread.
[[nodiscard]] Log* find_log(sqlite3* handle);

/// While this lives, SQLite's syncs of the log only pass the data to the kernel and leave the rest
/// to `sync_log`. The exception is the header of a new log, which must be on disk before the data
/// that follows it. Use it on the connection's own thread.
class DeferSyncs {
 public:
  explicit DeferSyncs(Log& log);
  DeferSyncs(const DeferSyncs&) = delete;
  DeferSyncs& operator=(const DeferSyncs&) = delete;
  ~DeferSyncs();

 private:
  Log& m_log;
};

/// How much the kernel has received so far, as a number for `SyncThrough`. Thread-safe.
[[nodiscard]] std::uint64_t handed_over(const Log& log);

/// While this lives, SQLite's syncs of the log return immediately if everything passed on by `mark`
/// is on disk. For checkpoints that stop there. Use it on the connection's own thread.
class SyncThrough {
 public:
  SyncThrough(Log& log, std::uint64_t mark);
  SyncThrough(const SyncThrough&) = delete;
  SyncThrough& operator=(const SyncThrough&) = delete;
  ~SyncThrough();

 private:
  Log& m_log;
};

/// Returns when everything passed to the kernel before the call is on disk. Thread-safe. Returns a
/// SQLite code. After any code but SQLITE_OK, every later write or sync of the log fails too,
/// because it is unknown what is on disk.
[[nodiscard]] int sync_log(Log& log);

}  // namespace lotkeeper::database
