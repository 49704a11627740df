#include "domain/time.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "domain/day.hpp"

namespace lotkeeper::domain {
namespace {

using std::string_literals::operator""s;

struct ZoneRow {
  std::string zone;
  std::string wall;
  std::string first;
  std::string last;
};

void expect_readings(const ZoneRow& row) {
  const auto zone = TimeZone::find(row.zone);
  const auto time = parse_wall_time(row.wall);
  ASSERT_TRUE(zone.has_value()) << row.zone;
  ASSERT_TRUE(time.has_value()) << row.wall;
  const PossibleTimes readings = zone->resolve(*time).value();
  EXPECT_EQ(format_utc(readings.first), row.first) << row.zone << " " << row.wall;
  EXPECT_EQ(format_utc(readings.last), row.last) << row.zone << " " << row.wall;
}

TEST(TimeZone, takes_no_moment_that_is_outside_the_years_1_to_9999_in_utc) {
  const std::tuple<const char*, const char*, bool> cases[] = {
      {"America/Toronto", "9999-12-31T23:59:58", false},
      {"America/Toronto", "9999-12-31T18:59:59", true},
      {"America/Toronto", "9999-12-31T19:00:00", false},
      {"Asia/Kolkata", "0001-01-01T00:00:00", false},
      {"Asia/Kolkata", "0001-01-02T00:00:00", true},
      {"Etc/GMT-5", "0001-01-01T00:00:00", false},
      {"Etc/GMT+5", "9999-12-31T23:59:59", false},
      {"UTC", "9999-12-31T23:59:59", true},
      {"Asia/Kolkata", "0001-01-01T00:00:00Z", true},
  };
  for (const auto& [name, text, is_moment] : cases) {
    const auto readings = TimeZone::find(name)->resolve(*parse_wall_time(text));
    EXPECT_EQ(readings.has_value(), is_moment) << name << ' ' << text;
  }
}

TEST(WallTime, the_documents_form_is_read) {
  const auto time = parse_wall_time("2018-07-02T09:30:59");
  ASSERT_TRUE(time.has_value());
  EXPECT_EQ(time->year, 2018);
  EXPECT_EQ(time->month, 7);
  EXPECT_EQ(time->day, 2);
  EXPECT_EQ(time->hour, 9);
  EXPECT_EQ(time->minute, 30);
  EXPECT_EQ(time->second, 59);
  EXPECT_FALSE(time->utc);
  EXPECT_TRUE(parse_wall_time("2018-07-02T09:30:59Z")->utc);
}

TEST(WallTime, real_dates_and_times_pass) {
  for (const std::string text :
       {"2024-02-29T00:00:00", "2000-02-29T23:59:59", "0001-01-01T00:00:00", "9999-12-31T23:59:59",
        "2023-01-31T12:00:00Z"}) {
    EXPECT_TRUE(parse_wall_time(text).has_value()) << text;
  }
}

TEST(WallTime, dates_and_times_that_do_not_exist_are_refused) {
  for (const std::string text :
       {"2023-02-29T00:00:00", "1900-02-29T00:00:00", "2023-04-31T00:00:00", "2023-00-10T00:00:00",
        "2023-13-10T00:00:00", "2023-10-00T00:00:00", "2023-10-32T00:00:00", "2023-10-10T24:00:00",
        "2023-10-10T23:60:00", "2016-12-31T23:59:60", "0000-01-01T00:00:00"}) {
    EXPECT_FALSE(parse_wall_time(text).has_value()) << text;
    EXPECT_FALSE(parse_wall_time(text + "Z").has_value()) << text;
  }
}

TEST(WallTime, any_other_form_is_refused) {
  for (const std::string& text : {""s,
                                  "Z"s,
                                  "2018-07-02"s,
                                  "2018-07-02 09:00:00"s,
                                  "2018-07-02t09:00:00"s,
                                  "2018-07-02T09:00:00z"s,
                                  "2018-07-02T09:00"s,
                                  "2018-07-02T9:00:00"s,
                                  "2018-07-02T09:00:00.000"s,
                                  "2018-07-02T09:00:00+00:00"s,
                                  "2018-07-02T09:00:00ZZ"s,
                                  "18-07-02T09:00:00"s,
                                  "2018/07/02T09:00:00"s,
                                  " 2018-07-02T09:00:00"s,
                                  "2018-07-02T09:00:00 "s,
                                  "-018-07-02T09:00:00"s,
                                  "+2018-07-02T09:00:00"s,
                                  "2018-07-02T09:00:0O"s,
                                  "2018-07-02T09:00:0\0"s,
                                  "12018-07-02T09:00:00"s,
                                  "２018-07-02T09:00:00"s,
                                  "20180702T090000"s,
                                  "YYYY-MM-DDTHH:MM:SS"s}) {
    EXPECT_FALSE(parse_wall_time(text).has_value()) << text;
  }
}

TEST(TimeZone, a_wall_time_is_read_where_the_client_is) {
  for (const ZoneRow& row : std::vector<ZoneRow>{
           {"UTC", "2018-07-02T09:00:00", "2018-07-02T09:00:00Z", "2018-07-02T09:00:00Z"},
           {"Etc/UTC", "2018-07-02T09:00:00", "2018-07-02T09:00:00Z", "2018-07-02T09:00:00Z"},
           {"America/Toronto", "2018-07-02T09:00:00", "2018-07-02T13:00:00Z",
            "2018-07-02T13:00:00Z"},
           {"America/Toronto", "2018-01-02T09:00:00", "2018-01-02T14:00:00Z",
            "2018-01-02T14:00:00Z"},
           {"Asia/Kathmandu", "2018-07-02T09:00:00", "2018-07-02T03:15:00Z",
            "2018-07-02T03:15:00Z"},
           {"America/Toronto", "2018-07-02T09:00:00Z", "2018-07-02T09:00:00Z",
            "2018-07-02T09:00:00Z"},
           {"America/Toronto", "2090-07-02T09:00:00", "2090-07-02T13:00:00Z",
            "2090-07-02T13:00:00Z"},
       }) {
    expect_readings(row);
  }
}

TEST(TimeZone, a_wall_time_that_does_not_exist_is_shifted_by_the_gap) {
  for (const ZoneRow& row : std::vector<ZoneRow>{
           {"America/Toronto", "2024-03-10T01:59:59", "2024-03-10T06:59:59Z",
            "2024-03-10T06:59:59Z"},
           {"America/Toronto", "2024-03-10T02:00:00", "2024-03-10T07:00:00Z",
            "2024-03-10T07:00:00Z"},
           {"America/Toronto", "2024-03-10T02:30:00", "2024-03-10T07:30:00Z",
            "2024-03-10T07:30:00Z"},
           {"America/Toronto", "2024-03-10T03:30:00", "2024-03-10T07:30:00Z",
            "2024-03-10T07:30:00Z"},
           {"Europe/Dublin", "2024-03-31T01:30:00", "2024-03-31T01:30:00Z", "2024-03-31T01:30:00Z"},
           {"Australia/Lord_Howe", "2023-10-01T02:10:00", "2023-09-30T15:40:00Z",
            "2023-09-30T15:40:00Z"},
       }) {
    expect_readings(row);
  }
}

TEST(TimeZone, a_wall_time_that_occurs_twice_has_both_readings) {
  for (const ZoneRow& row : std::vector<ZoneRow>{
           {"America/Toronto", "2024-11-03T00:59:59", "2024-11-03T04:59:59Z",
            "2024-11-03T04:59:59Z"},
           {"America/Toronto", "2024-11-03T01:00:00", "2024-11-03T05:00:00Z",
            "2024-11-03T06:00:00Z"},
           {"America/Toronto", "2024-11-03T01:30:00", "2024-11-03T05:30:00Z",
            "2024-11-03T06:30:00Z"},
           {"America/Toronto", "2024-11-03T02:00:00", "2024-11-03T07:00:00Z",
            "2024-11-03T07:00:00Z"},
           {"Europe/Dublin", "2024-10-27T01:30:00", "2024-10-27T00:30:00Z", "2024-10-27T01:30:00Z"},
           {"America/Toronto", "2024-11-03T01:30:00Z", "2024-11-03T01:30:00Z",
            "2024-11-03T01:30:00Z"},
       }) {
    expect_readings(row);
  }
}

TEST(TimeZone, reads_the_ends_of_the_calendar) {
  for (const ZoneRow& row : std::vector<ZoneRow>{
           {"UTC", "0001-01-01T00:00:00", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
           {"UTC", "9999-12-31T23:59:59", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"},
       }) {
    expect_readings(row);
  }
}

TEST(TimeZone, bears_the_name_it_was_found_by) {
  EXPECT_EQ(TimeZone::utc().name(), "UTC");
  EXPECT_EQ(TimeZone::find("UTC")->name(), "UTC");
  EXPECT_EQ(TimeZone::find("America/Argentina/Buenos_Aires")->name(),
            "America/Argentina/Buenos_Aires");
  EXPECT_TRUE(TimeZone::find("Etc/GMT+5").has_value());
}

TEST(TimeZone, a_name_that_is_no_iana_zone_is_not_found) {
  for (const std::string& name : {""s,
                                  "Nowhere/City"s,
                                  "america/toronto"s,
                                  "America"s,
                                  "America/"s,
                                  "/America/Toronto"s,
                                  "America//Toronto"s,
                                  "../../etc/passwd"s,
                                  "../zoneinfo/UTC"s,
                                  "America/../UTC"s,
                                  "./America/Toronto"s,
                                  "/etc/localtime"s,
                                  "/usr/share/zoneinfo/UTC"s,
                                  "localtime"s,
                                  "file:UTC"s,
                                  "libc:localtime"s,
                                  "Fixed/UTC+05:00:00"s,
                                  "UTC0"s,
                                  "UTC+5"s,
                                  "Factory"s,
                                  "posixrules"s,
                                  "right/America/Toronto"s,
                                  "posix/America/Toronto"s,
                                  "zone.tab"s,
                                  "tzdata.zi"s,
                                  "America/Toronto "s,
                                  "America/Toronto\0"s,
                                  "EST5EDT4,M3.2.0,M11.1.0"s,
                                  std::string(5'000, 'A')}) {
    EXPECT_FALSE(TimeZone::find(name).has_value()) << name;
  }
}

TEST(TimeZone, may_be_found_from_many_threads) {
  std::vector<std::string> names(8);
  std::vector<std::thread> threads;
  for (auto& name : names) {
    threads.emplace_back([&name] {
      for (const char* wanted : {"Europe/Berlin", "Asia/Tokyo", "Nowhere/City"}) {
        if (const auto zone = TimeZone::find(wanted)) name += zone->name();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& name : names) EXPECT_EQ(name, "Europe/BerlinAsia/Tokyo");
}

TEST(ExplainWallTime, names_what_is_wrong_in_a_value) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"2026-11-29T19:00:00-05:00", "\"-05:00\" is a time-zone offset"},
      {"2026-11-29T19:00:00+0100", "\"+0100\" is a time-zone offset"},
      {"2026-11-29T19:00:00.000Z", "\".000\" is a fraction of a second"},
      {"2026-11-29T19:00:00.25+01",
       "\".25\" is a fraction of a second. Fractions are not accepted. Leave it out. \"+01\" is a "
       "time-zone offset"},
      {"2026-11-29 19:00:00",
       "There is a space between the date and the time. Send a \"T\" there."},
      {"2026-11-29T19:00", "The seconds are missing."},
      {"2026-11-29 19:00Z",
       "There is a space between the date and the time. Send a \"T\" there. The seconds "
       "are missing."},
      {"2026-11-29", "The time of day is missing."},
      {"2026-02-30T09:00:00", "\"2026-02-30\" is not a real date."},
      {"0000-01-01T00:00:00", "\"0000-01-01\" is not a real date."},
      {"2026-11-29T24:00:00", "\"24:00:00\" is not a time of day"},
      {"2026-11-29T23:59:60", "\"23:59:60\" is not a time of day"},
      {"2026-11-29T9:00:00", "The time of day is not HH:MM:SS."},
      {"2026-11-29T09:00:00z", "capital letter"},
      {"2026-11-29T09:00:00 PM", "Only \"Z\" may follow the time."},
      {"29.11.2026 19:00", "It does not begin with a date in the form YYYY-MM-DD."},
      {"", "It does not begin with a date in the form YYYY-MM-DD."},
  };
  for (const auto& [sent, part] : rows) {
    EXPECT_FALSE(parse_wall_time(sent)) << sent;
    EXPECT_NE(explain_wall_time(sent).find(part), std::string::npos)
        << sent << ": " << explain_wall_time(sent);
  }
}

TEST(ExplainWallTime, repeats_no_text_that_is_no_time_and_stays_short) {
  const std::string secret = "Zx3pSECRET";
  for (const std::string& sent :
       {secret, "2026-11-29" + secret, "2026-11-29T" + secret, "2026-11-29T09:00:00" + secret,
        "2026-11-29T09:00:00." + secret, "2026-11-29T09:00:00-" + secret}) {
    EXPECT_EQ(explain_wall_time(sent).find(secret), std::string::npos) << sent;
  }
  EXPECT_LT(explain_wall_time("2026-11-29T09:00:00." + std::string(50'000, '1')).size(), 200U);
  EXPECT_LT(explain_wall_time("2026-11-29T" + std::string(50'000, '1')).size(), 200U);
}

TEST(FormatUtc, cuts_off_what_is_below_a_second) {
  EXPECT_EQ(format_utc(base::from_epoch_ms(1'530'522'000'999)), "2018-07-02T09:00:00Z");
  EXPECT_EQ(format_utc(base::from_epoch_ms(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_utc(base::from_epoch_ms(-1)), "1969-12-31T23:59:59Z");
}

TEST(Days, begin_and_end_in_the_zone) {
  struct DayRow {
    std::string zone, day, begin, end;
  };
  const std::vector<DayRow> rows{
      {"UTC", "2026-03-02", "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"},
      {"America/Toronto", "2026-03-08", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"},  // 23 h
      {"America/Toronto", "2026-11-01", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"},  // 25 h
      {"America/Havana", "2026-03-08", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"},  // no 00:00
      {"America/Havana", "2026-11-01", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"},
      {"UTC", "2024-02-29", "2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z"},
      {"UTC", "9999-12-31", "9999-12-31T00:00:00Z", "10000-01-01T00:00:00Z"},
  };
  for (const DayRow& row : rows) {
    const auto zone = *TimeZone::find(row.zone);
    EXPECT_EQ(format_utc(begin_of_day(row.day, zone).value()), row.begin) << row.zone << row.day;
    EXPECT_EQ(format_utc(end_of_day(row.day, zone).value()), row.end) << row.zone << row.day;
  }
  for (const std::string text : {"", "2026-3-2", "2026-02-30", "2026-03-02Z", "2026-03-02T00:00:00",
                                 "0000-01-01", "tomorrow", "2026/03/02"}) {
    EXPECT_FALSE(begin_of_day(text, TimeZone::utc()).has_value()) << text;
    EXPECT_FALSE(end_of_day(text, TimeZone::utc()).has_value()) << text;
  }
}

/// Every zone and link that the system's time zone database has.
std::vector<std::string> all_zone_names() {
  std::ifstream file("/usr/share/zoneinfo/tzdata.zi");
  std::vector<std::string> names;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string kind;
    std::string first;
    std::string second;
    words >> kind >> first >> second;
    const std::string& name = kind == "Z" ? first : second;
    if ((kind == "Z" || kind == "L") && TimeZone::find(name)) names.push_back(name);
  }
  return names;
}

/// The C library's clock of a zone: another reader of the same database.
class SystemClock {
 public:
  explicit SystemClock(const std::string& zone) {
    setenv("TZ", zone.c_str(), 1);
    tzset();
  }
  SystemClock(const SystemClock&) = delete;
  SystemClock& operator=(const SystemClock&) = delete;
  ~SystemClock() {
    unsetenv("TZ");
    tzset();
  }

  static std::tm at(std::time_t time) {
    std::tm shown{};
    localtime_r(&time, &shown);
    return shown;
  }
};

// Around each change of a clock in five years, in every zone: whatever the clock shows is read as
// the moment (or one of the two moments) at which it shows that.
TEST(TimeZones, every_clock_change_is_resolved_as_the_system_does) {
  constexpr std::time_t k_begin = 1'704'067'200;  // 2024-01-01
  constexpr std::time_t k_end = 1'861'920'000;    // 2029-01-01
  constexpr std::time_t k_day = 86'400;
  constexpr std::time_t k_step = 900;
  const auto names = all_zone_names();
  EXPECT_GT(names.size(), 400U);
  int changes = 0;
  int wrong = 0;
  for (const std::string& name : names) {
    const TimeZone zone = *TimeZone::find(name);
    const SystemClock clock(name);
    for (std::time_t day = k_begin; day < k_end && wrong < 5; day += k_day) {
      const bool has_change =
          SystemClock::at(day).tm_gmtoff != SystemClock::at(day + k_day).tm_gmtoff;
      if (!has_change) continue;
      ++changes;
      for (std::time_t time = day; time <= day + k_day; time += k_step) {
        const std::tm shown = SystemClock::at(time);
        const WallTime wall{shown.tm_year + 1900, shown.tm_mon + 1, shown.tm_mday,
                            shown.tm_hour,        shown.tm_min,     shown.tm_sec};
        const PossibleTimes readings = zone.resolve(wall).value();
        const base::Instant instant{std::chrono::seconds(time)};
        const bool is_read = readings.first == instant || readings.last == instant;
        std::array<char, 16> date{};
        std::strftime(date.data(), date.size(), "%Y-%m-%d", &shown);
        const bool is_that_day = zone.date_at(instant) == date.data();
        if (is_read && is_that_day) continue;
        ++wrong;
        ADD_FAILURE() << name << " at " << format_utc(instant);
      }
    }
  }
  EXPECT_GT(changes, 1'000);
}

}  // namespace
}  // namespace lotkeeper::domain
