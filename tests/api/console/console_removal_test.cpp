#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include "service/clients/tenancy.hpp"
#include "service/clients/zones.hpp"
#include "store/clients/list.hpp"
#include "support/test_console.hpp"

// What the office takes away: entries of lists, and aliases of zones.
namespace lotkeeper::tests {
namespace {

namespace json = boost::json;

void push(TestConsole& console, const std::string& endpoint, const std::string& attributes) {
  const auto reply = console.api.post(endpoint, R"({"apiToken":"TOKEN:all",)" + attributes + "}");
  EXPECT_EQ(reply.status, 200) << reply.body;
}

/// Two vehicles, a person and a violation, which name an entry of every list.
void name_all(TestConsole& console) {
  for (const std::string plate : {"CAR 1", "CAR 2"}) {
    push(console, "vehicles/push",
         R"("plateType":"Passenger","prov":"ON","make":"Kia","type":"Sedan","colour":"Red",)"
         R"("year":"2011","plate":")" +
             plate + '"');
  }
  push(console, "profiles/push",
       R"("unique_id":"a-1","login_source":"OPSCOM","first_name":"Alex","last_name":"Roy",)"
       R"("email":"a-1@example.org","province":"ON","user_type_id":"6","locker_user_type_id":"1")");
  for (const std::string kind : {"location", "category", "violation-type"}) {
    const std::string body = kind == "violation-type"
                                 ? R"({"name":"Named","costCents":5000,"category":"Named"})"
                                 : R"({"name":"Named"})";
    EXPECT_EQ(console.post("office", "/lists/" + kind, body).status, 200) << kind;
  }
  const auto id = [&](const std::string& kind) {
    return console.api.text("SELECT item_id FROM list_item WHERE name = 'Named' AND kind = '" +
                            kind + "'");
  };
  const auto written = console.post("officer", "/violations",
                                    R"({"plate":"CAR 1","province":9,"plateType":4,"types":[)" +
                                        id("violation-type") + R"(],"location":)" + id("location") +
                                        R"(,"category":)" + id("category") + "}");
  EXPECT_EQ(written.status, 201) << written.body;
}

TEST(ConsoleLists, an_entry_in_use_stays_and_is_told_by_how_many) {
  TestConsole console;
  name_all(console);
  for (const auto& [kind, named, use] : {
           std::tuple("plate-type", "plate_type_id FROM vehicle", "2 vehicles"),
           std::tuple("province", "province_id FROM vehicle", "2 vehicles and 1 profile"),
           std::tuple("make", "make_id FROM vehicle", "2 vehicles"),
           std::tuple("type", "vehicle_type_id FROM vehicle", "2 vehicles"),
           std::tuple("colour", "colour_id FROM vehicle", "2 vehicles"),
           std::tuple("user-type", "user_type_id FROM profile", "1 profile"),
           std::tuple("locker-user-type", "locker_user_type_id FROM profile", "1 profile"),
           std::tuple("login-source", "login_source_id FROM profile", "1 profile"),
           std::tuple("location", "location_id FROM violation", "1 violation"),
           std::tuple("violation-type", "violation_type_id FROM violation_detail", "1 violation"),
           std::tuple("category", "category_id FROM violation", "1 violation and 1 violation type"),
       }) {
    const std::string id = console.api.text(std::string("SELECT ") + named);
    ASSERT_FALSE(id.empty()) << kind;
    const std::string before = console.content();
    const auto reply = console.del("office", "/lists/" + std::string(kind) + "/" + id);
    EXPECT_EQ(reply.status, 422) << kind << reply.body;
    EXPECT_NE(reply.body.find("is in use by " + std::string(use) + " and was not removed"),
              std::string::npos)
        << kind << reply.body;
    EXPECT_NE(reply.body.find("rename it, or change those to another"), std::string::npos)
        << reply.body;
    EXPECT_EQ(console.content(), before) << kind;
  }
}

TEST(ConsoleLists, an_entry_that_nothing_names_is_removed_and_its_id_never_given_again) {
  TestConsole console;
  name_all(console);
  for (const std::string kind :
       {"plate-type", "province", "make", "type", "colour", "user-type", "locker-user-type",
        "login-source", "location", "violation-type", "category"}) {
    const std::string more = kind == "province"         ? R"(,"code":"ZZ","country":"CA")"
                             : kind == "violation-type" ? R"(,"costCents":100)"
                                                        : "";
    const auto find = [&] {
      return console.api.text("SELECT item_id FROM list_item WHERE name = 'Novel' AND kind = '" +
                              kind + "'");
    };
    const auto add = [&] {
      const std::string body = R"({"name":"Novel")" + more + "}";
      EXPECT_EQ(console.post("office", "/lists/" + kind, body).status, 200) << kind;
      return find();
    };
    const std::string id = add();
    const std::string target = "/lists/" + kind + "/" + id;
    EXPECT_EQ(console.del("toronto", target).status, 404) << kind;
    EXPECT_EQ(console.del("officer", target).status, 403) << kind;
    const auto reply = console.del("office", target);
    EXPECT_EQ(reply.status, 200) << kind << reply.body;
    EXPECT_NE(reply.body.find("\\\"Novel\\\" of OC_TOMA removed"), std::string::npos) << reply.body;
    EXPECT_EQ(find(), "") << kind;
    EXPECT_NE(add(), id) << kind;
  }
  EXPECT_EQ(console.api.number("SELECT COUNT(*) FROM violation_type"), 2) << "its cost goes too";
  EXPECT_EQ(console.api.text("SELECT o.name FROM audit a JOIN operator o "
                             "ON o.operator_id = a.operator_id WHERE a.action = 'list remove'"),
            "office");
}

TEST(ConsoleLists, what_is_not_there_is_not_removed) {
  TestConsole console;
  for (const std::string target : {"/lists/colour/999", "/lists/planets/1", "/lists/colour/red"}) {
    const std::string before = console.content();
    EXPECT_EQ(console.del("office", target).status, 404) << target;
    EXPECT_EQ(console.content(), before) << target;
  }
}

TEST(ConsoleLists, removed_entries_do_not_come_back_when_a_server_starts) {
  TestConsole console;
  EXPECT_EQ(console.del("office", "/lists/province/1").status, 200);
  EXPECT_EQ(console.put("office", "/lists/province/2", R"({"name":"BC"})").status, 200);
  store::fill_reference_lists(console.api.app.database().writer(), 1, k_noon);
  EXPECT_EQ(console.api.text("SELECT MIN(item_id) FROM list_item WHERE client_id = 1 "
                             "AND kind = 'province'"),
            "2");
  EXPECT_EQ(console.api.text("SELECT name FROM list_item WHERE client_id = 1 "
                             "AND kind = 'province' AND item_id = 2"),
            "BC");
}

TEST(ConsoleZones, the_permits_of_a_removed_alias_are_disconnected_and_connect_again) {
  TestConsole console;
  const std::string zone =
      console.api.text("SELECT zone_id FROM zone WHERE name = 'Lot 4' AND client_id = 1");
  const std::string target = "/zones/" + zone + "/aliases?alias=";
  const auto push_to = [&](const std::string& name, const std::string& plate) {
    push(console, "permits/push",
         R"("startTime":"2026-03-02T10:00:00","endTime":"2026-03-02T13:00:00","zone":")" + name +
             R"(","plate":")" + plate + '"');
  };
  push_to("Four", "IN4");
  push_to("FOUR", "TOO");
  push_to("Lot 4", "OWN");
  const auto count = [&](const std::string& of) {
    return console.get("viewer", "/permits?zone=" + of).json().at("permits").as_array().size();
  };
  EXPECT_EQ(count(zone), 3U);

