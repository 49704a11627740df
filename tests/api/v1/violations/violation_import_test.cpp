#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "api/v1/scenario.hpp"
#include "base/text/text.hpp"
#include "store/clients/list.hpp"
#include "support/overdue.hpp"

// What an import of violations refuses, and that a refusal writes nothing.
namespace lotkeeper::tests {
namespace {

namespace json = boost::json;

struct RefusedImport {
  const char* name;
  RecordChange change;
  const char* words;  ///< in the refusal
};

json::object& vehicle_of(json::object& record) { return record["vehicle"].as_object(); }
json::object& driver_of(json::object& record) {
  return vehicle_of(record)["drivers"].at(0).as_object();
}

// The document's record, its ids moved up by one, beside the document's own.
const RefusedImport k_refused[] = {
    {"an_id_that_json_cannot_hold",
     [](json::object& record) { record["ViolationID"] = 9'007'199'254'740'992; },
     "1000000000000000"},
    {"an_id_that_leaves_no_room_to_count_on",
     [](json::object& record) { record["ViolationID"] = 1'000'000'000'000'001; },
     "1000000000000000"},
    {"a_discount_that_never_ends",
     [](json::object& record) {
       record["details"].at(0).as_object()["discountHours"] = 9'000'000'000'000'000'000;
     },
     "\"discountHours\" must be a whole number from 0 to 100000"},
    {"a_discount_of_hours_below_zero",
     [](json::object& record) { record["details"].at(0).as_object()["discountHours"] = -1; },
     "discountHours"},
    {"a_type_whose_discount_never_ends",
     [](json::object& record) {
       record["details"].at(0).at("type").as_object()["discountHours"] = 100'001;
     },
     "discountHours"},
    {"an_amount_that_no_sum_can_take", [](json::object& record) { record["Fine"] = 100'000'000; },
     "99999999.99"},
    {"a_tax_that_no_sum_can_take",
     [](json::object& record) { record["taxAmount"] = "100000000.0000"; }, "taxAmount"},
    {"a_year_of_five_digits", [](json::object& record) { vehicle_of(record)["Year"] = 10'000; },
     "Year"},
    {"a_year_below_zero", [](json::object& record) { vehicle_of(record)["Year"] = -1; }, "Year"},
    {"a_count_that_is_none",
     [](json::object& record) { vehicle_of(record)["TotalVio"] = 1'000'000'001; }, "TotalVio"},
    {"a_warning_below_zero", [](json::object& record) { record["Warning"] = -1; }, "Warning"},
    {"a_nul_in_a_comment", [](json::object& record) { record["Comment"] = std::string("a\0b", 3); },
     "\"Comment\""},
    {"a_bell_in_a_comment", [](json::object& record) { record["AppealComment"] = "a\ab"; },
     "\"AppealComment\""},
    {"a_tab_in_a_name", [](json::object& record) { driver_of(record)["lastName"] = "a\tb"; },
     "\"lastName\""},
    {"a_line_break_in_a_plate", [](json::object& record) { vehicle_of(record)["Plate"] = "A\nB1"; },
     "\"Plate\""},
    {"a_nul_in_what_is_carried",
     [](json::object& record) { record["pin"] = std::string("a\0b", 3); }, "\"pin\""},
    {"a_birth_date_before_the_first_year",
     [](json::object& record) { driver_of(record)["DOB"] = "0000-12-31T00:00:00.000000Z"; }, "DOB"},
    {"two_faults_of_a_record_the_first",
     [](json::object& record) {
       record["Fine"] = -1;
       driver_of(record)["lastName"] = "a\tb";
     },
     "\"Fine\""},
    {"two_faults_of_a_record_the_second",
     [](json::object& record) {
       record["Fine"] = -1;
       driver_of(record)["lastName"] = "a\tb";
     },
     "\"lastName\""},
    {"two_faults_that_the_store_finds",
     [](json::object& record) {
       record["Ticket"] = "1-100013";
       record["details"].at(0).as_object()["Ticket"] = "1-100013";
       vehicle_of(record)["PlateTypeID"] = 3;
     },
     "PlateTypeID"},
    {"an_id_of_zero", [](json::object& record) { record["ViolationID"] = 0; }, "ViolationID"},
    {"a_person_below_zero", [](json::object& record) { driver_of(record)["UserID"] = -1; },
     "UserID"},
    {"an_id_in_words", [](json::object& record) { record["ViolationID"] = "nine"; },
     "whole number"},
    {"an_empty_amount", [](json::object& record) { record["Fine"] = ""; }, "Fine"},
    {"an_amount_of_a_dash", [](json::object& record) { record["Fine"] = "-"; }, "Fine"},
    {"an_amount_below_zero", [](json::object& record) { record["Fine"] = -50; }, "Fine"},
    {"an_amount_of_three_decimals", [](json::object& record) { record["Fine"] = 12.345; }, "Fine"},
    {"a_time_that_is_none", [](json::object& record) { record["Due"] = "soon"; }, "Due"},
    {"a_due_time_before_the_issue",
     [](json::object& record) { record["Due"] = "2015-01-01T00:00:00.000000Z"; }, "Due"},
    {"a_ticket_of_white_space", [](json::object& record) { record["Ticket"] = "  "; }, "Ticket"},
    {"a_missing_key", [](json::object& record) { record.erase("UUID"); }, "UUID"},
    {"an_object_where_a_plain_value_is_carried",
     [](json::object& record) { record["pin"] = json::object{{"secret", 1}}; }, "pin"},
    {"a_ticket_of_another_violation",
     [](json::object& record) {
       record["Ticket"] = "1-100013";
       record["details"].at(0).as_object()["Ticket"] = "1-100013";
     },
     "another violation has this Ticket"},
    {"an_attachment_of_another_violation",
     [](json::object& record) { record["attachments"].at(0).as_object()["attachID"] = 1; },
     "another attachment"},
    {"an_attachment_twice",
     [](json::object& record) { record["attachments"].at(0).as_object()["attachID"] = 4; },
     "another attachment"},
    {"a_detail_of_another_violation",
     [](json::object& record) { record["details"].at(0).as_object()["ViolationsDetailID"] = 10; },
     "another detail"},
    {"a_type_that_is_not_the_one_beside_it",
     [](json::object& record) { vehicle_of(record)["PlateTypeID"] = 3; }, "PlateTypeID"},
    {"a_province_that_is_not_there",
     [](json::object& record) {
       vehicle_of(record)["ProvID"] = 999;
       vehicle_of(record)["province"] = nullptr;
     },
     "ProvID"},
    {"a_location_that_is_not_there",
     [](json::object& record) {
       record["LocationID"] = 77;
       record["location"] = nullptr;
     },
     "LocationID"},
    {"a_vehicle_without_its_id", [](json::object& record) { record["VehicleID"] = nullptr; },
     "VehicleID"},
    {"a_vehicle_id_of_another_plate",
     [](json::object& record) { vehicle_of(record)["Plate"] = "OTHER 1"; }, "another plate"},
    {"a_person_twice",
     [](json::object& record) {
       json::array& drivers = vehicle_of(record)["drivers"].as_array();
       drivers.push_back(json::value(drivers[0]));
     },
     "Two drivers"},
    {"an_unknown_login_source",
     [](json::object& record) {
       driver_of(record)["UserID"] = 74;
       driver_of(record)["email"] = "new@example.org";
       driver_of(record)["username"] = "new";
       driver_of(record)["loginSource"] = "NOWHERE";
     },
     "login source"},
    {"an_email_of_another_person",
     [](json::object& record) {
       driver_of(record)["UserID"] = 74;
       driver_of(record)["username"] = "new";
     },
     "e-mail"},
    {"a_user_name_of_another_person",
     [](json::object& record) {
       driver_of(record)["UserID"] = 74;
       driver_of(record)["email"] = "new@example.org";
     },
     "user name"},
};

class RefusedImports : public testing::TestWithParam<RefusedImport> {};

TEST_P(RefusedImports, write_nothing) {
  TestApi api;
  ASSERT_EQ(import_overdue(api, "OC_TOMA"), "");
  const std::string before = api.content() + api.text("SELECT COUNT(*) FROM attachment");
  const std::string detail = import_overdue(api, "OC_TOMA", 1, GetParam().change);
  EXPECT_NE(base::ascii_lower(detail).find(base::ascii_lower(GetParam().words)), std::string::npos)
      << detail;
  EXPECT_EQ(api.content() + api.text("SELECT COUNT(*) FROM attachment"), before);
}

INSTANTIATE_TEST_SUITE_P(Violations, RefusedImports, testing::ValuesIn(k_refused),
                         [](const auto& row) { return row.param.name; });

TEST(ImportedViolations, may_have_tabs_and_line_breaks_in_comments) {
  TestApi api;
  EXPECT_EQ(import_overdue(api, "OC_TOMA", 0,
                           [](json::object& record) { record["Comment"] = "a\tb\r\nc"; }),
            "");
  EXPECT_EQ(api.text("SELECT comment FROM violation"), "a\tb\r\nc");
}

TEST(ImportedViolations, leave_tickets_room_to_count_on) {
  TestApi api;
  EXPECT_EQ(import_overdue(api, "OC_TOMA", 0,
                           [](json::object& record) {
                             record["Ticket"] = "9223372036854775807";
                             record["details"].at(0).as_object()["Ticket"] = "9223372036854775807";
                           }),
            "");
  EXPECT_EQ(api.text("SELECT COUNT(*) FROM id_counter WHERE kind = 'ticket' AND last_id > 1000000"),
            "0");
}

std::string sent(TestApi& api) {
  return api.post("violations/send_overdue_to_collections", R"({"apiToken":"TOKEN:all"})").body;
}

TEST(ImportedViolations, stand_where_they_stand_already) {
  TestApi api;
  EXPECT_EQ(import_overdue(api, "OC_TOMA"), "");
  EXPECT_EQ(import_overdue(api, "OC_TOMA"), "present");
  EXPECT_EQ(import_overdue(api, "OC_TOMA", 1), "") << "another with the same vehicle and driver";
}

TEST(ImportedViolations, carry_no_secret_whatever_the_key) {
  TestApi api;
  import_overdue(api, "OC_TOMA", 0, [](json::object& record) {
    record["user"] = json::object{{"salt", "SALTY"}, {"api_token", "TOKENX"}};
    driver_of(record)["salt"] = "SALTY";
  });
  const std::string reply = sent(api);
  EXPECT_NE(reply.find(R"("user":null)"), std::string::npos);
  EXPECT_EQ(reply.find("SALTY"), std::string::npos);
  EXPECT_EQ(api.text("SELECT COALESCE(other, '') FROM violation").find("SALTY"), std::string::npos);
}

TEST(ImportedViolations, are_not_settled_by_a_discount_that_ends) {
  TestApi api;
  import_overdue(api, "OC_TOMA", 0, [](json::object& record) {
    record["Issued"] = "2026-03-02T11:59:00.000000Z";
    record["Due"] = "2026-03-02T13:00:00.000000Z";
    json::object& detail = record["details"].at(0).as_object();
    detail["discountAmount"] = 50;
    detail["discountHours"] = 1;
  });
  api.clock.advance(std::chrono::hours(2));
  EXPECT_NE(sent(api).find("\"ViolationID\":9"), std::string::npos);
}

TEST(ImportedViolations, read_bits_and_flags_in_either_form) {
  TestApi api;
  EXPECT_EQ(import_overdue(api, "OC_TOMA", 0,
                           [](json::object& record) {
                             record["Spoiled"] = false;
                             vehicle_of(record)["Active"] = true;
                             record["details"].at(0).at("type").as_object()["discountFlag"] = 1;
                           }),
            "");
  const std::string reply = sent(api);
  EXPECT_NE(reply.find(R"("Spoiled":0)"), std::string::npos) << reply;
  EXPECT_NE(reply.find(R"("Active":1)"), std::string::npos);
  EXPECT_NE(reply.find(R"("discountFlag":true)"), std::string::npos);
}

TEST(ImportedViolations, leave_of_a_list_item_what_the_file_does_not_have) {
  TestApi api;
  change_violation(
      api, [](service::WriteBatch& batch, store::ClientId client) -> domain::Result<void> {
        const store::ListItem item{2, "Old name", {}, "kept", {}, batch.now, batch.now};
        store::save_items(batch.connection, {client, store::ListKind::category},
                          std::span(&item, 1));
        return {};
      });
  import_overdue(api, "OC_TOMA");
  EXPECT_EQ(api.text("SELECT name || ' ' || info FROM list_item WHERE kind = 'category'"),
            "Municipal kept");
}

/// The plans of statements that a large client must not pay for row by row.
TEST(Plans, of_what_is_read_for_each_violation_use_their_indexes) {
  TestApi api;
  for (const auto& [sql, index] : {
           std::pair("SELECT * FROM attachment WHERE client_id = 1 AND related_type = 'VIOLATIONS' "
                     "AND related_id = 9 ORDER BY attachment_id",
                     "related_id=?"),
           std::pair("SELECT 1 FROM attachment WHERE client_id = 1 AND attachment_id = 1",
                     "attachment_id=?"),
           std::pair("SELECT 1 FROM violation_detail WHERE client_id = 1 AND detail_id = 1",
                     "detail_id=?"),
           std::pair("SELECT * FROM violation WHERE client_id = 1 AND batch_id = 1 "
                     "AND violation_id > 3 ORDER BY violation_id LIMIT 200",
                     "batch_id=? AND violation_id>?"),
           std::pair("SELECT * FROM payment WHERE client_id = 1 AND violation_id = 1 "
                     "ORDER BY payment_id",
                     "violation_id=?"),
       }) {
    std::string plan;
    const database::Statement explain{"plan", keep(std::string("EXPLAIN QUERY PLAN ") + sql)};
    api.app.database().read()->run(explain, {},
                                   [&](const database::Row& row) { plan += row.text(3); });
    EXPECT_NE(plan.find(index), std::string::npos) << sql << "\n" << plan;
  }
}

}  // namespace
}  // namespace lotkeeper::tests
