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

/// Another process is already using this database.
class DatabaseInUse : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Database;

/// What is known about the database's storage without querying the database.
struct StorageState {
  /// Why nothing written now would last (the file was removed or replaced). Empty if all is well.
  std::string is_gone;
  /// Free space for the user that runs this process. nullopt if the data may be on another machine.
  std::optional<std::uint64_t> free_bytes;
};

/// A connection for reading, on loan until this goes out of scope.
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

/// A database that this process has opened. Thread-safe.
class Database {
 public:
  /// Opens the database that `url` names: `sqlite:PATH` or `postgresql://…`. Throws
  /// std::invalid_argument for any other form.
  ///
  /// A missing SQLite file is created. It belongs to one process at a time: if another process
  /// holds it, waits up to `patience`, then throws DatabaseInUse. Any number of processes may use a
  /// PostgreSQL database. Throws DatabaseUnavailable if no server that accepts writes is reached
  /// within `patience`.
  static std::unique_ptr<Database> open(std::string_view url, std::chrono::milliseconds patience);

  Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  virtual ~Database() = default;

  /// The connection that writes. One user at a time.
  [[nodiscard]] virtual Connection& writer() = 0;

  /// The number of connections that can write at the same time, each with one user. The first is
  /// `writer()`. SQLite has one.
  [[nodiscard]] virtual std::size_t writers() const { return 1; }
  [[nodiscard]] virtual Connection& writer_at(std::size_t) { return writer(); }

  /// Whether other processes may write to it at the same time.
  [[nodiscard]] virtual bool is_shared() const { return false; }

  /// Whether the last attempt to reach it failed. Returns immediately. Thread-safe.
  [[nodiscard]] virtual bool is_away() const { return false; }

  /// A connection that sees committed data and cannot write. Return it soon: a long reader keeps
  /// SQLite's log from shrinking. PostgreSQL has 16. Throws DatabaseUnavailable if all are on loan
  /// for a second.
  [[nodiscard]] virtual ReaderLease read() = 0;

  /// Thread-safe and quick.
  [[nodiscard]] virtual StorageState storage() const { return {}; }

  /// Returns when everything committed before the call is durable (readers may already see newer
  /// data). Throws OutcomeUnknown.
  void sync() { writer().sync(); }

 private:
  friend class ReaderLease;
  virtual void give_back(std::unique_ptr<Connection> connection) noexcept = 0;
};

inline ReaderLease::~ReaderLease() {
  if (m_connection) m_owner->give_back(std::move(m_connection));
}

/// The file behind a `sqlite:PATH` URL: absolute, with links resolved, whether or not it exists.
/// Empty for other URLs.
[[nodiscard]] std::string sqlite_path(std::string_view url);

}  // namespace lotkeeper::database
