#include "api/v1/scenario.hpp"

// What is a body, at every endpoint.
namespace lotkeeper::tests {
namespace {

using std::string_view_literals::operator""sv;

struct BadBody {
  std::string_view name;
  std::string_view text;
  Texts detail;
};

const Texts k_unparsable{"9003"};

const BadBody k_bad[] = {
    {"body_empty", "", {"The body is empty."}},
    {"body_of_white_space", " \r\n\t ", {"The body is empty."}},
    {"body_that_is_an_array", R"([{"apiToken":"TOKEN:all"}])", {"one JSON object"}},
    {"body_that_is_a_text", R"("TOKEN:all")", {"one JSON object"}},
    {"body_that_is_null", "null", {"one JSON object"}},
    {"body_that_is_a_form", "apiToken=TOKEN:all", {"not valid JSON"}},
    {"body_that_breaks_off", R"({"apiToken":"TOKEN:all")", {"ends in the middle"}},
    {"body_that_goes_on", R"({"apiToken":"TOKEN:all"} {})", {"follows the end"}},
    {"body_with_a_comment", R"({"apiToken":"TOKEN:all"/**/})", {"not valid JSON"}},
    {"body_with_single_quotes", "{'apiToken':'TOKEN:all'}", {"not valid JSON"}},
    {"body_with_two_commas", R"({"apiToken":"TOKEN:all",,})", {"not valid JSON"}},
    {"body_with_a_leading_comma", R"({,"apiToken":"TOKEN:all"})", {"not valid JSON"}},
    {"body_with_nan", R"({"apiToken":"TOKEN:all","amount":NaN})", {"not valid JSON"}},
    {"body_with_a_number_that_is_none",
     R"({"apiToken":"TOKEN:all","amount":01})",
     {"not valid JSON"}},
    {"body_with_a_raw_control_character",
     "{\"apiToken\":\"TOKEN:all\",\"zone\":\"a\tb\"}",
     {"unescaped control character"}},
    {"body_with_a_raw_nul",
     "{\"apiToken\":\"TOKEN:all\",\"zone\":\"a\0b\"}"sv,
     {"unescaped control character"}},
    {"body_with_a_byte_order_mark",
     "\xEF\xBB\xBF{\"apiToken\":\"TOKEN:all\"}",
     {"byte order mark"}},
    {"body_that_is_not_utf_8",
     "{\"apiToken\":\"TOKEN:all\",\"zone\":\"\xE9\"}",
     {"not valid UTF-8"}},
    {"body_with_an_overlong_form",
     "{\"apiToken\":\"TOKEN:all\",\"zone\":\"\xC0\xAF\"}",
     {"not valid UTF-8"}},
    {"body_with_a_surrogate_in_utf_8",
     "{\"apiToken\":\"TOKEN:all\",\"zone\":\"\xED\xA0\x80\"}",
     {"not valid UTF-8"}},
    {"body_with_a_lone_surrogate_escape",
     R"({"apiToken":"TOKEN:all","zone":"\ud83d"})",
     {"surrogate"}},
    {"body_with_a_lone_low_surrogate_escape",
     R"({"apiToken":"TOKEN:all","zone":"\ude00!"})",
     {"surrogate"}},
    {"body_with_a_lone_surrogate_in_a_key",
     R"({"apiToken":"TOKEN:all","\udfffzone":""})",
     {"surrogate"}},
    {"body_with_the_same_key_twice",
     R"({"apiToken":"TOKEN:all","zone":"a","zone":"a"})",
     {"the same key twice"}},
    {"body_with_the_same_key_twice_after_unescaping",
     R"({"apiToken":"TOKEN:all","zone":"a","z\u006fne":"a"})",
     {"the same key twice"}},
    {"body_with_the_same_key_twice_below",
     R"({"apiToken":"TOKEN:all","note":[{"a":1,"b":{"c":1,"c":2}}]})",
     {"the same key twice"}},
    {"body_nested_17_deep",
     R"({"apiToken":"TOKEN:all","note":REPEAT<16,[>REPEAT<16,]>})",
     {"deeper than 16"}},
    {"body_nested_1000_deep",
     R"({"apiToken":"TOKEN:all","note":REPEAT<1000,[>})",
     {"deeper than 16"}},
};

void add_for_every_endpoint(std::vector<Scenario>& rows) {
  for (const auto& [endpoint, effect, members] : endpoints_under_test()) {
    for (const BadBody& body : k_bad) {
      Scenario row{.name = keep(std::string(body.name) + "_at_" + as_row_name(endpoint))};
      row.to = endpoint;
      row.body = body.text;
      row.status = 400;
      row.errors = k_unparsable;
      row.contains = body.detail;
      rows.push_back(row);
    }
  }
}

const Scenario k_rows[] = {
    {.name = "trailing_commas_are_accepted",
     .body = R"({"apiToken":"TOKEN:all","zones":["Lot 4",],})",
     .contains = {R"({"data":[]})"}},
    {.name = "sixteen_levels_are_accepted",
     .body = R"({"apiToken":"TOKEN:all","note":REPEAT<15,[>REPEAT<15,]>})",
     .contains = {R"({"data":[]})"}},
    {.name = "keys_that_differ_in_case_are_not_the_same",
     .body = R"({"apiToken":"TOKEN:all","note":{"a":1,"A":2}})",
     .contains = {R"({"data":[]})"}},
    {.name = "a_pair_of_surrogate_escapes_is_a_character",
     .changes = {{"zones", R"("\ud83d\ude97")"}},
     .contains = {"🚗"}},
    {.name = "an_unparsable_body_is_told_before_a_missing_token",
     .body = R"({"zones":)",
     .status = 400,
     .errors = {"9003"}},
    {.name = "a_missing_client_code_is_told_before_an_unparsable_body",
     .body = "{",
     .client = "",
     .status = 400,
     .errors = {"9000"}},
    {.name = "a_missing_client_code_is_told_before_a_body_that_is_no_json",
     .headers = {{"Content-Type", "text/plain"}},
     .client = "",
     .status = 400,
     .errors = {"9000"}},
    {.name = "a_media_type_is_told_before_an_unparsable_body",
     .body = "{",
     .headers = {{"Content-Type", "text/plain"}},
     .status = 415,
     .errors = {"9003"},
     .contains = {"application/json"}},

    {.name = "json_with_a_charset_is_accepted",
     .headers = {{"Content-Type", "Application/JSON; charset=iso-8859-1"}},
     .contains = {R"({"data":[]})"}},
    {.name = "json_with_white_space_before_a_parameter_is_accepted",
     .headers = {{"Content-Type", " application/json ;charset=utf-8"}},
     .contains = {R"({"data":[]})"}},
    {.name = "a_type_that_ends_in_json_is_accepted",
     .headers = {{"Content-Type", "application/vnd.parking+json"}},
     .contains = {R"({"data":[]})"}},
    {.name = "a_form_is_not_accepted",
     .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
     .status = 415,
     .errors = {"9003"}},
    {.name = "text_is_not_accepted",
     .headers = {{"Content-Type", "text/json"}},
     .status = 415,
     .errors = {"9003"}},
    {.name = "a_type_that_begins_with_json_is_not_accepted",
     .headers = {{"Content-Type", "application/jsonp"}},
     .status = 415,
     .errors = {"9003"}},
};

}  // namespace

const RegisteredTable k_body_table([]() -> Table {
  Table table{"envelope", "permits/stats", k_rows};
  add_for_every_endpoint(table.rows);
  return table;
});

}  // namespace lotkeeper::tests
