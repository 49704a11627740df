#include "database/sqlite/wal_vfs.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <mutex>
#include <new>
#include <vector>

namespace lotkeeper::database {

class Log {
 public:
  static constexpr std::size_t k_most_bytes = 1024 * 1024;
  static constexpr std::uint64_t k_all = std::numeric_limits<std::uint64_t>::max();

  explicit Log(sqlite3_file* file) : system(file) { waiting.reserve(k_most_bytes); }

  sqlite3_file* const system;  ///< the system's own file
  std::vector<char> waiting;   ///< written by SQLite, not yet passed to the kernel
  sqlite3_int64 offset = 0;    ///< where `waiting` belongs in the file
  /// A write that failed. The log is invalid from `failed_at` until it is written again.
  int failed = SQLITE_OK;
  sqlite3_int64 failed_at = 0;  ///< where the failed write began
  bool puts_off_syncs = false;
  bool header_waits = false;     ///< the header is not synced yet
  std::uint64_t enough = k_all;  ///< what a sync by SQLite must cover

  // Any thread may read and change these. They count changes of the file.
  std::atomic<std::uint64_t> handed_over{0};  ///< passed to the kernel
  std::atomic<std::uint64_t> on_disk{0};      ///< the last change that a sync has covered
  std::atomic<int> sync_refused{SQLITE_OK};
  std::mutex syncing;  ///< the kernel reports a failed write-back only once, so one sync at a time
};

namespace {

constexpr const char* k_name = "lotkeeper-wal";
// SQLite's own unix VFS takes a write's length modulo 128 KiB, so write less at a time.
constexpr std::size_t k_most_at_once = 64 * 1024;

sqlite3_vfs* system_vfs() {
  static sqlite3_vfs* const vfs = sqlite3_vfs_find(nullptr);
  return vfs;
}

/// The log as SQLite sees it. SQLite's C code knows only the first member. The system's own file
/// follows it, in memory that SQLite allocated.
struct LogFile {
  sqlite3_file base;
  Log* log;
};

constexpr std::size_t k_system_file_at = (sizeof(LogFile) + alignof(std::max_align_t) - 1) /
                                         alignof(std::max_align_t) * alignof(std::max_align_t);

Log& log_of(sqlite3_file* file) { return *reinterpret_cast<LogFile*>(file)->log; }

sqlite3_int64 waiting_end(const Log& log) {
  return log.offset + static_cast<sqlite3_int64>(log.waiting.size());
}

int write_waiting(Log& log) {
  if (log.failed != SQLITE_OK) return log.failed;
  for (std::size_t at = 0; at < log.waiting.size(); at += k_most_at_once) {
    const std::size_t size = std::min(k_most_at_once, log.waiting.size() - at);
    const int code =
        log.system->pMethods->xWrite(log.system, log.waiting.data() + at, static_cast<int>(size),
                                     log.offset + static_cast<sqlite3_int64>(at));
    if (code == SQLITE_OK) continue;
    // SQLite rolls the transaction back, so a later call must not write its frames to disk.
    log.failed = code;
    log.failed_at = log.offset;
    log.waiting.clear();
    return code;
  }
  if (!log.waiting.empty()) ++log.handed_over;
  log.waiting.clear();
  return SQLITE_OK;
}

int close(sqlite3_file* file) {
  Log& log = log_of(file);
  const int written = write_waiting(log);
  const int closed = log.system->pMethods->xClose(log.system);
  delete &log;
  return written != SQLITE_OK ? written : closed;
}

int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  Log& log = log_of(file);
  if (const int refused = log.sync_refused; refused != SQLITE_OK) return refused;
  if (log.failed != SQLITE_OK) {
    if (offset > log.failed_at) return log.failed;
    log.failed = SQLITE_OK;
  }
  const bool follows = offset == waiting_end(log) &&
                       log.waiting.size() + static_cast<std::size_t>(size) <= Log::k_most_bytes;
  if (!follows) {
    if (const int code = write_waiting(log); code != SQLITE_OK) return code;
    log.offset = offset;
  }
  if (offset == 0) log.header_waits = true;
  const char* bytes = static_cast<const char*>(data);
  log.waiting.insert(log.waiting.end(), bytes, bytes + size);  // within the reserved room
  return SQLITE_OK;
}

int read(sqlite3_file* file, void* data, int size, sqlite3_int64 offset) {
  Log& log = log_of(file);
  if (log.failed != SQLITE_OK && offset + size > log.failed_at) return log.failed;
  if (offset < waiting_end(log) && offset + size > log.offset && !log.waiting.empty()) {
    if (const int code = write_waiting(log); code != SQLITE_OK) return code;
  }
  return log.system->pMethods->xRead(log.system, data, size, offset);
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  Log& log = log_of(file);
  if (const int code = write_waiting(log); code != SQLITE_OK) return code;
  const int code = log.system->pMethods->xTruncate(log.system, size);
  ++log.handed_over;
  return code;
}

int sync(sqlite3_file* file, int) {
  Log& log = log_of(file);
  if (const int code = write_waiting(log); code != SQLITE_OK) return code;
  if (log.puts_off_syncs && !log.header_waits) return SQLITE_OK;
  if (log.on_disk >= log.enough) return log.sync_refused;
  const int code = sync_log(log);
  if (code == SQLITE_OK) log.header_waits = false;
  return code;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  Log& log = log_of(file);
  if (const int code = write_waiting(log); code != SQLITE_OK) return code;
  return log.system->pMethods->xFileSize(log.system, size);
}

int lock(sqlite3_file* file, int level) {
  return log_of(file).system->pMethods->xLock(log_of(file).system, level);
}

int unlock(sqlite3_file* file, int level) {
  return log_of(file).system->pMethods->xUnlock(log_of(file).system, level);
}

int check_reserved_lock(sqlite3_file* file, int* reserved) {
  return log_of(file).system->pMethods->xCheckReservedLock(log_of(file).system, reserved);
}

int file_control(sqlite3_file* file, int operation, void* argument) {
  return log_of(file).system->pMethods->xFileControl(log_of(file).system, operation, argument);
}

int sector_size(sqlite3_file* file) {
  return log_of(file).system->pMethods->xSectorSize(log_of(file).system);
}

int device_characteristics(sqlite3_file* file) {
  return log_of(file).system->pMethods->xDeviceCharacteristics(log_of(file).system);
}

// Version 1: memory maps and shared memory belong to the database file, not to its log.
const sqlite3_io_methods k_log_methods{1,
                                       close,
                                       read,
                                       write,
                                       truncate,
                                       sync,
                                       file_size,
                                       lock,
                                       unlock,
                                       check_reserved_lock,
                                       file_control,
                                       sector_size,
                                       device_characteristics,
                                       nullptr,
                                       nullptr,
                                       nullptr,
                                       nullptr,
                                       nullptr,
                                       nullptr};

int open(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags, int* flags_out) {
  if ((flags & SQLITE_OPEN_WAL) == 0) {
    return system_vfs()->xOpen(system_vfs(), name, file, flags, flags_out);
  }
  auto& log_file = *reinterpret_cast<LogFile*>(file);
  log_file.base.pMethods = nullptr;
  auto* system = reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + k_system_file_at);
  const int code = system_vfs()->xOpen(system_vfs(), name, system, flags, flags_out);
  if (code != SQLITE_OK) return code;
  try {
    log_file.log = new Log(system);
  } catch (const std::bad_alloc&) {  // SQLite is C: no exception may pass through it
    system->pMethods->xClose(system);
    return SQLITE_NOMEM;
  }
  log_file.base.pMethods = &k_log_methods;
  return SQLITE_OK;
}

