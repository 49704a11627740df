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

/// Tables whatever they hold, row by row, from one database to another.
namespace lotkeeper::store {

/// A value that outlives the row it was read from.
using OwnedValue =
    std::variant<std::monostate, std::int64_t, std::string, base::Uuid, std::vector<std::uint8_t>>;
using OwnedRow = std::vector<OwnedValue>;

/// How much is read at once: what is in memory of a table.
struct PageLimits {
  std::int64_t rows = 500;
  std::int64_t bytes = 4 * 1024 * 1024;  ///< of attachments and the like; one row in any case
};

/// A table that moves with the data. Outlives the connections that it is used with: these keep what
/// they prepared.
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

  /// The key of the last row; empty where there is none.
  [[nodiscard]] OwnedRow last_key(database::Connection& connection) const;
  /// The rows that follow `key` (all of them where it is empty) in the key's order, within
  /// `limits`.
  [[nodiscard]] std::vector<OwnedRow> rows_after(database::Connection& connection,
                                                 const OwnedRow& key,
                                                 const PageLimits& limits) const;
  void insert(database::Connection& connection, std::span<const OwnedRow> rows) const;
  [[nodiscard]] OwnedRow key_of(const OwnedRow& row) const;

  /// Where the row has a text that PostgreSQL cannot hold (a NUL, or bytes that are no UTF-8), that
  /// text's column and the row's key, such as `column "comment" of the row client_id = 1,
  /// violation_id = 9`; else empty.
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
  std::vector<std::size_t> m_all;  ///< places of all columns
  bool m_has_bulk = false;         ///< bytes outside the key, which may be many
  Text m_count, m_any, m_clear, m_last_key, m_first_page, m_page, m_first_sizes, m_sizes, m_insert;
};

/// A checksum of rows that is the same on every engine: over each value's kind, length and content.
class RowDigest {
 public:
  void add(const OwnedRow& row);
  [[nodiscard]] std::int64_t rows() const { return m_rows; }
  [[nodiscard]] base::Digest digest() { return m_hash.digest(); }

 private:
  base::Sha256 m_hash;
  std::int64_t m_rows = 0;
};

/// Why a table stays behind; empty for one that moves with the data.
[[nodiscard]] std::string_view why_left_behind(std::string_view table);

/// Whether the migrations themselves put rows into the table.
[[nodiscard]] bool is_seeded(std::string_view table);

}  // namespace lotkeeper::store
