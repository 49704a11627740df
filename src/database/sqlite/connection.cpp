#include "database/sqlite/connection.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <iterator>

#include <fmt/format.h>

#include "database/sqlite/wal_vfs.hpp"

namespace lotkeeper::database {
namespace {

class SqliteRow final : public Row {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : m_statement(statement) {}

  bool is_null(int column) const override {
    return sqlite3_column_type(m_statement, column) == SQLITE_NULL;
  }
  std::int64_t integer(int column) const override {
    return sqlite3_column_int64(m_statement, column);
  }
  std::string_view text(int column) const override {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(m_statement, column));
    if (text == nullptr) return {};
    return {text, static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column))};
  }
  Bytes bytes(int column) const override {
    const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(m_statement, column));
    if (bytes == nullptr) return {};
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column))};
  }
  base::Uuid uuid(int column) const override {
    base::Uuid uuid;
    const Bytes stored = bytes(column);
    if (stored.size() != uuid.bytes.size())
      throw DatabaseError("a stored UUID has the wrong length");
    std::memcpy(uuid.bytes.data(), stored.data(), stored.size());
    return uuid;
  }

 private:
  sqlite3_stmt* m_statement;
};

int bind_value(sqlite3_stmt* statement, int position, const Value& value) {
  struct Binder {
    sqlite3_stmt* statement;
    int position;
    int operator()(std::monostate) const { return sqlite3_bind_null(statement, position); }
    int operator()(std::int64_t number) const {
      return sqlite3_bind_int64(statement, position, number);
    }
    int operator()(std::string_view text) const {
      // An empty view may hold a null pointer, which would bind NULL.
      return sqlite3_bind_text64(statement, position, text.empty() ? "" : text.data(), text.size(),
                                 SQLITE_STATIC, SQLITE_UTF8);
    }
    int operator()(const base::Uuid& uuid) const {
      return sqlite3_bind_blob64(statement, position, uuid.bytes.data(), uuid.bytes.size(),
                                 SQLITE_STATIC);
    }
    int operator()(Bytes bytes) const {
      return sqlite3_bind_blob64(statement, position,
                                 bytes.empty() ? static_cast<const void*>("") : bytes.data(),
                                 bytes.size(), SQLITE_STATIC);
    }
  };
  return std::visit(Binder{statement, position}, value.variant());
}

/// 2 for "$2". Throws if the name has another form.
std::size_t number_of(std::string_view parameter, std::string_view statement) {
  std::size_t number = 0;
  const char* end = parameter.data() + parameter.size();
  if (parameter.starts_with('$')) std::from_chars(parameter.data() + 1, end, number);
  if (number == 0) {
    throw DatabaseError(
        fmt::format("{}: \"{}\" is not a parameter of the form $1", statement, parameter));
  }
  return number;
}

/// Resets the statement however its use ends, so that no read stays open.
class Use {
 public:
  explicit Use(sqlite3_stmt* statement) : m_statement(statement) {}
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  ~Use() { sqlite3_reset(m_statement); }

 private:
  sqlite3_stmt* m_statement;
};

}  // namespace

