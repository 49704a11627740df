#include "domain/time.hpp"

#include <cctz/civil_time.h>
#include <cctz/time_zone.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <mutex>
#include <vector>

#include <fmt/format.h>

namespace lotkeeper::domain {
namespace {

constexpr std::string_view k_pattern = "YYYY-MM-DDTHH:MM:SS";
constexpr std::string_view k_date = "YYYY-MM-DD";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

int read_digits(std::string_view text, std::size_t from, std::size_t count) {
  int value = 0;
  for (const char c : text.substr(from, count)) value = value * 10 + (c - '0');
  return value;
}

/// Whether digits stand where `pattern` has letters, and its separators where it has them.
bool matches(std::string_view text, std::string_view pattern) {
  if (text.size() != pattern.size()) return false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char expected = pattern[at];
    const bool is_separator = expected == '-' || expected == ':' || expected == 'T';
    if (is_separator ? text[at] != expected : !is_digit(text[at])) return false;
  }
  return true;
}

bool has_pattern(std::string_view text) { return matches(text, k_pattern); }

bool is_offset(std::string_view text) {
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return false;
  text.remove_prefix(1);
  return matches(text, "HH") || matches(text, "HHMM") || matches(text, "HH:MM");
}

/// What is wrong with what stands behind a time of day.
void explain_end(std::string_view end, std::vector<std::string>& faults) {
  constexpr std::size_t k_most_digits = 9;
  if (end.starts_with('.') || end.starts_with(',')) {
    const std::size_t length = std::min(end.find_first_not_of("0123456789", 1), end.size());
    faults.push_back(
        length - 1 <= k_most_digits
            ? fmt::format(
                  "\"{}\" is a fraction of a second. Fractions are not accepted. Leave it out.",
                  end.substr(0, length))
            : "Fractions of a second are not accepted. Leave them out.");
    end.remove_prefix(length);
  }
  if (end.empty() || end == "Z") return;
  if (is_offset(end)) {
    faults.push_back(
        fmt::format("\"{}\" is a time-zone offset. Offsets are not accepted. Send the time in UTC "
                    "with a \"Z\" at its end.",
                    end));
  } else if (end == "z") {
    faults.emplace_back("The \"Z\" for UTC must be a capital letter.");
  } else {
    faults.emplace_back("Only \"Z\" may follow the time.");
  }
}

std::chrono::year_month_day date_of(const WallTime& time) {
  return {std::chrono::year{time.year}, std::chrono::month{static_cast<unsigned>(time.month)},
          std::chrono::day{static_cast<unsigned>(time.day)}};
}

Instant resolve_utc(const WallTime& time) {
  return std::chrono::sys_days{date_of(time)} + std::chrono::hours{time.hour} +
         std::chrono::minutes{time.minute} + std::chrono::seconds{time.second};
}

/// The time zone library opens whatever file a name leads to and has names of its own; only what
/// IANA's database could contain goes on to it. `right/` counts leap seconds, which POSIX time does
/// not, and `localtime` would make a client's times depend on the machine.
bool may_be_iana_name(std::string_view name) {
  const auto is_name_character = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || is_digit(c) || c == '_' ||
           c == '-' || c == '+' || c == '/';
  };
  if (name.empty() || name.size() > 64) return false;
  if (!std::all_of(name.begin(), name.end(), is_name_character)) return false;
  if (name.front() < 'A' || name.front() > 'Z') return false;
  return !name.starts_with("Fixed/") && name != "UTC0" && name != "Factory" && name.back() != '/' &&
         name.find("//") == std::string_view::npos;
}

std::shared_ptr<const cctz::time_zone> load(const std::string& name) {
  static std::mutex mutex;
  static std::map<std::string, std::shared_ptr<const cctz::time_zone>> loaded;

  const std::lock_guard lock(mutex);
  if (const auto found = loaded.find(name); found != loaded.end()) return found->second;
  cctz::time_zone zone;
  if (!cctz::load_time_zone(name, &zone)) return nullptr;
  return loaded.emplace(name, std::make_shared<const cctz::time_zone>(zone)).first->second;
}

void append_padded(std::string& text, int value, std::size_t width) {
  const std::string digits = std::to_string(value);
  if (digits.size() < width) text.append(width - digits.size(), '0');
  text += digits;
}

}  // namespace

