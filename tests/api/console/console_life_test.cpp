#include <algorithm>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include "store/permits/income.hpp"
#include "support/test_console.hpp"

namespace lotkeeper::tests {
namespace {

using http::Method;

constexpr const char* k_push_body =
    R"({"apiToken":"TOKEN:all","startTime":"2026-03-02T10:00:00","endTime":"END",)"
    R"("plate":"ABCD123","permitNo":"T-1","zone":"ZONE","amount":"14.50"})";

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  text.replace(text.find(what), what.size(), by);
  return text;
}

std::string push(TestConsole& console, const std::string& zone, const std::string& end,
                 const std::string& token = "all", const std::string& client = "OC_TOMA") {
  std::string body = replaced(replaced(k_push_body, "ZONE", zone), "END", end);
  body = replaced(body, "TOKEN:all", "TOKEN:" + token);
  const auto reply = console.api.post("permits/push", body, {}, client);
  EXPECT_EQ(reply.status, 200) << reply.body;
  return std::string(boost::json::parse(reply.body).at("reference_id").as_string());
}

/// A violation type that costs 50.00, paid within a week 40.00. Returns its id.
std::string add_type(TestConsole& console, const std::string& name = "No permit") {
  EXPECT_EQ(console
                .post("administrator", "/lists/violation-type",
                      R"({"name":")" + name +
                          R"(","code":"BL-12","costCents":5000,"discountCents":1000,)"
                          R"("discountHours":168})")
                .status,
            200);
  return console.api.text("SELECT MAX(violation_type_id) FROM violation_type");
}

std::string write_violation(TestConsole& console) {
  const std::string type = add_type(console, "Type " + std::to_string(console.api.writes()));
  const auto reply = console.post(
      "officer", "/violations",
      R"({"plate":"ABCD123","province":9,"plateType":4,"types":[)" + type +
          R"(],"comment":"<script>alert(1)</script>","latitude":45.421532,"longitude":-75.697189})");
  EXPECT_EQ(reply.status, 201) << reply.body;
  return std::to_string(reply.json().at("id").as_int64());
}

TEST(ConsolePlates, a_paid_plate_is_valid_and_the_check_is_kept) {
  TestConsole console;
  const std::string reference = push(console, "Lot 4", "2026-03-02T13:00:00");
  const auto reply = console.post("officer", "/plate-checks", R"({"plate":"abcd-123"})");
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_TRUE(reply.json().at("valid").as_bool());
  EXPECT_EQ(reply.json().at("permits").at(0).at("reference").as_string(), reference);

  const auto kept = console.get("office", "/plate-checks?plate=ABCD123").json().at("checks");
  ASSERT_EQ(kept.as_array().size(), 1U);
  EXPECT_EQ(kept.at(0).at("operator").as_string(), "officer");
  EXPECT_EQ(kept.at(0).at("permits").at(0).as_string(), reference);
  EXPECT_EQ(console.get("toronto", "/plate-checks").json().at("checks").as_array().size(), 0U);
}