SqliteConnection::SqliteConnection(const std::string& path, SqliteRole role, SqliteSharing& sharing)
    : m_sharing(sharing), m_keeps_snapshots(role == SqliteRole::reader) {
  // Readers open the file for writing as well: in WAL mode they keep their place in shared memory.
  // `query_only` below is what keeps them from writing.
  // Only the writer creates the file. If the file was removed, a reader would create an empty one.
  constexpr int k_flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int creates = role == SqliteRole::writer ? SQLITE_OPEN_CREATE : 0;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, k_flags | creates,
                                   role == SqliteRole::writer ? wal_vfs() : nullptr);
  m_handle.reset(handle);
  if (code != SQLITE_OK) {
    throw DatabaseUnavailable(
        fmt::format("the database file {} cannot be opened: {}; does its folder exist, and may "
                    "this user write there?",
                    path, handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code)));
  }

  // Never memory-mapped, and only the writer checkpoints: SQLite before 3.51.3 can corrupt the file
  // if one connection resets the log while another writes.
  sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, role == SqliteRole::reader ? 1 : 0,
                    nullptr);
  sqlite3_busy_timeout(handle, k_sqlite_busy_timeout_ms);
  run_script(
      "PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;"
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;");
  if (role == SqliteRole::writer) {
    // A long reader can make the log longer than its usual maximum (104 MiB). It is then cut to
    // this size when it starts over.
    run_script("PRAGMA cache_size = -32768; PRAGMA journal_size_limit = 117440512;");
    m_checkpointer = std::make_unique<Checkpointer>(
        handle, path, sharing.syncer,
        [&sharing](bool others_too) { sharing.release_snapshots(others_too); });
    sqlite3_wal_hook(
        handle,
        [](void* self, sqlite3*, const char*, int pages) {
          auto& connection = *static_cast<SqliteConnection*>(self);
          connection.m_checkpointer->committed(pages);
          ++connection.m_sharing.commits;
          return SQLITE_OK;
        },
        this);
  } else {
    run_script("PRAGMA cache_size = -8192; PRAGMA query_only = 1;");
  }

  const auto prepare_control = [&](const char* sql) {
    sqlite3_stmt* statement = nullptr;
    const int prepared =
        sqlite3_prepare_v3(handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (prepared != SQLITE_OK) fail(sql, prepared);
    return std::unique_ptr<sqlite3_stmt, Finalize>(statement);
  };
  m_begin = prepare_control(role == SqliteRole::writer ? "BEGIN IMMEDIATE" : "BEGIN");
  m_commit = prepare_control("COMMIT");
  m_rollback = prepare_control("ROLLBACK");
}

void SqliteConnection::fail(std::string_view what, int code) const {
  // The connection's own message is more precise, if it is about this error code.
  const char* words = sqlite3_extended_errcode(m_handle.get()) == code
                          ? sqlite3_errmsg(m_handle.get())
                          : sqlite3_errstr(code);
  const std::string text =
      code == SQLITE_IOERR_FSYNC
          ? fmt::format("{}: the disk refused to sync (SQLite code {})", what, code)
          : fmt::format("{}: {} (SQLite code {})", what, words, code);
  // After a failed fsync the kernel may have dropped the pages and marked them clean. Neither a
  // retry nor reading the file shows what is on disk. So nothing is synced any more, not even on
  // closing.
  if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC) {
    sqlite3_db_config(m_handle.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    throw DiskFailed(text);
  }
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_FULL:
    case SQLITE_CANTOPEN:
    case SQLITE_NOMEM:
      throw DatabaseUnavailable(text);
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_PROTOCOL:
      throw StoreBroken(text);
    default:
      throw DatabaseError(text);
  }
}

