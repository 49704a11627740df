#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "database/value.hpp"

namespace lotkeeper::database {

/// Sends each column of `rows` as one array in PostgreSQL's binary form. nullopt for a column of
/// only NULLs, whose type is unknown. All rows have the same length, and each column has values of
/// one type (asserted).
///
/// The form:
/// https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/utils/adt/arrayfuncs.c
/// (array_recv).
[[nodiscard]] std::vector<std::optional<std::string>> arrays_of_columns(
    std::span<const Parameters> rows);

}  // namespace lotkeeper::database