TEST(ConsolePlates, evidence_shows_what_was_known_whatever_became_of_it_since) {
  TestConsole console;
  const std::string reference = push(console, "Lot 4", "2026-03-02T13:00:00");
  push(console, "Lot 01", "2026-03-02T11:56:00");
  write_violation(console);
  const auto answer =
      console.post("officer", "/plate-checks", R"({"plate":"abcd-123","zone":4})").json();
  EXPECT_TRUE(answer.at("valid").as_bool());
  const std::string target = "/plate-checks/" + std::to_string(answer.at("check").as_int64());
  const auto shown = [&] { return console.get("office", target).json(); };
  const auto before = shown();
  for (const char* key :
       {"permits", "otherZones", "justExpired", "near", "vehicles", "violations"}) {
    EXPECT_EQ(before.at("shown").at(key), answer.at(key)) << key;
    EXPECT_EQ(before.at(key).as_array().size(), answer.at(key).as_array().size()) << key;
  }
  EXPECT_EQ(before.at("permits").at(0).as_string(), reference);
  EXPECT_EQ(before.at("shown").at("permits").at(0).at("permitNo"),
            answer.at("permits").at(0).at("permitNo"));

  const std::string permit = R"({"apiToken":"TOKEN:all","reference_id":")" + reference;
  EXPECT_EQ(
      console.api
          .post("permits/update", permit + R"(","endTime":"2026-03-02T18:00:00","plate":"NEW1"})")
          .status,
      200);
  EXPECT_EQ(console.api.post("permits/delete", permit + R"("})").status, 200);
  EXPECT_EQ(console.put("office", "/zones/4", R"({"name":"Lot 44","capacity":null})").status, 200);
  const std::string officer =
      console.api.text("SELECT operator_id FROM operator WHERE name = 'officer'");
  EXPECT_EQ(console.del("administrator", "/operators/" + officer).status, 204);
  EXPECT_EQ(shown(), before);
  EXPECT_EQ(console.get("office", "/plate-checks").json().at("checks").at(0).at("operator"),
            "officer");

  EXPECT_EQ(console.get("toronto", target).status, 404);
  EXPECT_EQ(console.get("viewer", target).status, 403);
  EXPECT_EQ(console.get("office", "/plate-checks/999").status, 404);
}

TEST(ConsolePlates, evidence_from_before_its_content_was_kept_stays_readable) {
  TestConsole console;
  const std::string reference = push(console, "Lot 4", "2026-03-02T13:00:00");
  EXPECT_EQ(console.post("officer", "/plate-checks", R"({"plate":"ABCD123"})").status, 200);
  static constexpr database::Statement k_age{"test", "UPDATE plate_check SET found = $1"};
  const auto aged = console.api.app.change([&](service::WriteBatch& batch) {
    batch.connection.run(k_age, {R"({"permits":[")" + reference +
                                 R"("],"otherZones":[],"justExpired":[],"near":[],)"
                                 R"("vehicles":[7],"violations":[158]})"});
    return domain::Result<std::string>();
  });
  ASSERT_TRUE(aged);
  const auto check = console.get("office", "/plate-checks/1").json();
  EXPECT_TRUE(check.at("shown").is_null());
  EXPECT_EQ(check.at("permits").at(0).as_string(), reference);
  EXPECT_EQ(check.at("vehicles").at(0).as_int64(), 7);
  EXPECT_EQ(check.at("operator").as_string(), "officer");
  const auto listed = console.get("office", "/plate-checks").json().at("checks").at(0);
  EXPECT_EQ(listed.at("violations").at(0).as_int64(), 158);
}

TEST(ConsolePlates, just_expired_other_zones_and_another_moment_are_told_apart) {
  TestConsole console;
  push(console, "Lot 4", "2026-03-02T11:56:00");
  const auto now = console.post("officer", "/plate-checks", R"({"plate":"ABCD123"})").json();
  EXPECT_FALSE(now.at("valid").as_bool());
  EXPECT_EQ(now.at("justExpired").at(0).at("endedSecondsAgo").as_int64(), 240);
  const auto then =
      console.post("officer", "/plate-checks", R"({"plate":"ABCD123","at":"10:42"})").json();
  EXPECT_TRUE(then.at("valid").as_bool());
  EXPECT_FALSE(then.at("isNow").as_bool());
  const std::string lot1 = console.api.text("SELECT zone_id FROM zone WHERE name = 'Lot 01'");
  const auto elsewhere = console
                             .post("officer", "/plate-checks",
                                   R"({"plate":"ABCD123","at":"10:42","zone":)" + lot1 + "}")
                             .json();
  EXPECT_FALSE(elsewhere.at("valid").as_bool());
  EXPECT_EQ(elsewhere.at("otherZones").as_array().size(), 1U);
  const auto near =
      console.post("officer", "/plate-checks", R"({"plate":"A8CD123","at":"10:42"})").json();
  EXPECT_FALSE(near.at("valid").as_bool());
  EXPECT_EQ(near.at("near").as_array().size(), 1U);
}

