#include <gtest/gtest.h>

#include "api/v1/scenario.hpp"
#include "service/profiles/profile_writes.hpp"
#include "store/clients/list.hpp"

// profiles/push: whom it makes, changes and takes over, and what it is answered with.
namespace lotkeeper::tests {
namespace {

constexpr std::string_view k_all_columns =
    "SELECT unique_id || '|' || login_source_id || '|' || first_name || '|' || last_name || '|' || "
    "user_name || '|' || email || '|' || street || '|' || city || '|' || province_id || '|' || "
    "postal_code || '|' || street2 || '|' || city2 || '|' || province2_id || '|' || postal_code2 "
    "|| '|' || phone_cell || '|' || user_type_id || '|' || employ_no || '|' || employee_phone || "
    "'|' || student_no || '|' || student_phone || '|' || licence_no || '|' || date_of_birth || '|' "
    "|| locker_user_type_id || '|' || licence_province_id FROM profile";
constexpr std::string_view k_document_person =
    "tester23|1|firstname|lastname|username|test@test.com|123 Main Street, 123 Main Street,123 "
    "Main Street,123 Main Street,123 Main Street,123 Main Street|Everywhere|2|HOHOHO|123 General "
    "Street|Somewhere|1|A9A9A9|613-555-1212|6|employee number: default|emp ph. klondike 555|SN "
    "543209854|999|QC 99999999|1901-01-31|3|2";
constexpr std::string_view k_times =
    "SELECT version || ' ' || created_at || ' ' || updated_at || ' ' || modified_at FROM profile";
constexpr std::string_view k_ids_taken =
    "SELECT CAST(COALESCE(SUM(last_id), 0) AS BIGINT) FROM id_counter WHERE kind = 'profile'";

/// The person that the others are tried on.
const Step k_ada{"profiles/push"};

void a_minute_passes(TestApi& api) { api.clock.advance(std::chrono::minutes(1)); }

void add_login_source(TestApi& api) {
  store::ListItem item;
  item.id = 2;
  item.name = "Banner";
  const auto added = api.app.change([&](service::WriteBatch& batch) {
    const auto client = store::find_client(batch.connection, "OC_TOMA");
    store::save_items(batch.connection, {client->id, store::ListKind::login_source}, {&item, 1});
    return domain::Result<std::string>();
  });
  EXPECT_TRUE(added.has_value());
}

/// A person as an import brings one: without unique_id.
void import_person(TestApi& api) {
  store::Profile person;
  person.id = 7;
  person.login_source = 1;
  person.first_name = "Imported";
  person.last_name = "Byron";
  person.user_name = "ada";
  person.user_name_norm = "ada";
  person.email = "ADA@example.org";
  person.email_norm = "ada@example.org";
  person.city = "London";
  person.uuid = "42c5d253-2f06-4ab6-9090-969333c25da6";
  person.other = R"({"salutation":"Dr."})";
  person.created = k_noon;
  const auto added = api.app.change([&](service::WriteBatch& batch) {
    person.client = store::find_client(batch.connection, "OC_TOMA")->id;
    const auto written = store::save_profiles(batch.connection, {&person, 1});
    store::raise_ids(batch.connection, person.client, store::k_profile_ids, person.id);
    return domain::Result<std::string>(written.front() ? "" : "not written");
  });
  EXPECT_EQ(*added, "");
}

const Scenario k_profile_rows[] = {
    {.name = "the_raw_sample_is_stored_whole",
     .body =
         R"({ "apiToken": "TOKEN:all", "unique_id": "tester23", "login_source": "OPSCOM", )"
         R"("first_name":"firstname", "last_name":"lastname", "user_name":"username", )"
         R"("email":"test@test.com", "street":"123 Main Street, 123 Main Street,123 Main Street,)"
         R"(123 Main Street,123 Main Street,123 Main Street", "city":"Everywhere", )"
         R"("province":"bc", "state":"NY", "postal_code":"HOHOHO", "zip":"12345-1212", )"
         R"("street2":"123 General Street", "city2":"Somewhere", "province2":"AB", )"
         R"("state2":"MA", "postal_code2":"A9A9A9", "zip2":"54321-1212", )"
         R"("phone_cell":"613-555-1212", "user_type_id":"6", )"
         R"("employ_no":"employee number: default", "employee_phone":"emp ph. klondike 555", )"
         R"("student_no":"SN 543209854", "student_phone":"999", )"
         R"("driver_licence_num":"QC 99999999", "driver_license_num":"NYNY", )"
         R"("date_of_birth":"1901-01-31", "locker_user_type_id":"3", )"
         R"("driver_licence_prov":"BC", "driver_license_state":"CA" })",
     .contains = {R"({"status":"success","reference_id":1})"},
     .stored = {{k_all_columns, k_document_person}},
     .writes = 1},
    {.name = "the_javascript_sample_is_stored_whole",
     .body =
         R"({"apiToken":"TOKEN:all","unique_id":"tester23","login_source":"OPSCOM",)"
         R"("first_name":"firstname","last_name":"lastname","user_name":"username",)"
         R"("email":"test@test.com","street":"123 Main Street, 123 Main Street,123 Main Street,)"
         R"(123 Main Street,123 Main Street,123 Main Street","city":"Everywhere",)"
         R"("province":"bc","state":"NY","postal_code":"HOHOHO","zip":"12345-1212",)"
         R"("street2":"123 General Street","city2":"Somewhere","province2":"AB",)"
         R"("state2":"MA","postal_code2":"A9A9A9","zip2":"54321-1212",)"
         R"("phone_cell":"613-555-1212","user_type_id":"6",)"
         R"("employ_no":"employee number: default","employee_phone":"emp ph. klondike 555",)"
         R"("student_no":"SN 543209854","student_phone":"999",)"
         R"("driver_licence_num":"QC 99999999","driver_license_num":"NYNY",)"
         R"("date_of_birth":"1901-01-31","locker_user_type_id":"3",)"
         R"("driver_licence_prov":"BC","driver_license_state":"CA"})",
     .contains = {R"({"status":"success","reference_id":1})"},
     .stored = {{k_all_columns, k_document_person}},
     .writes = 1},
    {.name = "ids_count_up",
     .before = {k_ada},
     .changes = {{"unique_id", R"("S-2")"}, {"email", R"("b@example.org")"}},
     .contains = {R"("reference_id":2})"},
     .writes = 1},
    {.name = "ids_count_within_a_client",
     .before = {k_ada},
     .changes = {{"apiToken", R"("TOKEN:toronto")"}},
     .client = "TORONTO",
     .contains = {R"("reference_id":1})"},
     .stored = {{"SELECT COUNT(DISTINCT client_id) FROM profile", "2"}},
     .writes = 1},
    {.name = "a_refused_creation_takes_no_id",
     .before = {{.act =
                     [](TestApi& api) {
                       EXPECT_EQ(
                           api.post("profiles/push", changed_body("profiles/push", {{"email", ""}}))
                               .status,
                           422);
                     }}},
     .contains = {R"("reference_id":1})"},
     .stored = {{k_ids_taken, "1"}},
     .writes = 1},
    {.name = "a_new_person_has_a_version_and_times",
     .before = {{.act = a_minute_passes}},
     .stored = {{k_times, "1 1772452860000 1772452860000 1772452860000"},
                {"SELECT LENGTH(profile_uuid) FROM profile", "36"}},
     .writes = 1},
    {.name = "a_change_counts_the_version_and_keeps_the_creation",
     .before = {k_ada, {.act = a_minute_passes}},
     .changes = {{"city", R"("Bath")"}},
     .contains = {R"("reference_id":REF:1})"},
     .stored = {{k_times, "2 1772452800000 1772452860000 1772452860000"},
                {"SELECT COUNT(*) FROM profile", "1"}},
     .writes = 1},
    {.name = "a_change_that_changes_nothing_writes_nothing",
     .before = {k_ada, {.act = a_minute_passes}},
     .contains = {R"({"status":"success","reference_id":REF:1})"}},
    {.name = "a_push_of_nothing_but_a_known_key_writes_nothing",
     .before = {k_ada},
     .changes = {{"email", ""}, {"first_name", ""}, {"last_name", ""}},
     .contains = {R"("reference_id":REF:1})"}},
    {.name = "clearing_what_is_not_there_writes_nothing",
     .before = {k_ada},
     .changes = {{"city", R"("")"}, {"province", R"(" ")"}, {"user_type_id", R"("")"}},
     .contains = {R"("reference_id":REF:1})"}},
    {.name = "a_change_of_the_letter_case_alone_is_a_change",
     .before = {k_ada},
     .changes = {{"email", R"("Ada@Example.org")"}},
     .stored = {{"SELECT email || ' ' || email_norm FROM profile",
                 "Ada@Example.org ada@example.org"}},
     .writes = 1},
    {.name = "every_integration_of_a_client_changes_its_people",
     .before = {k_ada},
     .changes = {{"apiToken", R"("TOKEN:other")"}, {"city", R"("Bath")"}},
     .contains = {R"("reference_id":REF:1})"},
     .writes = 1},
    {.name = "the_same_key_of_another_login_source_is_another_person",
     .before = {k_ada, {.act = add_login_source}},
     .changes = {{"login_source", R"("banner")"}, {"email", R"("b@example.org")"}},
     .contains = {R"("reference_id":2})"},
     .stored = {{"SELECT MAX(login_source_id) FROM profile", "2"}},
     .writes = 1},
    {.name = "tokens_that_differ_are_warned_of",
     .changes = {{"APITOKEN", R"("another")"}},
     .contains = {R"("reference_id":1,"warnings":["apiToken was sent under several names)"},
     .writes = 1},
    {.name = "names_in_odd_case_are_read",
     .changes = {{"unique_id", ""}, {"UNIQUE_ID", R"("S-9")"}, {"City", R"("Bath")"}},
     .lacks = {"warnings"},
     .stored = {{"SELECT unique_id || city FROM profile", "S-9Bath"}},
     .writes = 1},
    {.name = "spellings_that_differ_are_warned_of",
     .changes = {{"city", R"("Bath")"}, {"CITY", R"("London")"}},
     .contains = {"city was sent under several names with different values"},
     .stored = {{"SELECT city FROM profile", "Bath"}},
     .writes = 1},
    {.name = "unknown_keys_are_ignored",
     .changes = {{"middle_name", R"("King")"}, {"note", R"({"a":[1]})"}},
     .lacks = {"warnings"},
     .writes = 1},

    {.name = "an_imported_person_is_taken_over_by_the_address",
     .before = {{.act = import_person}},
     .changes = {{"first_name", ""}},
     .contains = {R"({"status":"success","reference_id":7})"},
     .stored = {{"SELECT unique_id || ' ' || first_name || ' ' || user_name || ' ' || city || ' ' "
                 "|| email || ' ' || version || ' ' || other FROM profile",
                 R"(S-1 Imported ada London ada@example.org 2 {"salutation":"Dr."})"}},
     .writes = 1},
    {.name = "an_imported_person_that_was_taken_over_is_known_by_the_key",
     .before = {{.act = import_person}, k_ada},
     .changes = {{"email", R"("new@example.org")"}, {"user_name", R"("ADA")"}},
     .contains = {R"("reference_id":7})"},
     .writes = 1},
    {.name = "an_imported_person_is_taken_over_once",
     .before = {{.act = import_person}, k_ada},
     .changes = {{"unique_id", R"("S-2")"}},
     .status = 409,
     .errors = {"9019 email"}},
    {.name = "an_imported_person_of_another_login_source_is_another",
     .before = {{.act = import_person}, {.act = add_login_source}},
     .changes = {{"login_source", R"("Banner")"}},
     .status = 409,
     .errors = {"9019 email"}},
    {.name = "an_imported_person_is_another_where_the_key_is_known",
     .before = {{"profiles/push", {{"email", R"("old@example.org")"}}}, {.act = import_person}},
     .status = 409,
     .errors = {"9019 email"}},
    {.name = "an_imported_persons_user_name_is_taken",
     .before = {{.act = import_person}},
     .changes = {{"email", R"("b@example.org")"}, {"user_name", R"("Ada")"}},
     .status = 409,
     .errors = {"9020 user_name"}},
    {.name = "an_imported_person_keeps_a_name_though_it_is_emptied",
     .before = {{.act = import_person}},
     .changes = {{"last_name", R"("")"}},
     .status = 422,
     .errors = {"9018 last_name"}},
    {.name = "an_imported_person_may_be_meant_where_the_key_is_faulty",
     .before = {{.act = import_person}},
     .changes = {{"unique_id", ""}, {"user_name", R"("ada")"}},
     .status = 422,
     .errors = {"9013 unique_id"}},

    {.name = "a_key_is_answered_again",
     .before = {{"profiles/push", {}, {{"Idempotency-Key", "k1"}}}},
     .headers = {{"Idempotency-Key", "k1"}},
     .contains = {R"({"status":"success","reference_id":REF:1})"},
     .reply_headers = {{"Idempotent-Replay", "true"}}},
    {.name = "a_key_is_kept_with_its_person",
     .headers = {{"Idempotency-Key", "k1"}},
     .stored = {{"SELECT reply FROM idempotency_key",
                 R"({"status":"success","reference_id":REF:new})"}},
     .writes = 2},
    {.name = "a_key_with_another_body_is_refused",
     .before = {{"profiles/push", {}, {{"Idempotency-Key", "k1"}}}},
     .changes = {{"city", R"("Bath")"}},
     .headers = {{"Idempotency-Key", "k1"}},
     .status = 409,
     .errors = {"9022 Idempotency-Key"}},
    {.name = "a_refusal_keeps_no_key",
     .changes = {{"email", ""}},
     .headers = {{"Idempotency-Key", "k1"}},
     .status = 422,
     .errors = {"9016 email"}},
    {.name = "a_change_that_changes_nothing_keeps_its_key",
     .before = {k_ada},
     .headers = {{"Idempotency-Key", "k1"}},
     .stored = {{"SELECT version FROM profile", "1"}},
     .writes = 1},

    {.name = "all_faults_are_told_in_the_tables_order",
     .changes = {{"driver_licence_prov", R"("ZZ")"},
                 {"locker_user_type_id", R"("9")"},
                 {"date_of_birth", R"("never")"},
                 {"driver_license_num", R"("REPEAT<256,9>")"},
                 {"student_phone", "true"},
                 {"student_no", R"("a\u0000b")"},
                 {"employee_phone", "[]"},
                 {"employ_no", R"("REPEAT<51,9>")"},
                 {"user_type_id", "2"},
                 {"phone_cell", R"("REPEAT<21,9>")"},
                 {"zip2", R"("REPEAT<21,9>")"},
                 {"state2", R"("A")"},
                 {"city2", "{}"},
                 {"street2", R"("REPEAT<256,x>")"},
                 {"postal_code", "false"},
                 {"state", R"("New York")"},
                 {"city", R"("REPEAT<51,x>")"},
                 {"street", R"("REPEAT<256,x>")"},
                 {"email", R"("nowhere")"},
                 {"user_name", R"("REPEAT<51,x>")"},
                 {"last_name", R"("")"},
                 {"first_name", ""}},
     .headers = {{"Idempotency-Key", "REPEAT<256,k>"}},
     .status = 422,
     .errors = {"9030 Idempotency-Key",
                "9017 first_name",
                "9018 last_name",
                "9030 user_name",
                "9033 email",
                "9030 street",
                "9030 city",
                "9030 province",
                "9033 postal_code",
                "9030 street2",
                "9033 city2",
                "9032 province2",
                "9030 postal_code2",
                "9030 phone_cell",
                "9033 user_type_id",
                "9030 employ_no",
                "9033 employee_phone",
                "9033 student_no",
                "9033 student_phone",
                "9030 driver_licence_num",
                "9033 date_of_birth",
                "9033 locker_user_type_id",
                "9033 driver_licence_prov"}},
    {.name = "all_faults_that_only_the_store_finds_are_told_in_the_tables_order",
     .before = {{"profiles/push", {{"user_name", R"("ada")"}}}},
     .changes = {{"unique_id", R"("S-2")"},
                 {"first_name", ""},
                 {"last_name", "null"},
                 {"user_name", R"("ADA")"},
                 {"email", R"("ADA@example.org")"},
                 {"province", R"("ZZ")"},
                 {"province2", R"("YY")"},
                 {"user_type_id", R"("99")"},
                 {"locker_user_type_id", R"("99")"},
                 {"driver_licence_prov", R"("XX")"}},
     .status = 422,
     .errors = {"9017 first_name", "9018 last_name", "9020 user_name", "9019 email",
                "9033 province", "9033 province2", "9033 user_type_id", "9033 locker_user_type_id",
                "9033 driver_licence_prov"}},
    {.name = "with_a_faulty_key_what_is_taken_is_told_all_the_same",
     .before = {{"profiles/push", {{"user_name", R"("ada")"}}}},
     .changes = {{"unique_id", R"("S-2")"},
                 {"login_source", R"("NOWHERE")"},
                 {"first_name", ""},
                 {"last_name", R"("")"},
                 {"user_name", R"("ADA")"}},
     .status = 422,
     .errors = {"9015 login_source", "9020 user_name", "9019 email"}},
    {.name = "without_a_unique_id_what_anybody_has_is_taken",
     .before = {k_ada},
     .changes = {{"unique_id", R"("")"}},
     .status = 422,
     .errors = {"9013 unique_id", "9019 email"}},
    {.name = "with_a_faulty_login_source_a_persons_own_address_is_not_taken",
     .before = {k_ada},
     .changes = {{"login_source", ""}},
     .status = 422,
     .errors = {"9014 login_source"}},
    {.name = "nothing_at_all_is_a_missing_key_and_no_more",
     .body = R"({"apiToken":"TOKEN:all"})",
     .status = 422,
     .errors = {"9013 unique_id", "9014 login_source"}},
    {.name = "a_database_that_is_away_is_told_where_only_the_store_can_judge",
     .changes = {{"city", "true"}},
     .breakage = Breakage::away,
     .status = 503,
     .errors = {"9103"}},
};

}  // namespace

const RegisteredEndpoint k_profiles_push_endpoint("profiles/push", Effect::writes,
                                                  {{"unique_id", R"("S-1")"},
                                                   {"login_source", R"("OPSCOM")"},
                                                   {"first_name", R"("Ada")"},
                                                   {"last_name", R"("Byron")"},
                                                   {"email", R"("ada@example.org")"}});
const RegisteredTable k_profiles_push_table([]() -> Table {
  return {"profiles_push", "profiles/push", k_profile_rows};
});

}  // namespace lotkeeper::tests