  const auto reply = console.del("office", target + "four");
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_NE(reply.body.find("now disconnected: 2"), std::string::npos) << reply.body;
  EXPECT_EQ(count(zone), 1U);
  EXPECT_EQ(count("-1"), 2U);
  const auto names = console.get("office", "/disconnected").json().at("names");
  ASSERT_EQ(names.as_array().size(), 1U);
  EXPECT_EQ(names.at(0).at("permits").as_int64(), 2);
  push_to("Four", "LATE");
  EXPECT_EQ(count("-1"), 3U);
  EXPECT_EQ(console.api.miscounts(), 0);

  EXPECT_EQ(console.post("office", "/zones/" + zone + "/aliases", R"({"alias":"Four"})").status,
            200);
  EXPECT_EQ(count(zone), 4U);
  EXPECT_EQ(console.api.text("SELECT o.name FROM audit a JOIN operator o "
                             "ON o.operator_id = a.operator_id WHERE a.action = 'zone unalias'"),
            "office");
}

TEST(ConsoleZones, what_is_no_alias_is_not_removed) {
  TestConsole console;
  push(console, "permits/push",
       R"("startTime":"2026-03-02T10:00:00","endTime":"2026-03-02T13:00:00","zone":"Nowhere",)"
       R"("plate":"X1")");
  const std::string lot4 =
      console.api.text("SELECT zone_id FROM zone WHERE name = 'Lot 4' AND client_id = 1");
  const std::string lot2 = console.api.text("SELECT zone_id FROM zone WHERE name = 'Lot 02'");
  const std::string base = "/zones/" + lot4 + "/aliases";
  for (const auto& [user, target, status] : {
           std::tuple("office", base, 422),
           std::tuple("office", base + "?alias=", 422),
           std::tuple("office", base + "?alias=" + std::string(300, 'a'), 422),
           std::tuple("office", base + "?alias=Lot%204", 404),
           std::tuple("office", base + "?alias=Lot%2002", 404),
           std::tuple("office", base + "?alias=Nowhere", 404),
           std::tuple("office", base + "?alias=Never", 404),
           std::tuple("office", "/zones/" + lot2 + "/aliases?alias=Four", 404),
           std::tuple("office", std::string("/zones/999/aliases?alias=Four"), 404),
           std::tuple("toronto", base + "?alias=Four", 404),
           std::tuple("officer", base + "?alias=Four", 403),
       }) {
    const std::string before = console.content();
    const auto reply = console.del(user, target);
    EXPECT_EQ(reply.status, status) << target << reply.body;
    EXPECT_EQ(console.content(), before) << target;
  }
  // The command line has no zone to look at first.
  for (const auto& [alias, detail] : {
           std::pair("lot  4", "\"Lot 4\" is the name of a zone"),
           std::pair("Nowhere", "OC_TOMA has no alias \"Nowhere\""),
           std::pair("Never", "lotkeeper zone list OC_TOMA"),
       }) {
    const std::string before = console.content();
    const auto outcome = service::unalias_zone(console.api.app, "oc_toma", alias);
    ASSERT_FALSE(outcome) << alias;
    EXPECT_NE(outcome.error().faults.front().detail.find(detail), std::string::npos)
        << outcome.error().faults.front().detail;
    EXPECT_EQ(console.content(), before) << alias;
  }
}

}  // namespace
}  // namespace lotkeeper::tests
