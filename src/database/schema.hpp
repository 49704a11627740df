#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "database/connection.hpp"

/// The tables of the database, derived from the migrations. There is no second list to maintain.
namespace lotkeeper::database {

enum class ColumnType { integer, text, uuid, bytes };

struct Column {
  std::string name;
  ColumnType type = ColumnType::integer;
  bool may_be_null = false;
};

struct Table {
  std::string name;
  std::vector<Column> columns;
  std::vector<std::size_t> key;  ///< positions in `columns` of the primary key, in key order
};

/// Every table of an up-to-date database, in the order in which the migrations create them. Throws
/// DatabaseError if a migration uses a column type other than the four known ones.
[[nodiscard]] std::vector<Table> schema();

/// Whether the database has a table of this name. False for an empty database or another program's.
[[nodiscard]] bool has_table(Connection& connection, std::string_view name);

}  // namespace lotkeeper::database
