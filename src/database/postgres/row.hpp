#pragma once

#include <map>
#include <string>

#include <libpq-fe.h>

#include "database/value.hpp"

namespace lotkeeper::database {

/// A row of a result in PostgreSQL's binary form.
class PostgresRow final : public Row {
 public:
  PostgresRow(const PGresult* result, int row) : m_result(result), m_row(row) {}

  [[nodiscard]] bool is_null(int column) const override;
  /// Throws DatabaseError if the column is not a whole number.
  [[nodiscard]] std::int64_t integer(int column) const override;
  [[nodiscard]] std::string_view text(int column) const override;
  [[nodiscard]] Bytes bytes(int column) const override;
  [[nodiscard]] base::Uuid uuid(int column) const override;

 private:
  [[nodiscard]] std::string_view raw(int column) const;
  [[nodiscard]] bool is_integer(int column) const;

  const PGresult* m_result;
  int m_row;
  mutable std::map<int, std::string> m_written;  ///< numbers that were requested as text
};

}  // namespace lotkeeper::database
