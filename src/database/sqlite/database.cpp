#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "database/database.hpp"
#include "database/postgres/database.hpp"
#include "database/sqlite/connection.hpp"

namespace lotkeeper::database {
namespace {

constexpr std::string_view k_sqlite_scheme = "sqlite:";
constexpr const char* k_log_suffix = "-wal";
// The file counts as gone after this many failed checks in a row.
constexpr int k_most_unclear_looks = 8;

/// Rejects files that SQLite would only call "not a database", before anything is created beside
/// them. An empty file becomes a database.
std::string require_sqlite_file(std::string path) {
  constexpr std::string_view k_magic{"SQLite format 3\0", 16};
  std::error_code absent;
  if (std::filesystem::is_directory(path, absent)) {
    throw DatabaseUnavailable(
        fmt::format("{0} is a folder; name a file in it, such as sqlite:{0}/lotkeeper.db", path));
  }
  std::ifstream file(path, std::ios::binary);
  std::array<char, k_magic.size()> begin{};
  file.read(begin.data(), begin.size());
  if (file.gcount() == 0) return path;
  if (std::string_view(begin.data(), static_cast<std::size_t>(file.gcount())) == k_magic)
    return path;
  throw DatabaseUnavailable(
      fmt::format("{} is not a database; nothing was changed. Name the file of your database, or a "
                  "new one, with "
                  "--database sqlite:PATH",
                  path));
}

/// Locks the file `PATH.lock` beside a database, so that only one process has it open. The kernel
/// releases the lock however the process ends.
class FileLock {
 public:
  FileLock(const std::string& database_path, std::chrono::milliseconds patience) {
    const std::string path = database_path + ".lock";
    m_descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (m_descriptor < 0) {
      throw DatabaseUnavailable(fmt::format(
          "{} cannot be created: {}; does its folder exist, and may this user write there?", path,
          std::strerror(errno)));
    }
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (::flock(m_descriptor, LOCK_EX | LOCK_NB) != 0) {
      if (std::chrono::steady_clock::now() >= deadline) {
        ::close(m_descriptor);
        throw DatabaseInUse(fmt::format(
            "{} is in use by another Lotkeeper process; stop that one first, or give this one a "
            "database of its own with --database",
            database_path));
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock() { ::close(m_descriptor); }

 private:
  int m_descriptor = -1;
};

/// Locks the database file itself, which also catches other names of it (hard links). Must be
/// destroyed after SQLite has closed the file: closing any descriptor of a file releases SQLite's
/// own locks on it.
class InodeLock {
 public:
  InodeLock(const std::string& path, std::chrono::milliseconds patience) {
    // The file holds plates and names, so only its owner may read it, whatever the umask.
    m_descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (m_descriptor < 0) return;  // SQLite reports the error
    // One byte, far beyond those that SQLite locks.
    struct flock byte{};
    byte.l_type = F_WRLCK;
    byte.l_whence = SEEK_SET;
    byte.l_start = std::numeric_limits<off_t>::max() - 1;
    byte.l_len = 1;
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (::fcntl(m_descriptor, F_OFD_SETLK, &byte) != 0) {
      // The file system has no locks, so the lock file must suffice.
      if (errno != EAGAIN && errno != EACCES) return;
      if (std::chrono::steady_clock::now() >= deadline) {
        ::close(m_descriptor);
        throw DatabaseInUse(fmt::format(
            "{} is in use by another Lotkeeper process under another name; stop that one first, or "
            "give this one a database of its own with --database",
            path));
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  InodeLock(const InodeLock&) = delete;
  InodeLock& operator=(const InodeLock&) = delete;
  ~InodeLock() {
    if (m_descriptor >= 0) ::close(m_descriptor);
  }

 private:
  int m_descriptor = -1;
};

/// Identifies a file by device and inode, independent of its name.
class FileIdentity {
 public:
  /// `unclear`: the check itself failed, which says nothing about the file.
  enum class State { same, gone, unclear };

  FileIdentity() = default;
  explicit FileIdentity(const std::string& path) {
    struct stat found{};
    m_is_known = ::stat(path.c_str(), &found) == 0;
    if (m_is_known) m_file = {found.st_dev, found.st_ino};
  }

  /// Whether `path` still names this file. A file that was not known at first never counts as gone.
  [[nodiscard]] State state_at(const std::string& path) const {
    if (!m_is_known) return State::same;
    struct stat found{};
    if (::stat(path.c_str(), &found) == 0) {
      return m_file == std::pair(found.st_dev, found.st_ino) ? State::same : State::gone;
    }
    return errno == ENOENT || errno == ENOTDIR ? State::gone : State::unclear;
  }

 private:
  bool m_is_known = false;
  std::pair<dev_t, ino_t> m_file;
};

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(std::string path, std::chrono::milliseconds patience)
      : m_path(require_sqlite_file(std::move(path))),
        m_lock(m_path, patience),
        m_inode_lock(m_path, patience) {
    m_sharing.emplace(m_path);
    m_sharing->release_snapshots = [this](bool others_too) { release_snapshots(others_too); };
    m_writer = std::make_unique<SqliteConnection>(m_path, SqliteRole::writer, *m_sharing);
    // SQLite creates the log with the first transaction and keeps it while the database is open.
    m_writer->begin();
    m_writer->rollback();
    m_file = FileIdentity(m_path);
    m_log = FileIdentity(m_path + k_log_suffix);
  }

  Connection& writer() override { return *m_writer; }

  StorageState storage() const override {
    StorageState state;
    const std::string log = m_path + k_log_suffix;
    const auto file_state = m_file.state_at(m_path);
    const auto log_state = m_log.state_at(log);
    const bool is_unclear =
        file_state == FileIdentity::State::unclear || log_state == FileIdentity::State::unclear;
    // A check may fail for a moment, for example when memory is short.
    const bool is_lost = is_unclear && ++m_unclear_looks >= k_most_unclear_looks;
    if (!is_unclear) m_unclear_looks = 0;
    if (file_state == FileIdentity::State::gone || is_lost) {
      state.is_gone = m_path;
    } else if (log_state == FileIdentity::State::gone) {
      state.is_gone = log;
    }
    struct statvfs disk{};
    const std::string folder = std::filesystem::path(m_path).parent_path().string();
    if (::statvfs(folder.c_str(), &disk) == 0) {
      state.free_bytes = static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
    }
    return state;
  }

  ReaderLease read() override {
    {
      const std::scoped_lock lock(m_mutex);
      if (!m_idle.empty()) {
        auto connection = std::move(m_idle.back());
        m_idle.pop_back();
        return {*this, std::move(connection)};
      }
    }
    // If this name now belongs to another file, SQLite would read that file together with this
    // file's log.
    using enum FileIdentity::State;
    if (m_file.state_at(m_path) != same || m_log.state_at(m_path + k_log_suffix) != same) {
      throw DatabaseUnavailable(fmt::format("{} is no longer the file that was opened", m_path));
    }
    return {*this, std::make_unique<SqliteConnection>(m_path, SqliteRole::reader, *m_sharing)};
  }

 private:
  void give_back(std::unique_ptr<Connection> connection) noexcept override {
    const std::scoped_lock lock(m_mutex);
    m_idle.push_back(std::move(connection));
    if (m_letting_go) reader(m_idle.back()).let_go_of_snapshot();
  }

  static SqliteConnection& reader(const std::unique_ptr<Connection>& connection) {
    return static_cast<SqliteConnection&>(*connection);
  }

  void release_snapshots(bool others_too) {
    const std::scoped_lock lock(m_mutex);
    m_letting_go = others_too;
    for (const auto& connection : m_idle) reader(connection).let_go_of_snapshot();
  }

  std::string m_path;
  FileLock m_lock;
  InodeLock m_inode_lock;
  FileIdentity m_file;
  FileIdentity m_log;                           ///< SQLite's write-ahead log
  mutable std::atomic<int> m_unclear_looks{0};  ///< in a row
  std::optional<SqliteSharing> m_sharing;       ///< destroyed after all connections
  std::mutex m_mutex;
  bool m_letting_go = false;
  std::unique_ptr<SqliteConnection> m_writer;
  std::vector<std::unique_ptr<Connection>>
      m_idle;  ///< closed before the writer, which does the last checkpoint
};

}  // namespace

std::string sqlite_path(std::string_view url) {
  if (!url.starts_with(k_sqlite_scheme)) return {};
  const std::string_view path = url.substr(k_sqlite_scheme.size());
  // SQLite resolves links for its log. The lock and the socket must do the same, or two processes
  // could own one file. weakly_canonical leaves a path relative if nothing exists there yet.
  if (path.empty()) return {};
  return std::filesystem::weakly_canonical(std::filesystem::absolute(path)).string();
}

std::unique_ptr<Database> Database::open(std::string_view url, std::chrono::milliseconds patience) {
  if (is_postgres_url(url)) return open_postgres(url, patience);
  const std::string path = sqlite_path(url);
  if (path.empty()) {
    throw std::invalid_argument(
        fmt::format("\"{}\" is not a database URL that this server knows; write sqlite:PATH, for "
                    "example sqlite:lotkeeper.db, or postgresql://USER@HOST:PORT/DATABASE",
                    url.substr(0, url.find("://"))));
  }
  return std::make_unique<SqliteDatabase>(path, patience);
}

}  // namespace lotkeeper::database
