#pragma once

#include <optional>

#include "base/clock.hpp"
#include "database/connection.hpp"

/// What a database says of itself where `lotkeeper copy` has filled it, so that nobody takes half a
/// copy for the whole.
namespace lotkeeper::store {

struct CopyMark {
  base::Instant source_made_at;  ///< which database it is a copy of
  base::Instant begun_at;
  std::optional<base::Instant> finished_at;  ///< nullopt: some of it is still missing
};

/// nullopt where the database is no copy.
[[nodiscard]] std::optional<CopyMark> find_copy_mark(database::Connection& connection);

void begin_copy_mark(database::Connection& connection, base::Instant source_made_at,
                     base::Instant now);
void finish_copy_mark(database::Connection& connection, base::Instant now);

/// When the first migration made the database: no two that hold data share it.
[[nodiscard]] base::Instant made_at(database::Connection& connection);

/// Throws DatabaseError with a sentence for the operator where the database is a copy that has not
/// finished.
void require_whole(database::Connection& connection);

}  // namespace lotkeeper::store
