#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/v1/attributes.hpp"
#include "database/database.hpp"
#include "service/commit/command.hpp"

/// What can be imported as a table whose columns are an endpoint's attributes. A row goes through
/// the very function that reads the endpoint's body.
namespace lotkeeper::api::v1 {

struct ImportKind {
  std::string_view name;  ///< "permits"
  std::vector<const Attribute*> columns;
  bool needs_integration = false;
  /// Reads a row, an object as an endpoint would get it, into the command that stores it. Refused
  /// with all that is wrong with the row, what the store alone can find included.
  domain::Result<std::unique_ptr<service::Command>> (*read)(const http::Call& row,
                                                            database::Database& database) = nullptr;
  /// Whether what became of the command means that the record was there already.
  bool (*was_there)(const service::Command& command) = nullptr;
  /// Comes as JSON records, each a row with one cell; else as a CSV table.
  bool is_json = false;
};

[[nodiscard]] std::span<const ImportKind> import_kinds();

/// Null where there is no such kind.
[[nodiscard]] const ImportKind* find_import_kind(std::string_view name);

/// What to warn of in a table with these columns: those that are no attribute. Refused: a column
/// that is there twice, a required one that is not there: JSON where a table is wanted, or the
/// other way round, is told as such.
[[nodiscard]] domain::Result<std::vector<std::string>> check_columns(
    const ImportKind& kind, std::span<const std::string> columns);

}  // namespace lotkeeper::api::v1
