#pragma once

#include <optional>
#include <string_view>

#include "domain/time.hpp"

/// Days of the calendar, `2018-07-02`, which begin at different moments in different time zones.
namespace lotkeeper::domain {

/// The first moment of a day `2018-07-02` in `zone`; nullopt where the text is no such day.
[[nodiscard]] std::optional<Instant> begin_of_day(std::string_view day, const TimeZone& zone);
/// The first moment after it.
[[nodiscard]] std::optional<Instant> end_of_day(std::string_view day, const TimeZone& zone);

}  // namespace lotkeeper::domain
