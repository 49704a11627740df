#include "database/sqlite/checkpointer.hpp"

#include <utility>

namespace lotkeeper::database {
namespace {

// This many pages take about a millisecond to move.
constexpr int k_step_pages = 512;
// While the file is synced for the last checkpoint. Pages moved meanwhile must be synced by that
// checkpoint.
constexpr int k_last_step_pages = 64;
// 64 MiB. The longer the log, the fewer times a page that changes again and again is moved.
constexpr int k_most_pages = 16'384;
// The log grows while the file is synced if writing is faster than a gentle sync. After 16 MiB
// more, the sync hurries. After 40 MiB more, writing waits for it.
constexpr int k_patient_pages = 4'096;
constexpr int k_brim_pages = 10'240;
// A shorter log is not worth a checkpoint, even when idle.
constexpr int k_least_pages = 96;
// The last checkpoint waits for readers that overlap without a gap, but only briefly.
constexpr int k_patience_ms = 50;

}  // namespace

Checkpointer::Checkpointer(sqlite3* writer, const std::string& path, FileSyncer& syncer,
                           LetGo let_go)
    : m_writer(writer),
      m_syncer(syncer),
      m_let_go(std::move(let_go)),
      m_least(k_least_pages),
      m_most(k_most_pages) {
  sqlite3* handle = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  m_pin.reset(handle);
  if (code != SQLITE_OK) return;  // never pinned: every checkpoint is then a full one
  sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_exec(handle, "PRAGMA mmap_size = 0; PRAGMA cache_size = 8; PRAGMA query_only = 1;",
               nullptr, nullptr, nullptr);
  const auto prepare = [&](const char* sql) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v3(handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    return Prepared(statement);
  };
  m_begin = prepare("BEGIN");
  m_look = prepare("SELECT 1 FROM sqlite_schema LIMIT 1");
  m_end = prepare("ROLLBACK");
}

Checkpointer::~Checkpointer() { unpin(); }

bool Checkpointer::has_more() const { return m_finishing || m_pages >= m_least; }

int Checkpointer::checkpoint(bool idle) {
  if (m_pages < m_pinned_at) m_pinned_at = 0;  // the log has started over
  if (m_pages - m_pinned_at >= (m_finishing ? k_last_step_pages : k_step_pages)) {
    if (const int code = move_up_to_pin(); code != SQLITE_OK) return code;
    pin();
  }
  if (!m_finishing) {
    if (m_pages < (idle ? m_least : m_most)) return SQLITE_OK;
    m_finishing = true;
    m_syncer.hurry(false);
    m_syncer.ask();
    return SQLITE_OK;
  }
  m_syncer.hurry(m_pages >= m_most + k_patient_pages);
  if (m_pages >= m_most + k_brim_pages) m_syncer.wait();
  const FileSyncer::State state = m_syncer.poll();
  if (state == FileSyncer::State::failed) return SQLITE_IOERR_FSYNC;
  if (state == FileSyncer::State::syncing) return SQLITE_OK;
  m_finishing = false;
  return finish();
}

void Checkpointer::pin() {
  unpin();
  int code = sqlite3_step(m_begin.get());
  sqlite3_reset(m_begin.get());
  if (code == SQLITE_DONE) {
    code = sqlite3_step(m_look.get());
    sqlite3_reset(m_look.get());
  }
  if (code != SQLITE_ROW) return;  // without a pin the log is moved all at once, later
  m_pinned = true;
  m_pinned_at = m_pages;
  Log* log = find_log(m_writer);
  if (log != nullptr) m_pinned_log = handed_over(*log);
}

void Checkpointer::unpin() {
  if (!m_pinned) return;
  sqlite3_step(m_end.get());
  sqlite3_reset(m_end.get());
  m_pinned = false;
}

int Checkpointer::move_up_to_pin() {
  if (!m_pinned) return SQLITE_OK;
  Log* log = find_log(m_writer);
  if (log == nullptr) return SQLITE_OK;
  m_let_go(false);
  const SyncThrough covers_the_pin(*log, m_pinned_log);
  const int code =
      sqlite3_wal_checkpoint_v2(m_writer, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  return (code & 0xff) == SQLITE_BUSY ? SQLITE_OK : code;
}

int Checkpointer::finish() {
  unpin();
  m_let_go(true);
  sqlite3_busy_timeout(m_writer, k_patience_ms);
  const int code =
      sqlite3_wal_checkpoint_v2(m_writer, nullptr, SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
  sqlite3_busy_timeout(m_writer, k_sqlite_busy_timeout_ms);
  m_let_go(false);
  if ((code & 0xff) == SQLITE_BUSY) {
    // A long reader holds the log. Waiting for it after each commit would stall every commit.
    m_least = m_pages + k_least_pages;
    m_most = m_pages + k_most_pages;
    return SQLITE_OK;
  }
  if (code != SQLITE_OK) return code;
  m_pages = 0;
  m_pinned_at = 0;
  m_least = k_least_pages;
  m_most = k_most_pages;
  return SQLITE_OK;
}

}  // namespace lotkeeper::database
