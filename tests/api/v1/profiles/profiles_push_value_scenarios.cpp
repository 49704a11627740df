#include "api/v1/scenario.hpp"

// profiles/push: provinces, user types and the date of birth. Texts are in
// profiles_push_change_scenarios.cpp.
namespace lotkeeper::tests {
namespace {

/// The rows that every attribute of a province has. `american` is its other name.
#define PROVINCE_ROWS(attribute, american, column)                                             \
  {.name = attribute "_absent_is_none",                                                        \
   .stored = {{"SELECT COALESCE(CAST(" column " AS TEXT), 'none') FROM profile", "none"}},     \
   .writes = 1},                                                                               \
      {.name = attribute "_is_stored_as_its_id",                                               \
       .changes = {{attribute, R"("NS")"}},                                                    \
       .stored = {{"SELECT " column " FROM profile", "6"}},                                    \
       .writes = 1},                                                                           \
      {.name = attribute "_is_read_in_any_case",                                               \
       .changes = {{attribute, R"(" qC ")"}},                                                  \
       .stored = {{"SELECT " column " FROM profile", "11"}},                                   \
       .writes = 1},                                                                           \
      {.name = attribute "_has_an_american_name",                                              \
       .changes = {{american, R"("ca")"}},                                                     \
       .stored = {{"SELECT " column " FROM profile", "19"}},                                   \
       .writes = 1},                                                                           \
      {.name = attribute "_listed_first_wins_without_a_warning",                               \
       .changes = {{american, R"("NY")"}, {attribute, R"("ON")"}},                             \
       .lacks = {"warnings"},                                                                  \
       .stored = {{"SELECT " column " FROM profile", "9"}},                                    \
       .writes = 1},                                                                           \
      {.name = attribute "_that_lost_is_not_judged",                                           \
       .changes = {{american, "[]"}, {attribute, R"("ON")"}},                                  \
       .lacks = {"warnings"},                                                                  \
       .stored = {{"SELECT " column " FROM profile", "9"}},                                    \
       .writes = 1},                                                                           \
      {.name = attribute "_empty_yields_to_its_other_name",                                    \
       .changes = {{attribute, R"("")"}, {american, R"("CA")"}},                               \
       .stored = {{"SELECT " column " FROM profile", "19"}},                                   \
       .writes = 1},                                                                           \
      {.name = attribute "_of_one_letter_is_too_short",                                        \
       .changes = {{attribute, R"("O")"}},                                                     \
       .status = 422,                                                                          \
       .errors = {"9032 " attribute}},                                                         \
      {.name = attribute "_of_three_letters_is_too_long",                                      \
       .changes = {{attribute, R"("ONT")"}},                                                   \
       .status = 422,                                                                          \
       .errors = {"9030 " attribute}},                                                         \
      {.name = attribute "_of_three_letters_under_its_other_name_is_too_long",                 \
       .changes = {{american, R"("NYC")"}},                                                    \
       .status = 422,                                                                          \
       .errors = {"9030 " attribute}},                                                         \
      {.name = attribute "_unknown_is_refused",                                                \
       .changes = {{attribute, R"("ZZ")"}},                                                    \
       .status = 422,                                                                          \
       .errors = {"9033 " attribute},                                                          \
       .lacks = {"ZZ"}},                                                                       \
      {.name = attribute "_full_name_is_too_long",                                             \
       .changes = {{attribute, R"("Ontario")"}},                                               \
       .status = 422,                                                                          \
       .errors = {"9030 " attribute}},                                                         \
      {.name = attribute "_of_digits_is_no_id",                                                \
       .changes = {{attribute, "10"}},                                                         \
       .status = 422,                                                                          \
       .errors = {"9033 " attribute}},                                                         \
      {.name = attribute "_with_a_control_character_is_malformed",                             \
       .changes = {{attribute, R"("O\u0001")"}},                                               \
       .status = 422,                                                                          \
       .errors = {"9033 " attribute}},                                                         \
      {.name = attribute "_boolean_is_malformed",                                              \
       .changes = {{attribute, "true"}},                                                       \
       .status = 422,                                                                          \
       .errors = {"9033 " attribute}},                                                         \
      {.name = attribute "_object_is_malformed",                                               \
       .changes = {{attribute, "{}"}},                                                         \
       .status = 422,                                                                          \
       .errors = {"9033 " attribute}},                                                         \
      {.name = attribute "_array_is_malformed",                                                \
       .changes = {{attribute, R"(["ON"])"}},                                                  \
       .status = 422,                                                                          \
       .errors = {"9033 " attribute}},                                                         \
      {.name = attribute "_absent_stays",                                                      \
       .before = {{"profiles/push", {{attribute, R"("ON")"}}}},                                \
       .changes = {{attribute, "null"}, {"first_name", R"("Bea")"}},                           \
       .stored = {{"SELECT " column " FROM profile", "9"}},                                    \
       .writes = 1},                                                                           \
      {.name = attribute "_empty_is_cleared",                                                  \
       .before = {{"profiles/push", {{attribute, R"("ON")"}}}},                                \
       .changes = {{attribute, R"(" ")"}},                                                     \
       .stored = {{"SELECT COALESCE(CAST(" column " AS TEXT), 'none') FROM profile", "none"}}, \
       .writes = 1},                                                                           \
      {.name = attribute "_empty_under_its_other_name_is_cleared",                             \
       .before = {{"profiles/push", {{attribute, R"("ON")"}}}},                                \
       .changes = {{attribute, "null"}, {american, R"("")"}},                                  \
       .stored = {{"SELECT COALESCE(CAST(" column " AS TEXT), 'none') FROM profile", "none"}}, \
       .writes = 1}

/// The rows that every attribute of a type has.
#define TYPE_ROWS(attribute, column)                                                           \
  {.name = attribute "_absent_is_none",                                                        \
   .stored = {{"SELECT COALESCE(CAST(" column " AS TEXT), 'none') FROM profile", "none"}},     \
   .writes = 1},                                                                               \
      {.name = attribute "_is_an_id",                                                          \
       .changes = {{attribute, R"(" 1 ")"}},                                                   \
       .stored = {{"SELECT " column " FROM profile", "1"}},                                    \
       .writes = 1},                                                                           \
      {.name = attribute "_number_is_an_id",                                                   \
       .changes = {{attribute, "1.0"}},                                                        \
       .stored = {{"SELECT " column " FROM profile", "1"}},                                    \
       .writes = 1},                                                                           \
      {.name = attribute "_unknown_is_refused",                                                \
       .changes = {{attribute, R"("99")"}},                                                    \
       .status = 422,                                                                          \
       .errors = {"9033 " attribute}},                                                         \
      {.name = attribute "_unknown_number_is_refused",                                         \
       .changes = {{attribute, "99"}},                                                         \
       .status = 422,                                                                          \
       .errors = {"9033 " attribute}},                                                         \
      {.name = attribute "_zero_is_refused",                                                   \
       .changes = {{attribute, "0"}},                                                          \
       .status = 422,                                                                          \
       .errors = {"9033 " attribute}},                                                         \
      {.name = attribute "_negative_is_refused",                                               \
       .changes = {{attribute, "-1"}},                                                         \
       .status = 422,                                                                          \
       .errors = {"9033 " attribute}},                                                         \
      {.name = attribute "_fraction_is_refused",                                               \
       .changes = {{attribute, "1.5"}},                                                        \
       .status = 422,                                                                          \
       .errors = {"9033 " attribute}},                                                         \
      {.name = attribute "_name_is_refused",                                                   \
       .changes = {{attribute, R"("Full Time Student")"}},                                     \
       .status = 422,                                                                          \
       .errors = {"9033 " attribute}},                                                         \
      {.name = attribute "_of_foreign_digits_is_refused",                                      \
       .changes = {{attribute, R"("١")"}},                                                     \
       .status = 422,                                                                          \
       .errors = {"9033 " attribute}},                                                         \
      {.name = attribute "_far_too_long_is_refused",                                           \
       .changes = {{attribute, R"("REPEAT<300,1>")"}},                                         \
       .status = 422,                                                                          \
       .errors = {"9033 " attribute}},                                                         \
      {.name = attribute "_with_a_control_character_is_refused",                               \
       .changes = {{attribute, R"("1\u0000")"}},                                               \
       .status = 422,                                                                          \
       .errors = {"9033 " attribute}},                                                         \
      {.name = attribute "_boolean_is_malformed",                                              \
       .changes = {{attribute, "true"}},                                                       \
       .status = 422,                                                                          \
       .errors = {"9033 " attribute}},                                                         \
      {.name = attribute "_object_is_malformed",                                               \
       .changes = {{attribute, "{}"}},                                                         \
       .status = 422,                                                                          \
       .errors = {"9033 " attribute}},                                                         \
      {.name = attribute "_array_is_malformed",                                                \
       .changes = {{attribute, "[1]"}},                                                        \
       .status = 422,                                                                          \
       .errors = {"9033 " attribute}},                                                         \
      {.name = attribute "_of_another_client_is_unknown",                                      \
       .changes = {{"apiToken", R"("TOKEN:toronto")"}, {attribute, R"("1")"}},                 \
       .client = "TORONTO",                                                                    \
       .status = 422,                                                                          \
       .errors = {"9033 " attribute}},                                                         \
      {.name = attribute "_absent_stays",                                                      \
       .before = {{"profiles/push", {{attribute, R"("1")"}}}},                                 \
       .changes = {{attribute, "null"}, {"first_name", R"("Bea")"}},                           \
       .stored = {{"SELECT " column " FROM profile", "1"}},                                    \
       .writes = 1},                                                                           \
      {.name = attribute "_empty_is_cleared",                                                  \
       .before = {{"profiles/push", {{attribute, R"("1")"}}}},                                 \
       .changes = {{attribute, R"(" ")"}},                                                     \
       .stored = {{"SELECT COALESCE(CAST(" column " AS TEXT), 'none') FROM profile", "none"}}, \
       .writes = 1}

constexpr std::string_view k_born = "SELECT COALESCE(date_of_birth, 'none') FROM profile";

void late_in_the_evening(TestApi& api) { api.clock.advance(std::chrono::hours(14)); }

const Scenario k_profile_value_rows[] = {
    PROVINCE_ROWS("province", "state", "province_id"),
    PROVINCE_ROWS("province2", "state2", "province2_id"),
    PROVINCE_ROWS("driver_licence_prov", "driver_license_state", "licence_province_id"),
    TYPE_ROWS("user_type_id", "user_type_id"),
    TYPE_ROWS("locker_user_type_id", "locker_user_type_id"),

    {.name = "date_of_birth_absent_is_none", .stored = {{k_born, "none"}}, .writes = 1},
    {.name = "date_of_birth_is_stored",
     .changes = {{"date_of_birth", R"(" 2000-02-29 ")"}},
     .stored = {{k_born, "2000-02-29"}},
     .writes = 1},
    {.name = "date_of_birth_may_be_long_ago",
     .changes = {{"date_of_birth", R"("0001-01-01")"}},
     .stored = {{k_born, "0001-01-01"}},
     .writes = 1},
    {.name = "date_of_birth_may_be_today",
     .changes = {{"date_of_birth", R"("2026-03-02")"}},
     .stored = {{k_born, "2026-03-02"}},
     .writes = 1},
    {.name = "date_of_birth_may_not_be_tomorrow",
     .changes = {{"date_of_birth", R"("2026-03-03")"}},
     .status = 422,
     .errors = {"9033 date_of_birth"}},
    {.name = "date_of_birth_may_be_tomorrow_when_that_has_come",
     .before = {{.act = late_in_the_evening}},
     .changes = {{"date_of_birth", R"("2026-03-03")"}},
     .writes = 1},
    {.name = "date_of_birth_is_judged_by_the_clients_own_day",
     .before = {{.act = late_in_the_evening}},
     .changes = {{"apiToken", R"("TOKEN:toronto")"}, {"date_of_birth", R"("2026-03-03")"}},
     .client = "TORONTO",
     .status = 422,
     .errors = {"9033 date_of_birth"}},
    {.name = "date_of_birth_that_does_not_exist_is_refused",
     .changes = {{"date_of_birth", R"("2001-02-29")"}},
     .status = 422,
     .errors = {"9033 date_of_birth"},
     .lacks = {"2001"}},
    {.name = "date_of_birth_in_the_year_0000_is_refused",
     .changes = {{"date_of_birth", R"("0000-01-01")"}},
     .status = 422,
     .errors = {"9033 date_of_birth"}},
    {.name = "date_of_birth_of_eleven_characters_is_refused",
     .changes = {{"date_of_birth", R"("1990-12-311")"}},
     .status = 422,
     .errors = {"9033 date_of_birth"}},
    {.name = "date_of_birth_with_a_time_is_refused",
     .changes = {{"date_of_birth", R"("1990-12-31T00:00:00")"}},
     .status = 422,
     .errors = {"9033 date_of_birth"}},
    {.name = "date_of_birth_without_leading_zeros_is_refused",
     .changes = {{"date_of_birth", R"("1990-1-1")"}},
     .status = 422,
     .errors = {"9033 date_of_birth"}},
    {.name = "date_of_birth_in_another_order_is_refused",
     .changes = {{"date_of_birth", R"("31-12-1990")"}},
     .status = 422,
     .errors = {"9033 date_of_birth"}},
    {.name = "date_of_birth_number_is_refused",
     .changes = {{"date_of_birth", "19901231"}},
     .status = 422,
     .errors = {"9033 date_of_birth"}},
    {.name = "date_of_birth_with_a_control_character_is_refused",
     .changes = {{"date_of_birth", R"("1990-12-31\u0000")"}},
     .status = 422,
     .errors = {"9033 date_of_birth"}},
    {.name = "date_of_birth_boolean_is_refused",
     .changes = {{"date_of_birth", "true"}},
     .status = 422,
     .errors = {"9033 date_of_birth"}},
    {.name = "date_of_birth_object_is_refused",
     .changes = {{"date_of_birth", "{}"}},
     .status = 422,
     .errors = {"9033 date_of_birth"}},
    {.name = "date_of_birth_array_is_refused",
     .changes = {{"date_of_birth", R"(["1990-12-31"])"}},
     .status = 422,
     .errors = {"9033 date_of_birth"}},
    {.name = "date_of_birth_absent_stays",
     .before = {{"profiles/push", {{"date_of_birth", R"("1990-12-31")"}}}},
     .changes = {{"first_name", R"("Bea")"}},
     .stored = {{k_born, "1990-12-31"}},
     .writes = 1},
    {.name = "date_of_birth_empty_is_cleared",
     .before = {{"profiles/push", {{"date_of_birth", R"("1990-12-31")"}}}},
     .changes = {{"date_of_birth", R"("")"}},
     .stored = {{k_born, "none"}},
     .writes = 1},
};

}  // namespace

const RegisteredTable k_profiles_push_value_table([]() -> Table {
  return {"profiles_push", "profiles/push", k_profile_value_rows};
});

}  // namespace lotkeeper::tests
