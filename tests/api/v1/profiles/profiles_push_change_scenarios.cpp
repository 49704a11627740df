#include "api/v1/scenario.hpp"

// profiles/push: texts: absent, at their limits, malformed, kept and cleared.
namespace lotkeeper::tests {
namespace {

/// The rows that every text has, whether or not a person must have it.
#define TEXT_ROWS(attribute, column, limit, one_more)                        \
  {.name = attribute "_of_" limit "_characters_is_the_longest",              \
   .changes = {{attribute, "\"REPEAT<" limit ",é>\""}},                      \
   .stored = {{"SELECT LENGTH(" column ") FROM profile", limit}},            \
   .writes = 1},                                                             \
      {.name = attribute "_of_" one_more "_characters_is_too_long",          \
       .changes = {{attribute, "\"REPEAT<" one_more ",x>\""}},               \
       .status = 422,                                                        \
       .errors = {"9030 " attribute}},                                       \
      {.name = attribute "_with_a_control_character_is_malformed",           \
       .changes = {{attribute, R"("a\tb")"}},                                \
       .status = 422,                                                        \
       .errors = {"9033 " attribute}},                                       \
      {.name = attribute "_boolean_is_malformed",                            \
       .changes = {{attribute, "true"}},                                     \
       .status = 422,                                                        \
       .errors = {"9033 " attribute}},                                       \
      {.name = attribute "_object_is_malformed",                             \
       .changes = {{attribute, "{}"}},                                       \
       .status = 422,                                                        \
       .errors = {"9033 " attribute}},                                       \
      {.name = attribute "_array_is_malformed",                              \
       .changes = {{attribute, R"(["x"])"}},                                 \
       .status = 422,                                                        \
       .errors = {"9033 " attribute}},                                       \
      {.name = attribute "_number_is_a_text",                                \
       .changes = {{attribute, "613.50"}},                                   \
       .stored = {{"SELECT " column " FROM profile", "613.5"}},              \
       .writes = 1},                                                         \
      {.name = attribute "_is_stored_trimmed",                               \
       .changes = {{attribute, R"(" O'Brien \u00a0 Ž/7 \u3000")"}},          \
       .stored = {{"SELECT " column " FROM profile", "O'Brien \u00a0 Ž/7"}}, \
       .writes = 1},                                                         \
      {.name = attribute "_absent_stays",                                    \
       .before = {{"profiles/push", {{attribute, R"("old")"}}}},             \
       .changes = {{attribute, ""}, {"email", R"("new@example.org")"}},      \
       .stored = {{"SELECT " column " FROM profile", "old"}},                \
       .writes = 1},                                                         \
      {.name = attribute "_null_stays",                                      \
       .before = {{"profiles/push", {{attribute, R"("old")"}}}},             \
       .changes = {{attribute, "null"}},                                     \
       .stored = {{"SELECT " column " FROM profile", "old"}}},               \
      {.name = attribute "_is_changed",                                      \
       .before = {{"profiles/push", {{attribute, R"("old")"}}}},             \
       .changes = {{attribute, R"("new")"}},                                 \
       .stored = {{"SELECT " column " FROM profile", "new"}},                \
       .writes = 1}

/// The rows of a text that a person need not have.
#define OPTIONAL_TEXT_ROWS(attribute, column, limit, one_more)                   \
  TEXT_ROWS(attribute, column, limit, one_more),                                 \
      {.name = attribute "_absent_is_none",                                      \
       .stored = {{"SELECT COALESCE(" column ", 'none') FROM profile", "none"}}, \
       .writes = 1},                                                             \
      {.name = attribute "_null_is_none",                                        \
       .changes = {{attribute, "null"}},                                         \
       .stored = {{"SELECT COALESCE(" column ", 'none') FROM profile", "none"}}, \
       .writes = 1},                                                             \
      {.name = attribute "_empty_is_none",                                       \
       .changes = {{attribute, R"("")"}},                                        \
       .stored = {{"SELECT COALESCE(" column ", 'none') FROM profile", "none"}}, \
       .writes = 1},                                                             \
      {.name = attribute "_empty_is_cleared",                                    \
       .before = {{"profiles/push", {{attribute, R"("old")"}}}},                 \
       .changes = {{attribute, R"(" \u205f\n")"}},                               \
       .stored = {{"SELECT COALESCE(" column ", 'none') FROM profile", "none"}}, \
       .writes = 1}

/// The rows of a text that a person must have.
#define REQUIRED_TEXT_ROWS(attribute, code)                                               \
  TEXT_ROWS(attribute, attribute, "50", "51"),                                            \
      {.name = attribute "_absent_of_a_new_person_is_missing",                            \
       .changes = {{attribute, ""}},                                                      \
       .status = 422,                                                                     \
       .errors = {code " " attribute}},                                                   \
      {.name = attribute "_null_of_a_new_person_is_missing",                              \
       .changes = {{attribute, "null"}},                                                  \
       .status = 422,                                                                     \
       .errors = {code " " attribute}},                                                   \
      {.name = attribute "_empty_of_a_new_person_is_missing",                             \
       .changes = {{attribute, R"("")"}},                                                 \
       .status = 422,                                                                     \
       .errors = {code " " attribute}},                                                   \
      {.name = attribute "_near_miss_is_hinted_at",                                       \
       .changes = {{attribute, ""}, {attribute "s", R"("x")"}},                           \
       .status = 422,                                                                     \
       .errors = {code " " attribute},                                                    \
       .contains = {"did you mean \\\"" attribute}},                                      \
  {                                                                                       \
    .name = attribute "_of_a_known_person_is_not_cleared", .before = {{"profiles/push"}}, \
    .changes = {{attribute, R"(" ")"}}, .status = 422, .errors = {                        \
      code " " attribute                                                                  \
    }                                                                                     \
  }

/// The rows of a text that has an American name too.
#define PAIR_ROWS(attribute, american, column)                                   \
  {.name = attribute "_has_an_american_name",                                    \
   .changes = {{american, R"("x")"}},                                            \
   .stored = {{"SELECT " column " FROM profile", "x"}},                          \
   .writes = 1},                                                                 \
      {.name = attribute "_listed_first_wins_without_a_warning",                 \
       .changes = {{american, R"("x")"}, {attribute, R"("y")"}},                 \
       .lacks = {"warnings"},                                                    \
       .stored = {{"SELECT " column " FROM profile", "y"}},                      \
       .writes = 1},                                                             \
      {.name = attribute "_empty_yields_to_its_other_name",                      \
       .changes = {{american, R"("x")"}, {attribute, R"("")"}},                  \
       .lacks = {"warnings"},                                                    \
       .stored = {{"SELECT " column " FROM profile", "x"}},                      \
       .writes = 1},                                                             \
      {.name = attribute "_that_lost_is_not_judged",                             \
       .changes = {{american, "{}"}, {attribute, R"("y")"}},                     \
       .writes = 1},                                                             \
      {.name = attribute "_malformed_under_its_other_name_is_told_by_its_first", \
       .changes = {{american, "{}"}},                                            \
       .status = 422,                                                            \
       .errors = {"9033 " attribute}},                                           \
      {.name = attribute "_empty_under_its_other_name_is_cleared",               \
       .before = {{"profiles/push", {{attribute, R"("old")"}}}},                 \
       .changes = {{american, R"("")"}},                                         \
       .stored = {{"SELECT COALESCE(" column ", 'none') FROM profile", "none"}}, \
       .writes = 1}

const Scenario k_profile_change_rows[] = {
    REQUIRED_TEXT_ROWS("first_name", "9017"),
    REQUIRED_TEXT_ROWS("last_name", "9018"),
    OPTIONAL_TEXT_ROWS("user_name", "user_name", "50", "51"),
    OPTIONAL_TEXT_ROWS("street", "street", "255", "256"),
    OPTIONAL_TEXT_ROWS("city", "city", "50", "51"),
    OPTIONAL_TEXT_ROWS("postal_code", "postal_code", "20", "21"),
    PAIR_ROWS("postal_code", "zip", "postal_code"),
    OPTIONAL_TEXT_ROWS("street2", "street2", "255", "256"),
    OPTIONAL_TEXT_ROWS("city2", "city2", "50", "51"),
    OPTIONAL_TEXT_ROWS("postal_code2", "postal_code2", "20", "21"),
    PAIR_ROWS("postal_code2", "zip2", "postal_code2"),
    OPTIONAL_TEXT_ROWS("phone_cell", "phone_cell", "20", "21"),
    OPTIONAL_TEXT_ROWS("employ_no", "employ_no", "50", "51"),
    OPTIONAL_TEXT_ROWS("employee_phone", "employee_phone", "50", "51"),
    OPTIONAL_TEXT_ROWS("student_no", "student_no", "50", "51"),
    OPTIONAL_TEXT_ROWS("student_phone", "student_phone", "50", "51"),
    OPTIONAL_TEXT_ROWS("driver_licence_num", "licence_no", "255", "256"),
    PAIR_ROWS("driver_licence_num", "driver_license_num", "licence_no"),
};

}  // namespace

const RegisteredTable k_profiles_push_change_table([]() -> Table {
  return {"profiles_push", "profiles/push", k_profile_change_rows};
});

}  // namespace lotkeeper::tests
