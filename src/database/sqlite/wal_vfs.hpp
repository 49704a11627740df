#pragma once

#include <cstdint>

#include <sqlite3.h>

namespace lotkeeper::database {

/// The name of a SQLite VFS that is the system's own but for two things. What is written to the
/// write-ahead log side by side reaches the kernel in one call, before the next sync at the latest:
/// SQLite writes each page of a commit with two calls; for a commit of 58 pages that cost 430 us of
/// processor time, and one call 95 us. And a commit's sync can be put off, so that the next
/// transaction is applied meanwhile. For the connection that writes.
[[nodiscard]] const char* wal_vfs();

/// The write-ahead log of a connection with this VFS, for as long as the connection is open.
class Log;

/// Null where `handle` is none of this VFS, or has not opened its log yet. On its own thread.
[[nodiscard]] Log* find_log(sqlite3* handle);

/// While this lives, SQLite's syncs of the log hand what was written to the kernel and leave the
/// rest to `sync_log`; but for that of a new log's header, which has to be on disk before what
/// follows it. On the connection's own thread.
class DeferSyncs {
 public:
  explicit DeferSyncs(Log& log);
  DeferSyncs(const DeferSyncs&) = delete;
  DeferSyncs& operator=(const DeferSyncs&) = delete;
  ~DeferSyncs();

 private:
  Log& m_log;
};

/// What the kernel was handed so far, as a number for `SyncThrough`. From any thread.
[[nodiscard]] std::uint64_t handed_over(const Log& log);

/// While this lives, SQLite's syncs of the log return at once where all that had been handed over
/// at `mark` is on disk. For checkpoints that stop there. On the connection's own thread.
class SyncThrough {
 public:
  SyncThrough(Log& log, std::uint64_t mark);
  SyncThrough(const SyncThrough&) = delete;
  SyncThrough& operator=(const SyncThrough&) = delete;
  ~SyncThrough();

 private:
  Log& m_log;
};

/// Returns when all that the kernel was handed before the call is on disk; at once where it is.
/// From any thread. A SQLite code: after any but SQLITE_OK every later write or sync of the log
/// fails too, as nobody knows what is on disk.
[[nodiscard]] int sync_log(Log& log);

}  // namespace lotkeeper::database
