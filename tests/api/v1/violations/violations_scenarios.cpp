#include "api/v1/scenario.hpp"
#include "support/overdue.hpp"

namespace lotkeeper::tests {
namespace {

const Step k_overdue{.act = [](TestApi& api) { import_overdue(api, "OC_TOMA"); }};
const Step k_anothers{.act = [](TestApi& api) { import_overdue(api, "TORONTO"); }};

const Scenario k_send[] = {
    {.name = "nothing_overdue_is_an_empty_list_and_no_batch",
     .contains = {R"({"records":[],"state":{"version":")", R"(","csrf_token":""},"batch":null})"}},
    {.name = "the_documents_sample_body_has_a_trailing_comma",
     .before = {k_overdue},
     .body = R"({ "apiToken": "TOKEN:all", })",
     .contains = {R"({"records":[{"ViolationID":9,"SemPermitID":0,"Ticket":"1-100013",)",
                  R"("state":{"version":")", R"("batch":{"id":1,"count":1}})"},
     .writes = 1},
    {.name = "secrets_are_withheld",
     .before = {k_overdue},
     .contains = {R"("encid":null)", R"("salt":null)"},
     .lacks = {"A063AA9AC458DA5581FC777ADC9875FF", "85cf3dbb-54de-48e3-a2d1-0b312dd4cea8"},
     .writes = 1},
    {.name = "it_is_sent_as_of_now_in_the_tables_and_not_in_the_reply",
     .before = {k_overdue},
     .contains = {R"("SentToCollections":null)"},
     .stored = {{"SELECT sent_at || ' ' || batch_id FROM violation", "1772452800000 1"},
                {"SELECT created_at || ' ' || violations || ' ' || closed_at FROM collection_batch",
                 "1772452800000 1 1772452800000"}},
     .writes = 1},
    {.name = "another_clients_stay", .before = {k_anothers}, .contains = {R"("records":[])"}},
    {.name = "an_idempotency_key_is_ignored",
     .before = {k_overdue, {"violations/send_overdue_to_collections"}},
     .headers = {{"Idempotency-Key", "k"}},
     .contains = {R"("records":[])"},
     .lacks_headers = {"Idempotent-Replay"}},
    {.name = "a_token_without_the_permission_gets_nothing",
     .before = {k_overdue},
     .changes = {{"apiToken", R"("TOKEN:push-only")"}},
     .status = 403,
     .errors = {"9002 apiToken"}},
};

const Scenario k_batches[] = {
    {.name = "there_are_none_before_the_first",
     .contains = {R"({"status":"success","batches":[]})"}},
    {.name = "each_is_listed_with_its_count_and_time",
     .before = {k_overdue, {"violations/send_overdue_to_collections"}},
     .contains = {R"({"status":"success","batches":[{"id":1,"count":1,)"
                  R"("created":"2026-03-02T12:00:00Z"}]})"}},
    {.name = "one_comes_again_by_its_id",
     .before = {k_overdue, {"violations/send_overdue_to_collections"}},
     .changes = {{"batch", "1"}},
     .contains = {R"({"records":[{"ViolationID":9,)", R"("batch":{"id":1,"count":1}})"}},
    {.name = "an_id_may_be_text",
     .before = {k_overdue, {"violations/send_overdue_to_collections"}},
     .changes = {{"batch", R"(" 1 ")"}},
     .contains = {R"({"records":[{"ViolationID":9,)"}},
    {.name = "null_is_no_id", .changes = {{"batch", "null"}}, .contains = {R"("batches":[])"}},
    {.name = "an_unknown_id_is_not_found",
     .before = {k_overdue, {"violations/send_overdue_to_collections"}},
     .changes = {{"batch", "2"}},
     .status = 404,
     .errors = {"9009 batch"}},
    {.name = "another_clients_id_is_not_found",
     .before = {k_overdue, {"violations/send_overdue_to_collections"}},
     .changes = {{"apiToken", R"("TOKEN:toronto")"}, {"batch", "1"}},
     .client = "TORONTO",
     .status = 404,
     .errors = {"9009 batch"}},
    {.name = "a_word_is_no_id",
     .changes = {{"batch", R"("last")"}},
     .status = 404,
     .errors = {"9009 batch"}},
    {.name = "a_fraction_is_no_id",
     .changes = {{"batch", "1.5"}},
     .status = 404,
     .errors = {"9009 batch"}},
    {.name = "an_endless_number_is_no_id",
     .changes = {{"batch", "REPEAT<40,9>"}},
     .status = 404,
     .errors = {"9009 batch"}},
    {.name = "an_array_is_no_id",
     .changes = {{"batch", "[1]"}},
     .status = 404,
     .errors = {"9009 batch"}},
};

}  // namespace

const RegisteredEndpoint k_send_overdue_endpoint("violations/send_overdue_to_collections",
                                                 Effect::writes, {});
const RegisteredEndpoint k_batches_endpoint("violations/batches", Effect::asks, {});
const RegisteredTable k_send_overdue_table([]() -> Table {
  return {"send_overdue", "violations/send_overdue_to_collections", k_send};
});

const RegisteredTable k_batches_table([]() -> Table {
  return {"batches", "violations/batches", k_batches};
});

}  // namespace lotkeeper::tests