TEST(ConsolePlates, a_bad_question_stores_nothing) {
  TestConsole console;
  for (const char* body : {R"({})", R"({"plate":"--"})", R"({"plate":"A1","zone":999})",
                           R"({"plate":"A1","at":"soon"})", R"({"plate":"A1","strange":1})",
                           R"([1])", R"({)", R"({"plate":5})"}) {
    const std::string before = console.content();
    const auto reply = console.post("officer", "/plate-checks", body);
    EXPECT_TRUE(reply.status == 422 || reply.status == 400) << body << reply.status;
    EXPECT_EQ(console.content(), before) << body;
  }
}

TEST(ConsoleViolations, go_through_their_life_and_say_who_did_what) {
  TestConsole console;
  const std::string id = write_violation(console);
  auto view = console.get("viewer", "/violations/" + id).json();
  EXPECT_EQ(view.at("state").as_string(), "open");
  EXPECT_EQ(view.at("owedCents").as_int64(), 4'000);
  EXPECT_EQ(view.at("fineCents").as_int64(), 5'000);
  EXPECT_EQ(view.at("officer").as_string(), "officer");
  EXPECT_EQ(view.at("comment").as_string(), "<script>alert(1)</script>");
  EXPECT_DOUBLE_EQ(view.at("latitude").as_double(), 45.421532);
  EXPECT_EQ(view.at("may").as_array().size(), 0U) << "a viewer does nothing";

  const std::string base = "/violations/" + id;
  EXPECT_EQ(console.post("office", base + "/appeals", R"({"comment":"It was snowing"})").status,
            200);
  view = console
             .post("office", base + "/appeal-decision",
                   R"({"decision":"reduce","fineCents":2000,"reply":"A courtesy"})")
             .json();
  EXPECT_EQ(view.at("owedCents").as_int64(), 2'000);
  view =
      console.post("office", base + "/payments", R"({"amountCents":500,"method":"cash"})").json();
  EXPECT_EQ(view.at("owedCents").as_int64(), 1'500);
  EXPECT_EQ(console.post("office", base + "/spoil", R"({"reason":"no"})").status, 422);
  view = console.post("office", base + "/adjustment", R"({"fineCents":500,"reason":"Paid enough"})")
             .json();
  EXPECT_EQ(view.at("state").as_string(), "paid");
  std::string trail;
  for (const auto& event : view.at("events").as_array()) {
    trail += std::string(event.at("action").as_string()) + ":" +
             std::string(event.at("operator").as_string()) + " ";
  }
  EXPECT_EQ(trail, "issue:officer appeal:office reduce:office pay:office adjust:office ");
}

TEST(ConsoleViolations, refusals_store_nothing) {
  TestConsole console;
  const std::string id = write_violation(console);
  const std::string base = "/violations/" + id;
  const std::string type = console.api.text("SELECT MAX(violation_type_id) FROM violation_type");
  // In a zone that is no location yet: an issued ticket would make it one.
  const auto check =
      console.post("officer", "/plate-checks",
                   R"({"plate":"X1","zone":)" +
                       console.api.text("SELECT MIN(zone_id) FROM zone WHERE client_id = 1") + "}");
  const std::string checked = std::to_string(check.json().at("check").as_int64());
  const std::pair<std::string, std::string> bad[] = {
      {"/violations", R"({"vehicle":999,"check":)" + checked + R"(,"types":[)" + type + "]}"},
      {"/violations", R"({"plate":"X1","province":9,"plateType":4,"types":[]})"},
      {"/violations", R"({"plate":"X1","province":9,"plateType":4,"types":[999]})"},
      {"/violations", R"({"plate":"X1","province":999,"plateType":4,"types":[)" + type + "]}"},
      {"/violations", R"({"plate":"X1","types":[)" + type + "]}"},
      {"/violations", R"({"vehicle":999,"types":[)" + type + "]}"},
      {"/violations",
       R"({"plate":"X1","province":9,"plateType":4,"latitude":91,"longitude":0,"types":[)" + type +
           "]}"},
      {"/violations",
       R"({"plate":"X1","province":9,"plateType":4,"check":999,"types":[)" + type + "]}"},
      {"/violations",
       R"({"plate":"X1","province":9,"plateType":4,"location":999,"types":[)" + type + "]}"},
      {base + "/payments", R"({"amountCents":4001,"method":"cash"})"},
      {base + "/payments", R"({"amountCents":0,"method":"cash"})"},
      {base + "/payments", R"({"amountCents":100})"},
      {base + "/payments", R"({"amountCents":1.5,"method":"cash"})"},
      {base + "/adjustment", R"({"fineCents":100})"},
      {base + "/cancel", R"({})"},
      {base + "/appeal-decision", R"({"decision":"uphold","reply":"no appeal is open"})"},
      {base + "/appeal-decision", R"({"decision":"perhaps","reply":"x"})"},
      {"/violations/999/payments", R"({"amountCents":100,"method":"cash"})"},
  };
  for (const auto& [target, body] : bad) {
    const std::string before = console.content();
    const auto reply = console.post("administrator", target, body);
    EXPECT_TRUE(reply.status == 422 || reply.status == 404) << target << body << reply.body;
    EXPECT_EQ(console.content(), before) << target << body;
  }
}

TEST(ConsoleViolations, a_refusal_names_the_key_of_the_body_that_is_at_fault) {
  TestConsole console;
  const std::string base = "/violations/" + write_violation(console);
  const std::string before = console.content();
  const std::tuple<std::string, std::string, std::string> bad[] = {
      {base + "/payments", R"({"amountCents":999999,"method":"cash"})", "amountCents"},
      {base + "/payments", R"({"amountCents":1,"method":"cash","at":"2027-01-01T00:00:00Z"})",
       "at"},
      {base + "/adjustment", R"({"fineCents":0,"reason":"x"})", "fineCents"},
  };
  for (const auto& [target, body, key] : bad) {
    const auto reply = console.post("office", target, body);
    EXPECT_EQ(reply.status, 422) << reply.body;
    EXPECT_EQ(reply.json().at("field").as_string(), key) << reply.body;
  }
  EXPECT_EQ(console.content(), before);

  EXPECT_EQ(console.post("office", base + "/appeals", R"({"comment":"snow"})").status, 200);
  const std::string appealed = console.content();
  const auto dear = console.post("office", base + "/appeal-decision",
                                 R"({"decision":"reduce","fineCents":999999,"reply":"x"})");
  EXPECT_EQ(dear.json().at("field").as_string(), "fineCents") << dear.body;
  const auto twice = console.post("office", base + "/appeals", R"({"comment":"snow"})");
  EXPECT_EQ(twice.json().as_object().if_contains("field"), nullptr) << twice.body;
  EXPECT_EQ(console.content(), appealed);
}

TEST(ConsoleViolations, another_client_sees_and_changes_none_of_it) {
  TestConsole console;
  const std::string base = "/violations/" + write_violation(console);
  const std::string reference = push(console, "Lot 4", "2026-03-02T13:00:00");
  const std::string before = console.content();
  for (const std::string& target :
       {base, base + "/photos/1", "/permits/" + reference, std::string("/vehicles/1"),
        std::string("/batches/1/records.json"), std::string("/integrations/4/requests")}) {
    EXPECT_EQ(console.get("toronto", target).status, 404) << target;
  }
  for (const std::string& list :
       {std::string("/violations"), std::string("/permits"), std::string("/vehicles"),
        std::string("/permits?plate=ABCD123"), std::string("/violations?plate=ABCD123"),
        std::string("/permits.csv"), std::string("/violations.csv"), std::string("/vehicles.csv"),
        std::string("/money")}) {
    const auto reply = console.get("toronto", list);
    EXPECT_EQ(reply.status, 200) << list;
    EXPECT_EQ(reply.body.find("ABCD123"), std::string::npos) << list;
    EXPECT_EQ(reply.body.find("1450"), std::string::npos) << list;
  }
  EXPECT_EQ(console.post("toronto", base + "/cancel", R"({"reason":"mine"})").status, 404);
  EXPECT_EQ(console.post("toronto", base + "/photos", "\x89PNG\r\n\x1a\n").status, 404);
  const std::string token = console.api.text(
      "SELECT MIN(token_id) FROM token WHERE revoked_at IS NULL AND client_id = 1");
  EXPECT_EQ(console.del("toronto", "/tokens/" + token).status, 404);
  EXPECT_EQ(console.content(), before);
}

TEST(ConsoleViolations, a_photo_comes_back_as_it_was_and_no_other_file_goes_in) {
  TestConsole console;
  const std::string base = "/violations/" + write_violation(console) + "/photos";
  const std::string png("\x89PNG\r\n\x1a\n picture \0 bytes", 24);
  const auto added = console.post("officer", base + "?name=front%20bumper.jpeg", png);
  ASSERT_EQ(added.status, 201) << added.body;
  const auto photo =
      console.get("viewer", base + "/" + std::to_string(added.json().at("id").as_int64()));
  EXPECT_EQ(photo.body, png);
  EXPECT_EQ(photo.headers.at("Content-Type"), "image/png");
  EXPECT_EQ(photo.headers.at("X-Content-Type-Options"), "nosniff");
  EXPECT_TRUE(photo.headers.at("Content-Disposition").starts_with("inline; filename="));

  const std::string before = console.content();
  EXPECT_EQ(console.post("officer", base, "<svg onload=alert(1)>").status, 422);
  EXPECT_EQ(console.post("officer", base, "").status, 422);
  TestConsole::Manner manner;
  manner.cookie = console.cookie("officer");
  manner.body_over_limit = true;
  EXPECT_EQ(console.send(Method::post, "/console/api" + base, "", manner).status, 413);
  EXPECT_EQ(console.content(), before);
}

TEST(ConsoleViolations, have_twenty_photos_at_most) {
  TestConsole console;
  const std::string base = "/violations/" + write_violation(console) + "/photos";
  for (int i = 0; i < 20; ++i) {
    const std::string png = "\x89PNG\r\n\x1a\n picture " + std::to_string(i);
    ASSERT_EQ(console.post("officer", base, png).status, 201);
  }
  const std::string before = console.content();
  const auto full = console.post("officer", base, "\x89PNG\r\n\x1a\n picture 20");
  EXPECT_EQ(full.status, 409);
  EXPECT_NE(full.body.find("at most 20 photos"), std::string::npos) << full.body;
  EXPECT_EQ(console.content(), before);
  const std::string other = "/violations/" + write_violation(console) + "/photos";
  EXPECT_EQ(console.post("officer", other, "\x89PNG\r\n\x1a\n picture").status, 201);
}

TEST(ConsolePlateChecks, are_a_hundred_thousand_a_day_and_client_at_most) {
  TestConsole console;
  const auto check = [&](const char* who) {
    return console.post(who, "/plate-checks", R"({"plate":"ABCD 123"})");
  };
  ASSERT_EQ(check("officer").status, 200);
  // As if 99,999 others had followed.
  ASSERT_TRUE(console.api.app.change([](service::WriteBatch& batch) -> domain::Result<std::string> {
    static constexpr database::Statement k_skip{
        "test", "UPDATE id_counter SET last_id = last_id + 99999 WHERE kind = 'plate_check'"};
    batch.connection.run(k_skip, {});
    return std::string();
  }));
  const std::string before = console.content();
  const auto refused = check("officer");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers.at("Retry-After"), "60");
  EXPECT_EQ(console.content(), before);
  EXPECT_EQ(check("toronto").status, 200) << "another client has a day of its own";
}

TEST(ConsoleVehicles, are_found_by_the_begin_of_a_plate_of_any_script) {
  TestConsole console;
  for (const char* plate : {"A\U000200001", "A\uFFDC1", "AB1", "B1"}) {
    ASSERT_EQ(console.api
                  .post("vehicles/push", fmt::format(R"({{"apiToken":"TOKEN:all","plate":"{}",)"
                                                     R"("plateTypeID":4,"provID":9}})",
                                                     plate))
                  .status,
              200);
  }
  const auto found =
      console.get("viewer", "/vehicles?plate=A").json().at("vehicles").as_array().size();
  EXPECT_EQ(found, 3U);
}

TEST(ConsolePermits, are_found_page_by_page_and_by_every_filter) {
  TestConsole console;
  for (int i = 0; i < 7; ++i) {
    push(console, i % 2 == 0 ? "Lot 4" : "nowhere", "2026-03-02T13:0" + std::to_string(i) + ":00");
  }
  push(console, "Lot 4", "2026-03-02T14:00:00", "toronto", "TORONTO");
  std::size_t seen = 0;
  std::string cursor;
  for (int page = 0; page < 9; ++page) {
    const auto reply = console.get("viewer", "/permits?limit=3" + cursor).json();
    seen += reply.at("permits").as_array().size();
    if (reply.at("next").is_null()) break;
    cursor = "&cursor=" + std::string(reply.at("next").as_string());
  }
  EXPECT_EQ(seen, 7U);
  const auto count = [&](const std::string& query) {
    const auto reply = console.get("viewer", "/permits?" + query);
    EXPECT_EQ(reply.status, 200) << query << reply.body;
    return reply.json().at("permits").as_array().size();
  };
  EXPECT_EQ(count("zone=-1"), 3U);
  EXPECT_EQ(count("zone=0"), 0U);
  EXPECT_EQ(count("plate=abcd123"), 7U);
  EXPECT_EQ(count("plate=abcd123&limit=2"), 2U);
  EXPECT_EQ(count("number=T-1"), 7U);
  EXPECT_EQ(count("number=T-2"), 0U);
  EXPECT_EQ(count("from=2026-03-02&to=2026-03-02"), 7U);
  EXPECT_EQ(count("to=2026-03-01"), 0U);
  EXPECT_EQ(count("from=2026-03-03"), 0U);
  for (const std::string bad :
       {"limit=0", "limit=201", "cursor=x", "from=today", "plate=--", "zone=-2", "integration=x"}) {
    EXPECT_EQ(console.get("viewer", "/permits?" + bad).status, 422) << bad;
  }
  const auto csv = console.get("viewer", "/permits.csv?plate=ABCD123");
  EXPECT_EQ(std::ranges::count(csv.body, '\n'), 8) << csv.body;
  EXPECT_EQ(csv.headers.at("Content-Type"), "text/csv; charset=utf-8");
}

TEST(ConsoleZones, a_disconnected_name_is_connected_and_its_permits_follow) {
  TestConsole console;
  const std::string reference = push(console, "Lot4", "2026-03-02T13:00:00");
  const auto names = console.get("office", "/disconnected").json().at("names");
  ASSERT_EQ(names.as_array().size(), 1U);
  EXPECT_EQ(names.at(0).at("name").as_string(), "Lot4");
  const std::string lot4 =
      console.api.text("SELECT zone_id FROM zone WHERE name = 'Lot 4' AND client_id = 1");
  EXPECT_EQ(std::to_string(names.at(0).at("nearest").as_int64()), lot4);
  const std::string target =
      "/disconnected/" + std::to_string(names.at(0).at("id").as_int64()) + "/connect";
  const std::string before = console.content();
  EXPECT_EQ(console.post("office", target, R"({"zone":999})").status, 422);
  EXPECT_EQ(console.post("toronto", target, R"({"zone":1})").status, 404);
  EXPECT_EQ(console.content(), before);
  EXPECT_EQ(console.post("office", target, R"({"zone":)" + lot4 + "}").status, 200);
  EXPECT_EQ(console.get("viewer", "/permits/" + reference).json().at("zone").as_string(), "Lot 4");
  EXPECT_TRUE(console.get("office", "/disconnected").json().at("names").as_array().empty());
  EXPECT_EQ(console.api.text("SELECT o.name FROM audit a JOIN operator o "
                             "ON o.operator_id = a.operator_id WHERE a.action = 'zone alias'"),
            "office");
}

TEST(ConsoleIntegrators, a_token_is_made_shown_once_used_and_revoked) {
  TestConsole console;
  EXPECT_EQ(console
                .post("administrator", "/integrations",
                      R"({"name":"Barriers","permissions":["permits.push"],"permitType":"temp"})")
                .status,
            200);
  const std::string id =
      console.api.text("SELECT integration_id FROM integration WHERE name = 'Barriers'");
  const auto made = console.post("administrator", "/integrations/" + id + "/tokens", "{}");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string token(made.json().at("token").as_string());
  const auto use = [&](const std::string& end) {
    return console.api
        .post("permits/push", R"({"apiToken":")" + token +
                                  R"(","startTime":"2026-03-02T10:00:00","endTime":")" + end +
                                  R"(","plate":"T1"})")
        .status;
  };
  EXPECT_EQ(use("2026-03-02T11:00:00"), 200);
  const auto list = console.get("office", "/integrations");
  EXPECT_EQ(list.body.find(token), std::string::npos);
  const std::string token_id = console.api.text("SELECT MAX(token_id) FROM token");
  EXPECT_EQ(console.del("administrator", "/tokens/" + token_id).status, 204);
  EXPECT_EQ(console.del("administrator", "/tokens/" + token_id).status, 404);
  EXPECT_EQ(use("2026-03-02T12:00:00"), 403);
  const std::string before = console.content();
  EXPECT_EQ(console
                .post("administrator", "/integrations",
                      R"({"name":"X","permissions":["permits.fly"],"permitType":"temp"})")
                .status,
            422);
  EXPECT_EQ(console.content(), before);
}

TEST(ConsoleMoney, follows_pushes_updates_and_deletes) {
  TestConsole console;
  const std::string kept = push(console, "Lot 4", "2026-03-02T13:00:00");
  const std::string gone = push(console, "Lot 01", "2026-03-02T14:00:00");
  const auto sums = [&] { return console.get("viewer", "/money").json().at("sums").as_array(); };
  ASSERT_EQ(sums().size(), 2U);
  EXPECT_EQ(
      console.api
          .post("permits/update",
                R"({"apiToken":"TOKEN:all","amount":"20.00","referenceid":")" + kept + R"("})")
          .status,
      200);
  EXPECT_EQ(
      console.api
          .post("permits/delete", R"({"apiToken":"TOKEN:all","referenceid":")" + gone + R"("})")
          .status,
      200);
  ASSERT_EQ(sums().size(), 1U);
  EXPECT_EQ(sums()[0].at("group").as_string(), "Lot 4");
  EXPECT_EQ(sums()[0].at("cents").as_int64(), 2'000);
  EXPECT_EQ(sums()[0].at("permits").as_int64(), 1);
  EXPECT_EQ(sums()[0].at("day").as_string(), "2026-03-02");
  EXPECT_NE(
      console.get("viewer", "/money.csv?by=type").body.find(R"("2026-03-02","temp","CAD",1,20.00)"),
      std::string::npos);
  EXPECT_EQ(console.get("viewer", "/money?from=2026-03-03&to=2026-03-02").status, 422);
  EXPECT_EQ(console.get("viewer", "/money?from=2020-01-01").status, 422);
}

TEST(ConsoleMoney, of_a_database_from_before_is_counted_once_and_to_the_cent) {
  TestConsole console;
  push(console, "Lot 4", "2026-03-02T13:00:00");
  push(console, "nowhere", "2026-03-02T14:00:00");
  push(console, "Lot 4", "2026-03-02T14:00:00", "toronto", "TORONTO");
  static constexpr database::Statement k_forget{"test", "DELETE FROM permit_income"};
  for (const std::string name : {"viewer", "toronto"}) {
    const std::string before = console.get(name, "/money").body;
    const auto counted =
        console.api.app.change([](service::WriteBatch& batch) -> domain::Result<std::string> {
          batch.connection.run(k_forget, {});
          store::fill_income(batch.connection);
          return std::string();
        });
    ASSERT_TRUE(counted);
    EXPECT_EQ(console.get(name, "/money").body, before);
    EXPECT_NE(before.find("1450"), std::string::npos);
  }
}

TEST(ConsoleMoney, a_statement_is_held_against_what_was_pushed) {
  TestConsole console;
  push(console, "Lot 4", "2026-03-02T13:00:00");
  console.api.clock.advance(std::chrono::seconds(1));
  const auto reply =
      console.post("office", "/reconciliation", "Ticket No;Amount\nT-1;$14.50\nT-9;3.00\n");
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(reply.json().at("matched").at("count").as_int64(), 1);
  EXPECT_EQ(reply.json().at("missingHere").at("rows").at(0).at("ticket").as_string(), "T-9");
  const auto different = console.post("office", "/reconciliation", "ticket,amount\nT-1,14.51\n");
  EXPECT_EQ(different.json().at("differentAmount").at("count").as_int64(), 1);
  const auto none = console.post("office", "/reconciliation", "ticket,amount\nT-2,1\n");
  EXPECT_EQ(none.json().at("missingThere").at("count").as_int64(), 1);
  const auto csv = console.post("office", "/reconciliation.csv?outcome=missingHere",
                                "ticket,amount\n=cmd(),14.50\n");
  EXPECT_EQ(csv.body, "\"ticket\",\"theirs\",\"ours\",\"reference\"\n\"'=cmd()\",14.50,,\n");
  for (const char* bad : {"", "a,b\n1,2\n"}) {
    EXPECT_NE(console.post("office", "/reconciliation", bad).status, 200) << bad;
  }
}

TEST(ConsoleOverview, adds_up_what_stands) {
  TestConsole console;
  push(console, "Lot 4", "2026-03-02T13:00:00");
  push(console, "nowhere", "2026-03-02T13:00:00");
  write_violation(console);
  const auto overview = console.get("viewer", "/overview").json();
  std::int64_t valid = 0;
  for (const auto& zone : overview.at("zones").as_array()) valid += zone.at("validNow").as_int64();
  EXPECT_EQ(valid, 1);
  EXPECT_EQ(overview.at("disconnected").as_int64(), 1);
  EXPECT_EQ(overview.at("pushes").as_array().size(), 24U);
  EXPECT_EQ(overview.at("violations").at("issuedToday").as_int64(), 1);
  EXPECT_EQ(overview.at("violations").at("owedCents").as_int64(), 4'000) << "the discount runs";
  const auto fines = console.get("viewer", "/fines").json();
  EXPECT_EQ(fines.at("months").at(0).at("month").as_string(), "2026-03");
  EXPECT_EQ(fines.at("months").at(0).at("issuedCents").as_int64(), 5'000);
}

TEST(ConsoleRequests, what_an_integration_asked_is_shown_without_what_it_sent) {
  TestConsole console;
  auto& buffer = console.api.app.requests();
  const std::int64_t integration = 1;
  buffer.note({1, integration, k_noon, "permits/push", 422, 9005, "endTime", "After the start.",
               "request-1", 180});
  buffer.note({1, integration, k_noon, "permits/push", 200, 0, {}, {}, "request-2", 90});
  for (int i = 0; i < 60 && console.api.number("SELECT COUNT(*) FROM request_log") < 2; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  const auto all = console.get("office", "/integrations/1/requests").json().at("requests");
  ASSERT_EQ(all.as_array().size(), 2U);
  EXPECT_EQ(all.at(0).at("requestId").as_string(), "request-2");
  const auto failed =
      console.get("office", "/integrations/1/requests?outcome=failed").json().at("requests");
  ASSERT_EQ(failed.as_array().size(), 1U);
  EXPECT_EQ(failed.at(0).at("detail").as_string(), "After the start.");
  const auto feeds = console.get("viewer", "/overview").json().at("feeds");
  EXPECT_EQ(feeds.at(0).at("accepted").as_int64(), 1);
  EXPECT_EQ(feeds.at(0).at("failures").at(0).at("code").as_int64(), 9005);
}

}  // namespace
}  // namespace lotkeeper::tests
