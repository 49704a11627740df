#include "database/postgres/row.hpp"

#include <cstring>

#include "database/connection.hpp"

namespace lotkeeper::database {
namespace {

// src/include/catalog/pg_type.dat
constexpr Oid k_bool = 16;
constexpr Oid k_int8 = 20;
constexpr Oid k_int2 = 21;
constexpr Oid k_int4 = 23;

}  // namespace

std::string_view PostgresRow::raw(int column) const {
  return {PQgetvalue(m_result, m_row, column),
          static_cast<std::size_t>(PQgetlength(m_result, m_row, column))};
}

bool PostgresRow::is_integer(int column) const {
  const Oid type = PQftype(m_result, column);
  return type == k_int8 || type == k_int4 || type == k_int2 || type == k_bool;
}

bool PostgresRow::is_null(int column) const { return PQgetisnull(m_result, m_row, column) != 0; }

std::int64_t PostgresRow::integer(int column) const {
  if (is_null(column)) return 0;
  if (!is_integer(column)) throw DatabaseError("a column is not a whole number");
  std::uint64_t number = 0;
  const std::string_view stored = raw(column);
  for (const char byte : stored) number = number << 8U | static_cast<unsigned char>(byte);
  // Sign-extends the shorter types.
  const unsigned unused = 64U - 8U * static_cast<unsigned>(stored.size());
  return static_cast<std::int64_t>(number << unused) >> unused;
}

std::string_view PostgresRow::text(int column) const {
  if (is_null(column)) return {};
  if (!is_integer(column)) return raw(column);
  std::string& written = m_written[column];
  written = std::to_string(integer(column));
  return written;
}

Bytes PostgresRow::bytes(int column) const {
  const std::string_view stored = raw(column);
  return {reinterpret_cast<const std::uint8_t*>(stored.data()), stored.size()};
}

base::Uuid PostgresRow::uuid(int column) const {
  base::Uuid uuid;
  const std::string_view stored = raw(column);
  if (stored.size() != uuid.bytes.size()) throw DatabaseError("a stored UUID has the wrong length");
  std::memcpy(uuid.bytes.data(), stored.data(), stored.size());
  return uuid;
}

}  // namespace lotkeeper::database