SqliteConnection::Prepared& SqliteConnection::prepare(const Statement& statement) {
  const auto found = m_prepared.find(statement.sql.data());
  if (found != m_prepared.end()) return found->second;

  sqlite3_stmt* handle = nullptr;
  const int code = sqlite3_prepare_v3(m_handle.get(), statement.sql.data(),
                                      static_cast<int>(statement.sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  if (code != SQLITE_OK) fail(statement.name, code);

  Prepared prepared{std::unique_ptr<sqlite3_stmt, Finalize>(handle), {}};
  // SQLite treats `$2` as a name and numbers names by first appearance.
  const int count = sqlite3_bind_parameter_count(handle);
  for (int position = 1; position <= count; ++position) {
    const char* name = sqlite3_bind_parameter_name(handle, position);
    const std::size_t number = number_of(name != nullptr ? name : "", statement.name);
    if (prepared.positions.size() < number) prepared.positions.resize(number, 0);
    prepared.positions[number - 1] = position;
  }
  return m_prepared.emplace(statement.sql.data(), std::move(prepared)).first->second;
}

void SqliteConnection::bind(const Prepared& prepared, const Parameters& parameters,
                            std::string_view name) {
  if (parameters.size() < prepared.positions.size()) {
    throw DatabaseError(fmt::format("{}: too few parameters", name));
  }
  for (std::size_t i = 0; i < prepared.positions.size(); ++i) {
    if (prepared.positions[i] == 0) continue;
    const int code = bind_value(prepared.statement.get(), prepared.positions[i], parameters[i]);
    if (code != SQLITE_OK) fail(name, code);
  }
}

std::vector<std::int64_t> SqliteConnection::run_many(const Statement& statement,
                                                     std::span<const Parameters> batch,
                                                     const OnEachRow& on_row) {
  if (m_keeps_snapshots && !m_in_snapshot) see_all_commits();
  Prepared& prepared = prepare(statement);
  sqlite3_stmt* handle = prepared.statement.get();
  const bool writes = sqlite3_stmt_readonly(handle) == 0;

  std::vector<std::int64_t> written(batch.size(), 0);
  for (std::size_t index = 0; index < batch.size(); ++index) {
    const Use use(handle);
    bind(prepared, batch[index], statement.name);
    int code = sqlite3_step(handle);
    for (; code == SQLITE_ROW; code = sqlite3_step(handle)) {
      on_row(index, SqliteRow(handle));
    }
    if (code != SQLITE_DONE) fail(statement.name, code);
    if (writes) written[index] = sqlite3_changes64(m_handle.get());
  }
  return written;
}

void SqliteConnection::control(sqlite3_stmt* statement, std::string_view what) {
  const Use use(statement);
  const int code = sqlite3_step(statement);
  if (code != SQLITE_DONE) fail(what, code);
}

void SqliteConnection::begin() {
  if (!m_keeps_snapshots) return control(m_begin.get(), "BEGIN");
  see_all_commits();
  m_in_snapshot = true;
}

void SqliteConnection::see_all_commits() {
  // Read this before taking the snapshot. The snapshot may then see more commits than recorded, but
  // never fewer.
  const std::uint64_t commits = m_sharing.commits;
  const bool is_open = sqlite3_get_autocommit(m_handle.get()) == 0;
  if (is_open && m_seen_commits == commits) return;
  let_go_of_snapshot();
  control(m_begin.get(), "BEGIN");
  m_seen_commits = commits;
}

void SqliteConnection::let_go_of_snapshot() noexcept {
  if (sqlite3_get_autocommit(m_handle.get()) != 0) return;
  sqlite3_step(m_rollback.get());
  sqlite3_reset(m_rollback.get());
}

void SqliteConnection::commit() {
  const Use use(m_commit.get());
  const int code = sqlite3_step(m_commit.get());
  if (code == SQLITE_DONE) return;
  // The log is synced before shared memory is updated. If that update fails, the commit is on disk
  // all the same.
  constexpr int k_shared_memory[] = {SQLITE_IOERR_SHMOPEN, SQLITE_IOERR_SHMSIZE,
                                     SQLITE_IOERR_SHMLOCK, SQLITE_IOERR_SHMMAP};
  if (std::ranges::find(k_shared_memory, code) != std::end(k_shared_memory)) {
    throw DiskFailed(fmt::format("COMMIT: shared memory failed (SQLite code {})", code));
  }
  fail("COMMIT", code);
}

void SqliteConnection::commit_unsynced() {
  if (m_log == nullptr) m_log = find_log(m_handle.get());
  if (m_log == nullptr) return commit();
  const DeferSyncs put_off(*m_log);
  commit();
}

void SqliteConnection::sync() {
  if (m_log == nullptr) return;
  const auto began = Timer::now();
  const int code = sync_log(*m_log);
  if (code != SQLITE_OK) throw DiskFailed(fmt::format("sync: SQLite code {}", code));
  m_sync_time = (3 * m_sync_time.load() + (Timer::now() - began)) / 4;
}

void SqliteConnection::rollback() noexcept {
  if (m_keeps_snapshots) {
    m_in_snapshot = false;
  } else {
    let_go_of_snapshot();  // unless SQLite has already rolled back
  }
}

void SqliteConnection::run_script(const std::string& sql) {
  const int code = sqlite3_exec(m_handle.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail("script", code);
}

bool SqliteConnection::checkpoint(bool idle) {
  if (!m_checkpointer) return false;
  const int code = m_checkpointer->checkpoint(idle);
  if (code != SQLITE_OK) fail("checkpoint", code);
  return m_checkpointer->has_more();
}

std::chrono::steady_clock::duration SqliteConnection::sync_time() const { return m_sync_time; }

}  // namespace lotkeeper::database
