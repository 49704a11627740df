#include "database/schema.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

#include "database/migrate.hpp"

namespace lotkeeper::database {
namespace {

struct Close {
  void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};
struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

constexpr std::array<std::pair<std::string_view, ColumnType>, 4> k_types{{
    {"BIGINT", ColumnType::integer},
    {"TEXT", ColumnType::text},
    {"UUID", ColumnType::uuid},
    {"BYTEA", ColumnType::bytes},
}};

ColumnType type_of(std::string_view table, std::string_view column, std::string_view declared) {
  const auto* const found =
      std::ranges::find(k_types, declared, [](auto& type) { return type.first; });
  if (found != k_types.end()) return found->second;
  throw DatabaseError(fmt::format("{}.{} has an unknown type: {}", table, column, declared));
}

// In the order of creation.
constexpr const char* k_columns =
    "SELECT m.name, c.name, c.type, c.pk, c.\"notnull\" FROM sqlite_schema m, "
    "pragma_table_info(m.name) c "
    "WHERE m.type = 'table' ORDER BY m.rowid, c.cid";

constexpr Statement k_find_in_sqlite{
    "schema.find_in_sqlite", "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1"};
constexpr Statement k_find_in_postgres{"schema.find_in_postgres",
                                       "SELECT 1 WHERE to_regclass($1) IS NOT NULL"};

}  // namespace

std::vector<Table> schema() {
  // An in-memory database built by the migrations is more reliable than a parser for SQL.
  sqlite3* handle = nullptr;
  const int opened = sqlite3_open(":memory:", &handle);
  const std::unique_ptr<sqlite3, Close> database(handle);
  const auto require = [&](int code) {
    if (code != SQLITE_OK) throw DatabaseError(fmt::format("schema: {}", sqlite3_errmsg(handle)));
  };
  require(opened);
  require(sqlite3_exec(handle, whole_schema(Engine::sqlite).c_str(), nullptr, nullptr, nullptr));
  sqlite3_stmt* prepared = nullptr;
  require(sqlite3_prepare_v2(handle, k_columns, -1, &prepared, nullptr));
  const std::unique_ptr<sqlite3_stmt, Finalize> statement(prepared);

  std::vector<Table> tables;
  std::vector<std::pair<int, std::size_t>> key;  // position in the key, column
  const auto text = [&](int column) {
    return std::string(reinterpret_cast<const char*>(sqlite3_column_text(prepared, column)));
  };
  const auto end_table = [&] {
    std::ranges::sort(key);
    for (const auto& [place, column] : key) tables.back().key.push_back(column);
    key.clear();
  };
  while (sqlite3_step(prepared) == SQLITE_ROW) {
    if (tables.empty() || tables.back().name != text(0)) {
      if (!tables.empty()) end_table();
      tables.push_back({text(0), {}, {}});
    }
    Table& table = tables.back();
    if (const int place = sqlite3_column_int(prepared, 3); place > 0) {
      key.emplace_back(place, table.columns.size());
    }
    const bool may_be_null =
        sqlite3_column_int(prepared, 3) == 0 && sqlite3_column_int(prepared, 4) == 0;
    table.columns.push_back({text(1), type_of(table.name, text(1), text(2)), may_be_null});
  }
  if (!tables.empty()) end_table();
  return tables;
}

bool has_table(Connection& connection, std::string_view name) {
  bool has = false;
  const auto note = [&has](const Row&) { has = true; };
  switch (connection.engine()) {
    case Engine::sqlite:
      connection.run(k_find_in_sqlite, {name}, note);
      break;
    case Engine::postgresql:
      connection.run(k_find_in_postgres, {name}, note);
      break;
  }
  return has;
}

}  // namespace lotkeeper::database