sqlite3_vfs make_vfs() {
  sqlite3_vfs vfs = *system_vfs();
  vfs.szOsFile = static_cast<int>(k_system_file_at) + vfs.szOsFile;
  vfs.pNext = nullptr;
  vfs.zName = k_name;
  vfs.xOpen = open;
  return vfs;
}

}  // namespace

const char* wal_vfs() {
  static sqlite3_vfs vfs = make_vfs();
  static const int registered = sqlite3_vfs_register(&vfs, 0);
  return registered == SQLITE_OK ? k_name : nullptr;
}

Log* find_log(sqlite3* handle) {
  sqlite3_file* file = nullptr;
  const int code = sqlite3_file_control(handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file);
  if (code != SQLITE_OK || file == nullptr || file->pMethods != &k_log_methods) return nullptr;
  return &log_of(file);
}

DeferSyncs::DeferSyncs(Log& log) : m_log(log) { log.puts_off_syncs = true; }
DeferSyncs::~DeferSyncs() { m_log.puts_off_syncs = false; }

std::uint64_t handed_over(const Log& log) { return log.handed_over; }

SyncThrough::SyncThrough(Log& log, std::uint64_t mark) : m_log(log) { log.enough = mark; }
SyncThrough::~SyncThrough() { m_log.enough = Log::k_all; }

int sync_log(Log& log) {
  const std::scoped_lock lock(log.syncing);
  if (const int refused = log.sync_refused; refused != SQLITE_OK) return refused;
  const std::uint64_t all = log.handed_over;
  // A checkpoint syncs the log first. Most of it is already on disk.
  if (log.on_disk >= all) return SQLITE_OK;
  const int code = log.system->pMethods->xSync(log.system, SQLITE_SYNC_NORMAL);
  if (code != SQLITE_OK) {
    log.sync_refused = code;
    return code;
  }
  log.on_disk = all;
  return SQLITE_OK;
}

}  // namespace lotkeeper::database
