#pragma once

#include <optional>

#include "base/clock.hpp"
#include "database/connection.hpp"

/// A mark in a database that `lotkeeper copy` fills, so that an unfinished copy is never mistaken
/// for a complete one.
namespace lotkeeper::store {

struct CopyMark {
  base::Instant source_made_at;  ///< identifies the database that it is a copy of
  base::Instant begun_at;
  std::optional<base::Instant> finished_at;  ///< nullopt: the copy is incomplete
};

/// nullopt if the database is not a copy.
[[nodiscard]] std::optional<CopyMark> find_copy_mark(database::Connection& connection);

void begin_copy_mark(database::Connection& connection, base::Instant source_made_at,
                     base::Instant now);
void finish_copy_mark(database::Connection& connection, base::Instant now);

/// When the first migration created the database. Unique among databases that hold data.
[[nodiscard]] base::Instant made_at(database::Connection& connection);

/// Throws DatabaseError with a sentence for the operator if the database is an unfinished copy.
void require_whole(database::Connection& connection);

}  // namespace lotkeeper::store
