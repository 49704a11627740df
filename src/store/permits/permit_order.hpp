#pragma once

#include <chrono>
#include <span>

#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "database/connection.hpp"
#include "store/permits/permit.hpp"

/// The order of permits in time.
///
/// A reference is a version 7 UUID and begins with the time at which it was made. The primary key
/// therefore has this order, and a push writes no second index for it. Only an import can bring
/// references without such a time. These permits are undated. They are placed at the time of their
/// import, after the other permits of the same millisecond, and listed in a small table of their
/// own that pushes never touch.
namespace lotkeeper::store {

/// The smallest reference with the time `moment`.
[[nodiscard]] base::Uuid first_reference_at(base::Instant moment);

/// The time in a reference. Reliable only for dated ones.
[[nodiscard]] base::Instant moment_of(const base::Uuid& reference);

/// References with an earlier time are zero-padded numbers of another system.
inline constexpr base::Instant k_first_dated = base::from_epoch_ms(86'400'000);
/// How far ahead of the clock a reference may be. Later ones are random.
inline constexpr std::chrono::hours k_dated_ahead{24};

/// Whether the reference of a permit that is imported at `now` contains a time.
[[nodiscard]] bool is_dated(const base::Uuid& reference, base::Instant now);

/// Records the undated ones among permits that were stored at `now`.
void note_undated(database::Connection& connection, std::span<const Permit* const> permits,
                  base::Instant now);

/// Records undated permits that were imported before this table existed.
void fill_undated(database::Connection& connection);

/// A position between permits in time order. Latest first. Within one millisecond, first the dated
/// ones and then the undated ones, each by reference, highest first.
struct TimePlace {
  base::Instant at;
  base::Uuid id;
  bool is_undated = false;

  /// After everything at `moment` or later.
  [[nodiscard]] static TimePlace before(base::Instant moment) { return {moment, {}, true}; }
};

/// Whether `one` is later than `other`.
[[nodiscard]] bool is_later(const TimePlace& one, const TimePlace& other);

}  // namespace lotkeeper::store
