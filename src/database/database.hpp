#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "database/connection.hpp"

namespace lotkeeper::database {

/// Another process serves this database already.
class DatabaseInUse : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Database;

/// What can be known of where a database is kept, without asking it.
struct StorageState {
  /// Why nothing that is written now would last: its file was removed or replaced. Else empty.
  std::string is_gone;
  /// Room left for the user that runs this process; nullopt where another machine may have it.
  std::optional<std::uint64_t> free_bytes;
};

/// A connection for reading, lent until this goes out of scope.
class ReaderLease {
 public:
  ReaderLease(Database& owner, std::unique_ptr<Connection> connection)
      : m_owner(&owner), m_connection(std::move(connection)) {}
  ReaderLease(ReaderLease&&) = default;
  ReaderLease& operator=(ReaderLease&&) = delete;
  ~ReaderLease();

  [[nodiscard]] Connection& operator*() const { return *m_connection; }
  [[nodiscard]] Connection* operator->() const { return m_connection.get(); }

 private:
  Database* m_owner;
  std::unique_ptr<Connection> m_connection;
};

/// A database that this process has opened. Safe to ask from any thread.
class Database {
 public:
  /// Opens what `url` names: `sqlite:PATH` or `postgresql://…`. A SQLite file is made where there
  /// is none and belongs to one process at a time; where another holds it, waits up to `patience`,
  /// then throws DatabaseInUse. A PostgreSQL database is any number of processes'; where no server
  /// that takes writes is reached within `patience`, throws DatabaseUnavailable. Throws
  /// std::invalid_argument for a URL of another form.
  static std::unique_ptr<Database> open(std::string_view url, std::chrono::milliseconds patience);

  Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  virtual ~Database() = default;

  /// The connection that writes. One holder at a time.
  [[nodiscard]] virtual Connection& writer() = 0;

  /// Connections that write at the same time, each with one holder; the first is `writer()`. SQLite
  /// has one.
  [[nodiscard]] virtual std::size_t writers() const { return 1; }
  [[nodiscard]] virtual Connection& writer_at(std::size_t) { return writer(); }

  /// Whether other processes may write to it at the same time.
  [[nodiscard]] virtual bool is_shared() const { return false; }

  /// Whether the last try to reach it failed. Answers at once; from any thread.
  [[nodiscard]] virtual bool is_away() const { return false; }

  /// A connection that sees what is committed and cannot write. Give it back soon: a reader that
  /// stays keeps SQLite's log from shrinking. On PostgreSQL there are 16; where all are lent for a
  /// second, throws DatabaseUnavailable.
  [[nodiscard]] virtual ReaderLease read() = 0;

  /// From any thread, and quick.
  [[nodiscard]] virtual StorageState storage() const { return {}; }

  /// Returns when all that was committed before the call is durable: a reader may see more. Throws
  /// OutcomeUnknown.
  void sync() { writer().sync(); }

 private:
  friend class ReaderLease;
  virtual void give_back(std::unique_ptr<Connection> connection) noexcept = 0;
};

inline ReaderLease::~ReaderLease() {
  if (m_connection) m_owner->give_back(std::move(m_connection));
}

/// The file behind a `sqlite:PATH` URL, absolute and without links, whether it is there or not;
/// empty for other URLs.
[[nodiscard]] std::string sqlite_path(std::string_view url);

}  // namespace lotkeeper::database
