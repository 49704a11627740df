#include <gtest/gtest.h>

#include "api/v1/scenario.hpp"
#include "service/clients/tenancy.hpp"

// Tokens, permissions and client codes, at every endpoint.
namespace lotkeeper::tests {
namespace {

/// The whole reply, whatever the reason.
constexpr std::string_view k_not_permitted =
    R"({"ErrorCode":9002,)"
    R"("ErrorMessage":"The supplied API token does not have permission to perform that request.",)"
    R"("Field":"apiToken","Detail":"Check the client code in the URL and the token; its )"
    R"(integration needs the permission for this endpoint.","RequestId":"id-1"})";

struct BadToken {
  std::string_view name;
  std::string_view value;  ///< of apiToken; empty: left out
  std::string_view client = "OC_TOMA";
};

constexpr BadToken k_missing[] = {
    {"token_absent_is_missing", ""},
    {"token_null_is_missing", "null"},
    {"token_empty_is_missing", R"("")"},
    {"token_of_white_space_is_missing", R"(" \u3000\t")"},
};

constexpr BadToken k_refused[] = {
    {"token_unknown", R"("YOUR-API-TOKEN-NOT")"},
    {"token_of_51_characters", R"("REPEAT<51,x>")"},
    {"token_far_too_long", R"("REPEAT<5000,é>")"},
    {"token_malformed", R"("TOKEN:all ;--")"},
    {"token_with_a_control_character", R"("TOKEN:all\u0000")"},
    {"token_number", "9002"},
    {"token_boolean", "true"},
    {"token_object", "{}"},
    {"token_array", R"(["TOKEN:all"])"},
    {"token_expired", R"("TOKEN:expired")"},
    {"token_revoked", R"("TOKEN:revoked")"},
    {"token_of_another_client", R"("TOKEN:toronto")"},
    {"token_at_another_client", R"("TOKEN:all")", "TORONTO"},
    {"token_at_a_client_that_is_not_there", R"("TOKEN:all")", "NOBODY"},
    {"token_at_a_client_code_that_is_malformed", R"("TOKEN:all")", "OC%20TOMA%00"},
    {"token_at_a_client_code_that_cannot_be_decoded", R"("TOKEN:all")", "OC%zzTOMA"},
    {"token_at_a_client_code_of_absurd_length", R"("TOKEN:all")",
     "OC_TOMAOC_TOMAOC_TOMAOC_TOMAOC_TOMAOC_TOMAOC_TOMAOC_TOMAOC_TOMAOC_TOMA"},
    {"token_at_the_clients_name", R"("TOKEN:all")", "Tomahawk"},
};

// Of static lifetime, unlike the lists in an assignment.
const Members k_request_id{{"X-Request-Id", "id-1"}};
const Texts k_missing_errors{"9001 apiToken"};
const Texts k_missing_text{R"("Detail":"Send \"apiToken\" in the body)"};
const Texts k_refused_errors{"9002 apiToken"};
const Texts k_refused_text{k_not_permitted};

/// The same body wherever it goes: other attributes are not looked at before the token.
Scenario refused_at(std::string_view endpoint, const BadToken& token) {
  Scenario row{.name = keep(std::string(token.name) + "_at_" + as_row_name(endpoint))};
  row.to = endpoint;
  row.body = token.value.empty()
                 ? std::string_view(R"({"amount":[],"zones":{}})")
                 : keep(R"({"amount":[],"zones":{},"apiToken":)" + std::string(token.value) + "}");
  row.headers = k_request_id;
  row.client = token.client;
  return row;
}

void add_for_every_endpoint(std::vector<Scenario>& rows) {
  static constexpr std::string_view k_stats = "permits/stats";
  for (const auto& [endpoint, effect, members] : endpoints_under_test()) {
    for (const BadToken& token : k_missing) {
      Scenario row = refused_at(endpoint, token);
      row.status = 401;
      row.errors = k_missing_errors;
      row.contains = k_missing_text;
      rows.push_back(row);
    }
    std::vector<BadToken> refused(std::begin(k_refused), std::end(k_refused));
    refused.push_back({"token_without_the_permission",
                       endpoint == k_stats ? R"("TOKEN:push-only")" : R"("TOKEN:stats-only")"});
    for (const BadToken& token : refused) {
      Scenario row = refused_at(endpoint, token);
      row.status = 403;
      row.errors = k_refused_errors;
      row.contains = k_refused_text;
      rows.push_back(row);
    }
  }
}

void set_permissions(TestApi& api) {
  ASSERT_TRUE(service::set_integration(api.app, "OC_TOMA", "Reports",
                                       {"permits.push, permits.check", std::nullopt}));
}

