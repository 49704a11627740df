#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "database/value.hpp"

namespace lotkeeper::database {

/// Each column of `rows` as one array in PostgreSQL's binary form; nullopt where all of it is NULL,
/// which has no type to tell. All rows have one length, and a column's values one type (asserted).
///
/// The form:
/// https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/utils/adt/arrayfuncs.c
/// (array_recv).
[[nodiscard]] std::vector<std::optional<std::string>> arrays_of_columns(
    std::span<const Parameters> rows);

}  // namespace lotkeeper::database