std::optional<WallTime> parse_wall_time(std::string_view text) {
  WallTime time;
  if (text.ends_with('Z')) {
    time.utc = true;
    text.remove_suffix(1);
  }
  if (!has_pattern(text)) return std::nullopt;

  time.year = read_digits(text, 0, 4);
  time.month = read_digits(text, 5, 2);
  time.day = read_digits(text, 8, 2);
  time.hour = read_digits(text, 11, 2);
  time.minute = read_digits(text, 14, 2);
  time.second = read_digits(text, 17, 2);
  if (time.year < 1 || !date_of(time).ok()) return std::nullopt;
  if (time.hour > 23 || time.minute > 59 || time.second > 59) return std::nullopt;
  return time;
}

std::string explain_wall_time(std::string_view text) {
  if (!matches(text.substr(0, k_date.size()), k_date)) {
    return "It does not begin with a date in the form YYYY-MM-DD.";
  }
  const std::string_view date = text.substr(0, k_date.size());
  const std::string_view after_date = text.substr(k_date.size());
  if (!parse_wall_time(std::string(date) + "T00:00:00")) {
    return fmt::format("\"{}\" is not a real date.", date);
  }
  if (after_date.empty()) return "The time of day is missing.";

  std::vector<std::string> faults;
  if (after_date.front() == ' ') {
    faults.emplace_back("There is a space between the date and the time. Send a \"T\" there.");
  } else if (after_date.front() != 'T') {
    return "After the date add \"T\" and a time, as in 2018-07-02T09:30:00.";
  }
  const std::string_view time = after_date.substr(1);
  const std::string_view clock =
      time.substr(0, std::min(time.find_first_not_of("0123456789:"), time.size()));
  const std::string_view rest = time.substr(clock.size());
  if (matches(clock, "HH:MM")) {
    faults.emplace_back("The seconds are missing.");
  } else if (!matches(clock, "HH:MM:SS")) {
    faults.emplace_back("The time of day is not HH:MM:SS.");
  } else if (!parse_wall_time(fmt::format("{}T{}", date, clock))) {
    faults.push_back(
        fmt::format("\"{}\" is not a time of day. The range is 00:00:00 to 23:59:59.", clock));
  }
  explain_end(rest, faults);
  return fmt::format("{}", fmt::join(faults, " "));
}

std::optional<TimeZone> TimeZone::find(std::string_view iana_name) {
  if (iana_name == "UTC") return utc();
  if (!may_be_iana_name(iana_name)) return std::nullopt;
  std::string name(iana_name);
  auto zone = load(name);
  if (!zone) return std::nullopt;
  return TimeZone(std::move(name), std::move(zone));
}

TimeZone TimeZone::utc() {
  static const auto zone = std::make_shared<const cctz::time_zone>(cctz::utc_time_zone());
  return {"UTC", zone};
}

std::optional<PossibleTimes> TimeZone::resolve(const WallTime& time) const {
  if (time.utc) {
    const Instant instant = resolve_utc(time);
    return PossibleTimes{instant, instant};
  }
  const auto& zone = *static_cast<const cctz::time_zone*>(m_zone.get());
  const auto found = zone.lookup(
      cctz::civil_second(time.year, time.month, time.day, time.hour, time.minute, time.second));
  const bool is_repeated = found.kind == cctz::time_zone::civil_lookup::REPEATED;
  const PossibleTimes readings{found.pre, is_repeated ? found.post : found.pre};
  if (readings.first < k_first_instant || readings.last > k_last_instant) return std::nullopt;
  return readings;
}

std::string TimeZone::date_at(Instant instant) const {
  const auto& zone = *static_cast<const cctz::time_zone*>(m_zone.get());
  const cctz::civil_day day(zone.lookup(std::chrono::floor<std::chrono::seconds>(instant)).cs);
  std::string text;
  append_padded(text, static_cast<int>(day.year()), 4);
  text += '-';
  append_padded(text, day.month(), 2);
  text += '-';
  append_padded(text, day.day(), 2);
  return text;
}

std::string format_utc(Instant instant) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(instant);
  const auto days = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date{days};
  const std::chrono::hh_mm_ss clock{seconds - days};

  std::string text;
  text.reserve(k_pattern.size() + 2);
  append_padded(text, static_cast<int>(date.year()), 4);
  text += '-';
  append_padded(text, static_cast<int>(static_cast<unsigned>(date.month())), 2);
  text += '-';
  append_padded(text, static_cast<int>(static_cast<unsigned>(date.day())), 2);
  text += 'T';
  append_padded(text, static_cast<int>(clock.hours().count()), 2);
  text += ':';
  append_padded(text, static_cast<int>(clock.minutes().count()), 2);
  text += ':';
  append_padded(text, static_cast<int>(clock.seconds().count()), 2);
  text += 'Z';
  return text;
}

}  // namespace lotkeeper::domain
