#include "database/wal_vfs.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <new>
#include <vector>

#include <sqlite3.h>

namespace lotkeeper::database {
namespace {

constexpr const char* k_name = "lotkeeper-wal";
constexpr std::size_t k_most_bytes = 1024 * 1024;
// SQLite's own unix VFS takes a write's length modulo 128 KiB.
constexpr std::size_t k_most_at_once = 64 * 1024;

sqlite3_vfs* system_vfs() {
  static sqlite3_vfs* const vfs = sqlite3_vfs_find(nullptr);
  return vfs;
}

/// The log, as SQLite sees it: its first member is what SQLite's C code knows.
struct LogFile {
  sqlite3_file base;
  sqlite3_file* system;        ///< lies behind this struct, in the memory that SQLite gave
  std::vector<char>* waiting;  ///< written by SQLite, not yet by the kernel
  sqlite3_int64 offset;        ///< where `waiting` belongs
  bool synced;                 ///< nothing was written since the last sync
  int failed;  ///< a write that failed: none of the log is good until it is written over
  sqlite3_int64 failed_at;  ///< from where on
};

constexpr std::size_t k_system_file_at = (sizeof(LogFile) + alignof(std::max_align_t) - 1) /
                                         alignof(std::max_align_t) * alignof(std::max_align_t);

LogFile& log_of(sqlite3_file* file) { return *reinterpret_cast<LogFile*>(file); }

sqlite3_int64 waiting_end(const LogFile& log) {
  return log.offset + static_cast<sqlite3_int64>(log.waiting->size());
}

int write_waiting(LogFile& log) {
  if (log.failed != SQLITE_OK) return log.failed;
  for (std::size_t at = 0; at < log.waiting->size(); at += k_most_at_once) {
    const std::size_t size = std::min(k_most_at_once, log.waiting->size() - at);
    const int code =
        log.system->pMethods->xWrite(log.system, log.waiting->data() + at, static_cast<int>(size),
                                     log.offset + static_cast<sqlite3_int64>(at));
    if (code == SQLITE_OK) continue;
    // SQLite rolls the transaction back: its frames must not reach the disk by a later call.
    log.failed = code;
    log.failed_at = log.offset;
    log.waiting->clear();
    return code;
  }
  log.waiting->clear();
  return SQLITE_OK;
}

int close(sqlite3_file* file) {
  LogFile& log = log_of(file);
  const int written = write_waiting(log);
  delete log.waiting;
  const int closed = log.system->pMethods->xClose(log.system);
  return written != SQLITE_OK ? written : closed;
}

int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  LogFile& log = log_of(file);
  if (log.failed != SQLITE_OK) {
    if (offset > log.failed_at) return log.failed;
    log.failed = SQLITE_OK;
  }
  const bool follows = offset == waiting_end(log) &&
                       log.waiting->size() + static_cast<std::size_t>(size) <= k_most_bytes;
  if (!follows) {
    if (const int code = write_waiting(log); code != SQLITE_OK) return code;
    log.offset = offset;
  }
  log.synced = false;
  const char* bytes = static_cast<const char*>(data);
  log.waiting->insert(log.waiting->end(), bytes, bytes + size);  // within the reserved room
  return SQLITE_OK;
}

int read(sqlite3_file* file, void* data, int size, sqlite3_int64 offset) {
  LogFile& log = log_of(file);
  if (log.failed != SQLITE_OK && offset + size > log.failed_at) return log.failed;
  if (offset < waiting_end(log) && offset + size > log.offset && !log.waiting->empty()) {
    if (const int code = write_waiting(log); code != SQLITE_OK) return code;
  }
  return log.system->pMethods->xRead(log.system, data, size, offset);
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  LogFile& log = log_of(file);
  log.synced = false;
  if (const int code = write_waiting(log); code != SQLITE_OK) return code;
  return log.system->pMethods->xTruncate(log.system, size);
}

int sync(sqlite3_file* file, int flags) {
  LogFile& log = log_of(file);
  // A checkpoint syncs the log first, which the commit before it has done already.
  if (log.synced && log.waiting->empty()) return SQLITE_OK;
  if (const int code = write_waiting(log); code != SQLITE_OK) return code;
  const int code = log.system->pMethods->xSync(log.system, flags);
  log.synced = code == SQLITE_OK;
  return code;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  LogFile& log = log_of(file);
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
  LogFile& log = log_of(file);
  log.base.pMethods = nullptr;
  log.waiting = nullptr;
  log.system = reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + k_system_file_at);
  const int code = system_vfs()->xOpen(system_vfs(), name, log.system, flags, flags_out);
  if (code != SQLITE_OK) return code;
  try {
    log.waiting = new std::vector<char>();
    log.waiting->reserve(k_most_bytes);
  } catch (const std::bad_alloc&) {  // SQLite is C: nothing may be thrown through it
    delete log.waiting;
    log.system->pMethods->xClose(log.system);
    return SQLITE_NOMEM;
  }
  log.offset = 0;
  log.synced = false;
  log.failed = SQLITE_OK;
  log.failed_at = 0;
  log.base.pMethods = &k_log_methods;
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

}  // namespace lotkeeper::database
