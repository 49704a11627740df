#include "api/v1/scenario.hpp"

// Wall-clock time of a client: Toronto is 5 hours behind UTC in winter and 4 in summer. In 2026 its
// clocks go from 02:00 to 03:00 on 8 March and from 02:00 to 01:00 on 1 November.
namespace lotkeeper::tests {
namespace {

constexpr std::pair<std::string_view, std::string_view> k_toronto{"apiToken", R"("TOKEN:toronto")"};

/// Pushes a permit of Toronto's for PL8RDR.
#define PUSHED(start, end) \
  {"permits/push", {k_toronto, {"startTime", start}, {"endTime", end}}, {}, "TORONTO"}

const Scenario k_rows[] = {
    {.name = "times_are_wall_clock_times_of_the_client",
     .before = {PUSHED(R"("2026-03-02T09:00:00")", R"("2026-07-02T09:00:00")")},
     .changes = {k_toronto, {"at", R"("2026-04-01T00:00:00Z")"}},
     .contains = {R"("startTime":"2026-03-02T14:00:00Z","endTime":"2026-07-02T13:00:00Z")"}},
    {.name = "a_trailing_z_means_utc",
     .before = {PUSHED(R"("2026-03-02T09:00:00Z")", R"("2026-07-02T09:00:00Z")")},
     .changes = {k_toronto},
     .contains = {R"("startTime":"2026-03-02T09:00:00Z","endTime":"2026-07-02T09:00:00Z")"}},
    {.name = "the_utc_names_mean_utc_without_a_z",
     .before = {{"permits/push",
                 {k_toronto,
                  {"startTime", ""},
                  {"endTime", ""},
                  {"startdateUTC", R"("2026-03-02T09:00:00")"},
                  {"EndDateUtc", R"("2026-03-02T17:00:00Z")"}},
                 {},
                 "TORONTO"}},
     .changes = {k_toronto},
     .contains = {R"("startTime":"2026-03-02T09:00:00Z","endTime":"2026-03-02T17:00:00Z")"}},
    {.name = "a_client_in_utc_reads_them_as_they_are",
     .before = {{"permits/push"}},
     .contains = {R"("startTime":"2026-03-02T09:00:00Z","endTime":"2026-03-02T17:00:00Z")"}},

    {.name = "a_start_that_no_clock_shows_is_shifted_by_the_gap",
     .before = {PUSHED(R"("2026-03-08T02:30:00")", R"("2026-03-08T05:00:00")")},
     .changes = {k_toronto, {"at", R"("2026-03-08T08:00:00Z")"}},
     .contains = {R"("startTime":"2026-03-08T07:30:00Z","endTime":"2026-03-08T09:00:00Z")"}},
    {.name = "an_end_that_no_clock_shows_is_shifted_by_the_gap",
     .before = {PUSHED(R"("2026-03-08T01:00:00")", R"("2026-03-08T02:30:00")")},
     .changes = {k_toronto, {"at", R"("2026-03-08T06:30:00Z")"}},
     .contains = {R"("startTime":"2026-03-08T06:00:00Z","endTime":"2026-03-08T07:30:00Z")"}},
    {.name = "both_ends_of_the_gap_are_one_moment",
     .to = "permits/push",
     .changes = {k_toronto,
                 {"startTime", R"("2026-03-08T02:00:00")"},
                 {"endTime", R"("2026-03-08T03:00:00")"}},
     .client = "TORONTO",
     .status = 422,
     .errors = {"9005 endTime"}},
    {.name = "an_end_that_the_gap_puts_before_the_start_is_refused",
     .to = "permits/push",
     .changes = {k_toronto,
                 {"startTime", R"("2026-03-08T02:30:00")"},
                 {"endTime", R"("2026-03-08T03:15:00")"}},
     .client = "TORONTO",
     .status = 422,
     .errors = {"9005 endTime"}},

    {.name = "a_twice_told_start_is_the_first_a_twice_told_end_the_last",
     .before = {PUSHED(R"("2026-11-01T01:30:00")", R"("2026-11-01T01:45:00")")},
     .changes = {k_toronto, {"at", R"("2026-11-01T06:00:00Z")"}},
     .contains = {R"("startTime":"2026-11-01T05:30:00Z","endTime":"2026-11-01T06:45:00Z")"}},
    {.name = "a_twice_told_time_is_a_start_and_a_later_end",
     .to = "permits/push",
     .changes = {k_toronto,
                 {"startTime", R"("2026-11-01T01:30:00")"},
                 {"endTime", R"("2026-11-01T01:30:00")"}},
     .client = "TORONTO",
     .stored = {{"SELECT end_at - start_at FROM permit", "3600000"}},
     .writes = 1},
    {.name = "a_twice_told_time_marked_z_is_told_once",
     .to = "permits/push",
     .changes = {k_toronto,
                 {"startTime", R"("2026-11-01T05:30:00Z")"},
                 {"endTime", R"("2026-11-01T05:30:00Z")"}},
     .client = "TORONTO",
     .status = 422,
     .errors = {"9005 endTime"}},
    {.name = "an_update_to_a_twice_told_end_is_the_last",
     .to = "permits/update",
     .before = {PUSHED(R"("2026-10-31T20:00:00")", R"("2026-10-31T22:00:00")")},
     .changes = {k_toronto, {"endTime", R"("2026-11-01T01:30:00")"}},
     .client = "TORONTO",
     .stored = {{"SELECT end_at FROM permit", "1793514600000"}},  // 06:30Z
     .writes = 1},
    {.name = "an_update_in_utc_is_no_wall_clock_time",
     .to = "permits/update",
     .before = {PUSHED(R"("2026-10-31T20:00:00")", R"("2026-10-31T22:00:00")")},
     .changes = {k_toronto, {"EndDateUtc", R"("2026-11-01T05:30:00")"}},
     .client = "TORONTO",
     .stored = {{"SELECT end_at FROM permit", "1793511000000"}},  // 05:30Z
     .writes = 1},

    {.name = "a_check_in_a_twice_told_hour_finds_a_permit_of_the_first_reading",
     .before = {PUSHED(R"("2026-11-01T05:15:00Z")", R"("2026-11-01T05:45:00Z")")},
     .changes = {k_toronto, {"at", R"("2026-11-01T01:30:00")"}},
     .contains = {R"("valid":true)", R"("at":"2026-11-01T05:30:00Z")"}},
    {.name = "a_check_in_a_twice_told_hour_finds_a_permit_of_the_last_reading",
     .before = {PUSHED(R"("2026-11-01T06:15:00Z")", R"("2026-11-01T06:45:00Z")")},
     .changes = {k_toronto, {"at", R"("2026-11-01T01:30:00")"}},
     .contains = {R"("valid":true)", R"("at":"2026-11-01T05:30:00Z")"}},
    {.name = "a_check_in_a_twice_told_hour_does_not_find_what_lies_between",
     .before = {PUSHED(R"("2026-11-01T05:45:00Z")", R"("2026-11-01T06:15:00Z")")},
     .changes = {k_toronto, {"at", R"("2026-11-01T01:30:00")"}},
     .contains = {R"("valid":false)", R"("permits":[])"}},
    {.name = "a_check_at_a_time_that_no_clock_shows_is_shifted_by_the_gap",
     .before = {PUSHED(R"("2026-03-08T07:15:00Z")", R"("2026-03-08T07:45:00Z")")},
     .changes = {k_toronto, {"at", R"("2026-03-08T02:30:00")"}},
     .contains = {R"("valid":true)", R"("at":"2026-03-08T07:30:00Z")"}},
    {.name = "a_count_in_a_twice_told_hour_counts_either_reading_once",
     .to = "permits/stats",
     .before = {PUSHED(R"("2026-11-01T05:15:00Z")", R"("2026-11-01T05:45:00Z")"),
                PUSHED(R"("2026-11-01T06:15:00Z")", R"("2026-11-01T06:45:00Z")"),
                PUSHED(R"("2026-11-01T05:45:00Z")", R"("2026-11-01T06:15:00Z")"),
                PUSHED(R"("2026-11-01T05:00:00Z")", R"("2026-11-01T07:00:00Z")")},
     .changes = {k_toronto, {"activeAt", R"("2026-11-01T01:30:00")"}},
     .client = "TORONTO",
     .contains = {R"({"data":[],"withoutZone":"3"})"}},

    {.name = "times_outside_the_years_1_to_9999_in_utc_are_refused",
     .to = "permits/push",
     .changes = {k_toronto,
                 {"startTime", R"("9999-12-31T19:00:00")"},
                 {"endTime", R"("9999-12-31T23:59:58")"}},
     .client = "TORONTO",
     .status = 422,
     .errors = {"9007 startTime", "9005 endTime"},
     .contains = {"within the years 1 to 9999"}},
    {.name = "the_last_second_that_can_be_written_is_taken",
     .before = {PUSHED(R"("2026-03-02T09:00:00")", R"("9999-12-31T18:59:59")")},
     .changes = {k_toronto, {"at", R"("2026-04-01T00:00:00Z")"}},
     .contains = {R"("endTime":"9999-12-31T23:59:59Z")"}},
    {.name = "a_check_outside_the_years_1_to_9999_in_utc_is_refused",
     .changes = {k_toronto, {"at", R"("9999-12-31T19:00:00")"}},
     .status = 422,
     .errors = {"9033 at"}},
    {.name = "a_count_outside_the_years_1_to_9999_in_utc_is_refused",
     .to = "permits/stats",
     .changes = {k_toronto, {"activeAt", R"("9999-12-31T19:00:00")"}},
     .client = "TORONTO",
     .status = 422,
     .errors = {"9033 activeAt"}},
};

#undef PUSHED

}  // namespace

const RegisteredTable k_clock_change_table([]() -> Table {
  Table table{"clock", "permits/check", k_rows};
  for (Scenario& row : table.rows) {
    const bool in_utc = row.name == "a_client_in_utc_reads_them_as_they_are";
    if (row.to == "permits/check" && !in_utc) row.client = "TORONTO";
  }
  return table;
});

}  // namespace lotkeeper::tests
