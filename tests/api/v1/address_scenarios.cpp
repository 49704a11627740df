#include <gtest/gtest.h>

#include "api/v1/scenario.hpp"

// Addresses, methods, request ids, CORS, and errors under HTTP 200.
namespace lotkeeper::tests {
namespace {

using http::Method;

http::DispatchOptions always_200() {
  http::DispatchOptions options;
  options.always_200 = true;
  return options;
}
http::DispatchOptions two_origins() {
  http::DispatchOptions options;
  options.cors_origins = {"https://a.example", "https://b.example"};
  return options;
}
http::DispatchOptions metrics_here() {
  http::DispatchOptions options;
  options.metrics_token = "the operator's";
  return options;
}

const Members k_post_alone{{"Allow", "POST, OPTIONS"}};
const Members k_any_reference{{"reference_id", R"("none")"}};
const Texts k_client_missing{"9000"};
const Texts k_method_not_allowed{"9101"};
const Texts k_unparsable{"9003"};
const Texts k_size{"size limit"};
const Members k_over_limit{{"test-body-over-limit", ""}};
const Members k_plain_text{{"Content-Type", "text/plain"}};
const Members k_preflight{{"Origin", "https://a.example"},
                          {"Access-Control-Request-Method", "POST"}};
const Members k_preflight_reply{
    {"Allow", "POST, OPTIONS"},
    {"Access-Control-Allow-Origin", "*"},
    {"Access-Control-Allow-Methods", "POST, OPTIONS"},
    {"Access-Control-Allow-Headers",
     "Content-Type, Accept, Cache-Control, Idempotency-Key, X-Request-Id"}};

void add_for_every_endpoint(std::vector<Scenario>& rows) {
  for (const auto& [endpoint, effect, members] : endpoints_under_test()) {
    const std::string tail = as_row_name(endpoint);
    const auto add = [&](const char* name, int status, Texts errors) -> Scenario& {
      Scenario row{.name = keep(name + ("_at_" + tail))};
      row.to = endpoint;
      row.changes = k_any_reference;
      row.status = status;
      row.errors = errors;
      return rows.emplace_back(row);
    };
    add("client_code_empty", 400, k_client_missing).client = "";
    add("client_code_left_out", 400, k_client_missing).path =
        keep("/api/v1/" + std::string(endpoint));
    {
      Scenario& row = add("body_over_the_limit", 413, k_unparsable);
      row.headers = k_over_limit;
      row.contains = k_size;
    }
    add("body_of_another_type", 415, k_unparsable).headers = k_plain_text;
    for (const auto& [name, method] :
         {std::pair{"get", Method::get}, {"head", Method::head}, {"put", Method::other}}) {
      Scenario& row = add(name, 405, k_method_not_allowed);
      row.method = method;
      row.reply_headers = k_post_alone;
    }
    Scenario& row = add("preflight", 204, {});
    row.method = Method::options;
    row.headers = k_preflight;
    row.reply_headers = k_preflight_reply;
  }
}

const Scenario k_rows[] = {
    {.name = "another_method_is_told_before_a_missing_client_code",
     .client = "",
     .method = Method::get,
     .status = 405,
     .errors = {"9101"}},
    {.name = "a_body_over_the_limit_is_told_before_its_type",
     .headers = {{"test-body-over-limit", ""}, {"Content-Type", "text/plain"}},
     .status = 413,
     .errors = {"9003"}},

    {.name = "an_unknown_verb_is_told_with_the_nearest",
     .path = "/api/OC_TOMA/v1/permits/pusj",
     .status = 404,
     .errors = {"9100"},
     .contains = {"The nearest endpoint is POST /api/{client}/v1/permits/push."}},
    {.name = "an_unknown_address_is_told_whatever_the_method",
     .method = Method::get,
     .path = "/openapi.jsom",
     .status = 404,
     .errors = {"9100"},
     .contains = {"The nearest endpoint is GET /openapi.json."}},
    {.name = "a_slash_more_is_another_address",
     .path = "/api/OC_TOMA/v1/permits/push/",
     .status = 404,
     .errors = {"9100"},
     .contains = {"permits/push."}},
    {.name = "another_version_is_another_address",
     .path = "/api/OC_TOMA/v2/permits/push",
     .status = 404,
     .errors = {"9100"},
     .contains = {"/api/{client}/v1/permits/push"}},
    {.name = "an_address_is_read_with_regard_to_case",
     .path = "/api/OC_TOMA/v1/Permits/Push",
     .status = 404,
     .errors = {"9100"},
     .contains = {"permits/push."}},
    {.name = "no_address_at_all_is_told", .path = "*", .status = 404, .errors = {"9100"}},
    {.name = "an_address_of_absurd_length_is_told",
     .path = "/api/OC_TOMA/v1/permits/pushpushpushpushpushpushpushpushpushpushpushpushpushpushpush"
             "pushpushpushpushpushpushpushpushpushpushpushpushpushpushpushpushpushpushpushpushpush",
     .status = 404,
     .errors = {"9100"}},
    {.name = "a_preflight_to_an_unknown_address_succeeds",
     .headers = {{"Origin", "https://a.example"}, {"Access-Control-Request-Method", "POST"}},
     .method = Method::options,
     .path = "/api/OC_TOMA/v1/permits/pusj",
     .status = 204,
     .reply_headers = {{"Access-Control-Allow-Origin", "*"},
                       {"Access-Control-Allow-Methods", "POST, OPTIONS"}}},

    {.name = "a_request_id_of_the_callers_is_returned",
     .headers = {{"X-Request-Id", "!caller~7"}},
     .reply_headers = {{"X-Request-Id", "!caller~7"}},
     .writes = 1},
    {.name = "a_request_id_is_in_the_error_too",
     .changes = {{"plate", ""}},
     .headers = {{"X-Request-Id", "caller-8"}},
     .status = 422,
     .errors = {"9006 plate"},
     .contains = {R"("RequestId":"caller-8"})"},
     .reply_headers = {{"X-Request-Id", "caller-8"}}},
    {.name = "a_request_id_of_64_characters_is_returned",
     .headers = {{"X-Request-Id", "REPEAT<64,x>"}},
     .reply_headers = {{"X-Request-Id", "REPEAT<64,x>"}},
     .writes = 1},
    {.name = "a_request_id_of_65_characters_is_replaced",
     .changes = {{"plate", ""}},
     .headers = {{"X-Request-Id", "REPEAT<65,x>"}},
     .status = 422,
     .errors = {"9006 plate"},
     .lacks = {"xxxx"}},
    {.name = "a_request_id_with_a_space_is_replaced",
     .changes = {{"plate", ""}},
     .headers = {{"X-Request-Id", "caller 8"}},
     .status = 422,
     .errors = {"9006 plate"},
     .lacks = {"caller"}},
    {.name = "a_request_id_beyond_ascii_is_replaced",
     .changes = {{"plate", ""}},
     .headers = {{"X-Request-Id", "callér"}},
     .status = 422,
     .errors = {"9006 plate"},
     .lacks = {"call"}},

    {.name = "any_origin_may_read_a_success",
     .headers = {{"Origin", "null"}},
     .reply_headers = {{"Access-Control-Allow-Origin", "*"},
                       {"Access-Control-Expose-Headers",
                        "X-Request-Id, Retry-After, Idempotent-Replay"}},
     .writes = 1},
    {.name = "any_origin_may_read_an_error",
     .changes = {{"apiToken", ""}},
     .headers = {{"Origin", "https://a.example"}},
     .status = 401,
     .errors = {"9001 apiToken"},
     .reply_headers = {{"Access-Control-Allow-Origin", "*"}}},
    {.name = "without_an_origin_nothing_is_said_of_it",
     .lacks_headers = {"Access-Control-Allow-Origin", "Access-Control-Expose-Headers"},
     .writes = 1},
    {.name = "an_origin_on_the_operators_list_may_read",
     .headers = {{"Origin", "https://b.example"}},
     .options = two_origins,
     .reply_headers = {{"Access-Control-Allow-Origin", "https://b.example"}, {"Vary", "Origin"}},
     .writes = 1},
    {.name = "an_origin_off_the_operators_list_may_not_read",
     .headers = {{"Origin", "https://c.example"}},
     .options = two_origins,
     .reply_headers = {{"Vary", "Origin"}},
     .lacks_headers = {"Access-Control-Allow-Origin"},
     .writes = 1},
    {.name = "a_preflight_off_the_operators_list_is_not_allowed",
     .headers = {{"Origin", "https://c.example"}, {"Access-Control-Request-Method", "POST"}},
     .method = Method::options,
     .options = two_origins,
     .status = 204,
     .lacks_headers = {"Access-Control-Allow-Origin"}},

    {.name = "a_fault_goes_out_under_200_where_the_operator_wants",
     .changes = {{"plate", ""}},
     .options = always_200,
     .status = 200,
     .errors = {"9006 plate"}},
    {.name = "a_missing_token_goes_out_under_200_where_the_operator_wants",
     .changes = {{"apiToken", ""}},
     .options = always_200,
     .status = 200,
     .errors = {"9001 apiToken"}},
    {.name = "a_standing_permit_goes_out_under_200_where_the_operator_wants",
     .before = {{"permits/push"}},
     .options = always_200,
     .status = 200,
     .errors = {"9022"},
     .contains = {R"("reference_id":"REF:1")"}},
    {.name = "another_method_goes_out_under_200_where_the_operator_wants",
     .method = Method::get,
     .options = always_200,
     .status = 200,
     .errors = {"9101"},
     .reply_headers = {{"Allow", "POST, OPTIONS"}}},
    {.name = "an_unknown_address_goes_out_under_200_where_the_operator_wants",
     .path = "/nothing",
     .options = always_200,
     .status = 200,
     .errors = {"9100"}},
    {.name = "a_large_body_goes_out_under_200_where_the_operator_wants",
     .headers = {{"test-body-over-limit", ""}},
     .options = always_200,
     .status = 200,
     .errors = {"9003"}},

    {.name = "a_page_is_not_posted_to",
     .path = "/openapi.json",
     .status = 405,
     .errors = {"9101"},
     .reply_headers = {{"Allow", "GET, HEAD, OPTIONS"}}},
    {.name = "a_probe_is_not_posted_to", .path = "/healthz", .status = 405, .errors = {"9101"}},
    {.name = "the_other_probe_is_not_posted_to",
     .path = "/readyz",
     .status = 405,
     .errors = {"9101"}},
    {.name = "the_docs_are_not_posted_to", .path = "/docs", .status = 405, .errors = {"9101"}},
    {.name = "the_process_is_alive",
     .method = Method::get,
     .path = "/healthz",
     .contains = {"alive\n"}},
    {.name = "the_store_is_ready",
     .method = Method::get,
     .path = "/readyz",
     .contains = {"ready\n"}},
    {.name = "a_store_that_is_away_is_not_ready",
     .method = Method::get,
     .path = "/readyz",
     .breakage = Breakage::away,
     .status = 503,
     .contains = {"the last write could not be stored\n"}},
    {.name = "figures_are_nowhere_unless_the_operator_wants",
     .method = Method::get,
     .path = "/metrics",
     .status = 404,
     .errors = {"9100"},
     .contains = {"--metrics-token", "--metrics-listen"},
     .lacks = {"The nearest endpoint"}},
    {.name = "figures_are_refused_without_the_operators_token",
     .headers = {{"Authorization", "Bearer guess"}},
     .method = Method::get,
     .path = "/metrics",
     .options = metrics_here,
     .status = 401,
     .lacks = {"lotkeeper_requests_total"},
     .reply_headers = {{"WWW-Authenticate", "Bearer realm=\"lotkeeper-metrics\""}}},
    {.name = "figures_are_told_to_the_operators_token",
     .before = {{"permits/push"}},
     .headers = {{"Authorization", "Bearer the operator's"}},
     .method = Method::get,
     .path = "/metrics",
     .options = metrics_here,
     .contains = {R"(lotkeeper_requests_total{code="0",route="permits/push",status="200"} 1)"},
     .lacks = {"PL8RDR", "OC_TOMA"}},
    {.name = "figures_are_not_posted_to",
     .path = "/metrics",
     .options = metrics_here,
     .status = 405,
     .errors = {"9101"}},
};

}  // namespace

const RegisteredTable k_address_table([]() -> Table {
  Table table{"address", "permits/push", k_rows};
  add_for_every_endpoint(table.rows);
  return table;
});

}  // namespace lotkeeper::tests