const Scenario k_rows[] = {
    {.name = "token_is_read_trimmed", .changes = {{"apiToken", R"("  TOKEN:all\n")"}}, .writes = 1},
    {.name = "token_is_read_under_its_name_in_odd_case",
     .changes = {{"apiToken", ""}, {"APITOKEN", R"("TOKEN:all")"}},
     .writes = 1},
    {.name = "token_under_its_documented_name_wins",
     .changes = {{"apiToken", ""},
                 {"APITOKEN", R"("TOKEN:revoked")"},
                 {"apiToken", R"("TOKEN:all")"}},
     .writes = 1},
    {.name = "token_under_its_documented_name_wins_though_it_is_bad",
     .changes = {{"apiToken", ""},
                 {"APITOKEN", R"("TOKEN:all")"},
                 {"apiToken", R"("TOKEN:revoked")"}},
     .status = 403,
     .errors = {"9002 apiToken"}},
    {.name = "token_without_a_value_yields_to_the_next_spelling",
     .changes = {{"apiToken", "null"}, {"APITOKEN", R"(" ")"}, {"ApiToken", R"("TOKEN:all")"}},
     .lacks = {"warnings"},
     .writes = 1},
    {.name = "token_under_a_name_that_is_nearly_right_is_hinted_at",
     .changes = {{"apiToken", ""}, {"api_token", R"("TOKEN:all")"}},
     .status = 401,
     .errors = {"9001 apiToken"},
     .contains = {R"(almost \"apiToken\")"}},
    {.name = "token_is_told_missing_before_the_attributes_are_judged",
     .changes = {{"apiToken", ""}, {"plate", ""}, {"amount", "[]"}},
     .headers = {{"Idempotency-Key", ""}},
     .status = 401,
     .errors = {"9001 apiToken"}},
    {.name = "token_is_refused_before_the_attributes_are_judged",
     .changes = {{"apiToken", R"("TOKEN:expired")"}, {"plate", ""}},
     .headers = {{"Idempotency-Key", ""}},
     .status = 403,
     .errors = {"9002 apiToken"}},
    {.name = "token_is_good_to_the_end_of_its_last_day",
     .before =
         {{.act = [](TestApi& api) { api.clock.advance(-std::chrono::milliseconds(43'200'001)); }}},
     .changes = {{"apiToken", R"("TOKEN:expired")"}},
     .writes = 1},
    {.name = "token_has_expired_when_its_last_day_is_over",
     .before = {{.act = [](TestApi& api) { api.clock.advance(-std::chrono::hours(12)); }}},
     .changes = {{"apiToken", R"("TOKEN:expired")"}},
     .status = 403,
     .errors = {"9002 apiToken"}},
    {.name = "tokens_overlap_while_they_are_rotated",
     .before = {{"permits/push"}},
     .changes = {{"apiToken", R"("TOKEN:rotated")"}, {"plate", R"("B")"}},
     .writes = 1},
    {.name = "token_with_one_permission_may_do_that",
     .changes = {{"apiToken", R"("TOKEN:push-only")"}},
     .writes = 1},
    {.name = "permissions_that_were_given_hold_at_once",
     .before = {{.act = set_permissions}},
     .changes = {{"apiToken", R"("TOKEN:stats-only")"}},
     .writes = 1},
    {.name = "permissions_that_were_taken_are_gone_at_once",
     .to = "permits/stats",
     .before = {{.act = set_permissions}},
     .changes = {{"apiToken", R"("TOKEN:stats-only")"}},
     .status = 403,
     .errors = {"9002 apiToken"}},
    {.name = "token_that_is_revoked_is_refused_at_once",
     .before = {{"permits/push", {{"apiToken", R"("TOKEN:rotated")"}}},
                {.act =
                     [](TestApi& api) {
                       ASSERT_TRUE(service::revoke_token(
                           api.app, api.number("SELECT token_id FROM permit")));
                     }}},
     .changes = {{"apiToken", R"("TOKEN:rotated")"}, {"plate", R"("B")"}},
     .status = 403,
     .errors = {"9002 apiToken"}},

    {.name = "client_code_is_read_with_a_dash", .client = "OC-TOMA", .writes = 1},
    {.name = "client_code_is_read_in_lower_case", .client = "oc_toma", .writes = 1},
    {.name = "client_code_is_read_in_odd_case_with_a_dash", .client = "oC-Toma", .writes = 1},
    {.name = "client_code_is_read_percent_encoded", .client = "OC%5fTOM%41", .writes = 1},
    {.name = "client_settings_hold_at_once",
     .before = {{.act =
                     [](TestApi& api) {
                       ASSERT_TRUE(service::set_client(api.app, "oc-toma",
                                                       {std::nullopt, "America/Toronto", "usd"}));
                     }}},
     .changes = {{"amount", R"("1.00")"}},
     .stored = {{"SELECT start_at || ' ' || currency FROM permit", "1772460000000 USD"}},
     .writes = 1},
};

}  // namespace

const RegisteredTable k_token_table([]() -> Table {
  Table table{"access", "permits/push", k_rows};
  add_for_every_endpoint(table.rows);
  return table;
});

}  // namespace lotkeeper::tests
