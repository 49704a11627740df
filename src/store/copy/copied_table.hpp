#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/secret.hpp"
#include "database/connection.hpp"
#include "database/schema.hpp"

/// Copies tables with any columns, row by row, from one database to another.
namespace lotkeeper::store {

/// A value that outlives the row it was read from.
using OwnedValue =
    std::variant<std::monostate, std::int64_t, std::string, base::Uuid, std::vector<std::uint8_t>>;
using OwnedRow = std::vector<OwnedValue>;

/// How much of a table is read at once and held in memory.
struct PageLimits {
  std::int64_t rows = 500;
  std::int64_t bytes = 4 * 1024 * 1024;  ///< of large values; at least one row is read
};

/// A table that is copied with the data. Outlives the connections that it is used with, because
/// they cache its prepared statements.
class CopiedTable {
 public:
  explicit CopiedTable(const database::Table& table);
  CopiedTable(const CopiedTable&) = delete;
  CopiedTable& operator=(const CopiedTable&) = delete;
  ~CopiedTable() = default;

  [[nodiscard]] const std::string& name() const { return m_table.name; }
  [[nodiscard]] std::int64_t count(database::Connection& connection) const;
  [[nodiscard]] bool is_empty(database::Connection& connection) const;
  void clear(database::Connection& connection) const;

  /// The key of the last row. Empty if there is no row.
  [[nodiscard]] OwnedRow last_key(database::Connection& connection) const;
  /// The rows after `key` in key order, within `limits`. An empty `key` means from the start.
  [[nodiscard]] std::vector<OwnedRow> rows_after(database::Connection& connection,
                                                 const OwnedRow& key,
                                                 const PageLimits& limits) const;
  void insert(database::Connection& connection, std::span<const OwnedRow> rows) const;
  [[nodiscard]] OwnedRow key_of(const OwnedRow& row) const;

  /// If the row has a text that PostgreSQL cannot store (a NUL, or bytes that are not UTF-8),
  /// returns that text's column and the row's key, such as `column "comment" of the row client_id =
  /// 1, violation_id = 9`. Otherwise empty.
  [[nodiscard]] std::string unfit_text(const OwnedRow& row) const;

 private:
  struct Text {
    std::string name;
    std::string sql;
    [[nodiscard]] database::Statement statement() const { return {name, sql}; }
  };

  [[nodiscard]] OwnedRow read(const database::Row& row, std::span<const std::size_t> columns) const;
  [[nodiscard]] std::int64_t rows_within(database::Connection& connection, const OwnedRow& key,
                                         const PageLimits& limits) const;

  const database::Table m_table;
  std::vector<std::size_t> m_all;  ///< positions of all columns
  bool m_has_bulk = false;         ///< has byte columns outside the key, which may be large
  Text m_count, m_any, m_clear, m_last_key, m_first_page, m_page, m_first_sizes, m_sizes, m_insert;
};

/// A checksum of rows that is the same on every engine. Covers each value's kind, length and
/// content.
class RowDigest {
 public:
  void add(const OwnedRow& row);
  [[nodiscard]] std::int64_t rows() const { return m_rows; }
  [[nodiscard]] base::Digest digest() { return m_hash.digest(); }

 private:
  base::Sha256 m_hash;
  std::int64_t m_rows = 0;
};

/// Why a table is not copied. Empty for a table that is.
[[nodiscard]] std::string_view why_left_behind(std::string_view table);

/// Whether the migrations themselves insert rows into the table.
[[nodiscard]] bool is_seeded(std::string_view table);

}  // namespace lotkeeper::store
