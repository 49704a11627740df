#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.hpp"

/// Times on the wire: `2018-07-02T09:00:00`, wall-clock time of the client or, with a `Z`, UTC.
namespace lotkeeper::domain {

using base::Instant;

/// The civil time of a wall clock, to the second, that some clock may never show or show twice.
struct WallTime {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  bool utc = false;  ///< a trailing `Z` was there
};

/// Reads exactly `YYYY-MM-DDTHH:MM:SS` in ASCII digits, a real calendar date (years 0001–9999) and
/// clock time (no 24:00:00, no leap second), optionally followed by `Z`. nullopt for anything else.
[[nodiscard]] std::optional<WallTime> parse_wall_time(std::string_view text);

/// What is wrong with a text that `parse_wall_time` does not read, in a sentence or two for whoever
/// sent it. Repeats nothing of it but what follows a date, and that only in short.
[[nodiscard]] std::string explain_wall_time(std::string_view text);

/// Both readings of a wall time: equal, but in an hour that occurs twice.
struct PossibleTimes {
  Instant first;
  Instant last;
};

/// An IANA time zone. Cheap to copy.
class TimeZone {
 public:
  /// nullopt where the system has no such zone.
  [[nodiscard]] static std::optional<TimeZone> find(std::string_view iana_name);
  [[nodiscard]] static TimeZone utc();

  /// The moments that a wall clock here shows `time`. One that does not exist is shifted by the gap
  /// (02:30 becomes 03:30). A `time` marked UTC is taken as UTC. nullopt where UTC is then outside
  /// the years 1 to 9999: such a moment could not be written down.
  [[nodiscard]] std::optional<PossibleTimes> resolve(const WallTime& time) const;

  /// The date that calendars here show at `instant`: `2018-07-02`.
  [[nodiscard]] std::string date_at(Instant instant) const;

  [[nodiscard]] const std::string& name() const { return m_name; }

 private:
  TimeZone(std::string name, std::shared_ptr<const void> zone)
      : m_name(std::move(name)), m_zone(std::move(zone)) {}

  std::string m_name;
  std::shared_ptr<const void> m_zone;  ///< cctz::time_zone, kept out of this header
};

/// The first and the last second that `format_utc` can write.
inline constexpr Instant k_first_instant = std::chrono::sys_days{std::chrono::year{1} / 1 / 1};
inline constexpr Instant k_last_instant =
    std::chrono::sys_days{std::chrono::year{10'000} / 1 / 1} - std::chrono::seconds{1};

/// `2018-07-02T09:00:00Z`; whole seconds, what is below is cut off.
[[nodiscard]] std::string format_utc(Instant instant);

}  // namespace lotkeeper::domain
