#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "database/connection.hpp"

/// What tables there are: the migrations say it, and nothing else has to be told.
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
  std::vector<std::size_t> key;  ///< places of the primary key's columns in `columns`, in its order
};

/// Every table of a database that this binary has brought up to date, in the order in which the
/// migrations make them. Throws DatabaseError where a migration has a type of column that is none
/// of the four.
[[nodiscard]] std::vector<Table> schema();

/// Whether the database has a table of this name: an empty database, or another program's, has not.
[[nodiscard]] bool has_table(Connection& connection, std::string_view name);

}  // namespace lotkeeper::database
