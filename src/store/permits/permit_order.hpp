#pragma once

#include <chrono>
#include <span>

#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "database/connection.hpp"
#include "store/permits/permit.hpp"

/// Where permits stand in the order of time.
///
/// A reference is a UUID of version 7 and begins with the moment at which it was made, so that the
/// primary key is that order and a push writes no second index for it. Only an import can bring
/// references without such a moment: those permits are undated. They stand where they were
/// imported, behind what else is of the same millisecond, and are noted in a small table of their
/// own, which pushes never touch.
namespace lotkeeper::store {

/// The smallest reference that can be dated `moment`.
[[nodiscard]] base::Uuid first_reference_at(base::Instant moment);

/// What a reference says of when it was made; to be believed of dated ones alone.
[[nodiscard]] base::Instant moment_of(const base::Uuid& reference);

/// References dated earlier are numbers of another system with zeros before them.
inline constexpr base::Instant k_first_dated = base::from_epoch_ms(86'400'000);
/// How far ahead of the clock a reference may be dated: what lies above it are random ones.
inline constexpr std::chrono::hours k_dated_ahead{24};

/// Whether the reference of a permit that is imported at `now` holds a moment.
[[nodiscard]] bool is_dated(const base::Uuid& reference, base::Instant now);

/// Notes permits that were stored at `now` and are undated.
void note_undated(database::Connection& connection, std::span<const Permit* const> permits,
                  base::Instant now);

/// Notes those that were imported before it was noted.
void fill_undated(database::Connection& connection);

/// A place between permits in the order of time. Latest first: of one millisecond the dated ones by
/// their reference, then the undated ones by theirs, highest first.
struct TimePlace {
  base::Instant at;
  base::Uuid id;
  bool is_undated = false;

  /// Behind all that is of `moment` or later.
  [[nodiscard]] static TimePlace before(base::Instant moment) { return {moment, {}, true}; }
};

/// Whether `one` is later than `other`.
[[nodiscard]] bool is_later(const TimePlace& one, const TimePlace& other);

}  // namespace lotkeeper::store
