#include <gtest/gtest.h>

#include "api/v1/scenario.hpp"
#include "store/clients/list.hpp"

// profiles/types/list
namespace lotkeeper::tests {
namespace {

constexpr std::string_view k_document_reply =
    R"({"status":"success","user_types":[)"
    R"({"id":"1","type_name":"Full Time Student","ext_info":"Student"},)"
    R"({"id":"6","type_name":"Demo","ext_info":"Public"},)"
    R"({"id":"7","type_name":"Full Time Staff","ext_info":"Staff"},)"
    R"({"id":"8","type_name":"Part Time Staff","ext_info":"Staff"},)"
    R"({"id":"9","type_name":"Part Time Student","ext_info":"Student"},)"
    R"({"id":"10","type_name":"Exchange Student","ext_info":"Student"},)"
    R"({"id":"11","type_name":"Athletics Member","ext_info":"Athletics"},)"
    R"({"id":"12","type_name":"Complimentary","ext_info":"Public"},)"
    R"({"id":"13","type_name":"Daily Reserved","ext_info":"Public"}]})";

void add_plain_type(TestApi& api) {
  store::ListItem item;
  item.id = 2;
  item.name = "Visitor \"day\"";
  const auto added = api.app.change([&](service::WriteBatch& batch) {
    const auto client = store::find_client(batch.connection, "OC_TOMA");
    store::save_items(batch.connection, {client->id, store::ListKind::user_type}, {&item, 1});
    return domain::Result<std::string>();
  });
  EXPECT_TRUE(added.has_value());
}

const Scenario k_profile_type_rows[] = {
    {.name = "the_raw_sample_is_answered_as_documented",
     .body = R"({ "apiToken": "TOKEN:all", })",
     .contains = {k_document_reply}},
    {.name = "the_javascript_sample_is_answered_as_documented",
     .body = R"({"apiToken":"TOKEN:all"})",
     .contains = {k_document_reply}},
    {.name = "a_type_without_ext_info_has_an_empty_one",
     .before = {{.act = add_plain_type}},
     .contains = {R"({"id":"2","type_name":"Visitor \"day\"","ext_info":""},{"id":"6")"}},
    {.name = "a_client_without_types_has_an_empty_list",
     .changes = {{"apiToken", R"("TOKEN:toronto")"}},
     .client = "TORONTO",
     .contains = {R"({"status":"success","user_types":[]})"}},
    {.name = "unknown_keys_are_ignored",
     .changes = {{"note", R"({"a":[1]})"}},
     .contains = {k_document_reply},
     .lacks = {"warnings"}},
    {.name = "tokens_that_differ_are_warned_of",
     .changes = {{"APITOKEN", R"("another")"}},
     .contains = {R"("ext_info":"Public"}],"warnings":["apiToken was sent)"}},
    {.name = "an_idempotency_key_means_nothing",
     .headers = {{"Idempotency-Key", "k1"}},
     .contains = {k_document_reply},
     .lacks_headers = {"Idempotent-Replay"}},
};

}  // namespace

const RegisteredEndpoint k_profiles_types_endpoint("profiles/types/list", Effect::asks, {});
const RegisteredTable k_profiles_types_table([]() -> Table {
  return {"profiles_types", "profiles/types/list", k_profile_type_rows};
});

}  // namespace lotkeeper::tests
