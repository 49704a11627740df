#include <algorithm>
#include <thread>

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "support/console_description.hpp"
#include "support/overdue.hpp"
#include "support/test_console.hpp"

// What the office looks after: settings, lists, people, feeds, batches, and the other ends that a
// violation may come to.
namespace lotkeeper::tests {
namespace {

namespace json = boost::json;
using http::Method;

std::string reference_of(const TestApi::Response& reply) {
  EXPECT_EQ(reply.status, 200) << reply.body;
  return std::string(json::parse(reply.body).at("reference_id").as_string());
}

std::string push_permit(TestConsole& console, const std::string& plate) {
  return reference_of(console.api.post(
      "permits/push", R"({"apiToken":"TOKEN:all","startTime":"2026-03-02T10:00:00",)"
                      R"("endTime":"2026-03-02T13:00:00","permitNo":"T-1","zone":"Lot 4",)"
                      R"("amount":"14.50","plate":")" +
                          plate + R"("})"));
}

void push_profile(TestConsole& console, const std::string& unique_id,
                  const std::string& first_name) {
  const auto reply =
      console.api.post("profiles/push", R"({"apiToken":"TOKEN:all","unique_id":")" + unique_id +
                                            R"(","login_source":"OPSCOM","first_name":")" +
                                            first_name + R"(","last_name":"Roy","email":")" +
                                            unique_id + R"(@example.org","user_type_id":"6"})");
  EXPECT_EQ(reply.status, 200) << reply.body;
}

std::string add_type(TestConsole& console, const std::string& name) {
  EXPECT_EQ(console
                .post("office", "/lists/violation-type",
                      R"({"name":")" + name + R"(","code":"BL-12","costCents":5000})")
                .status,
            200);
  return console.api.text("SELECT MAX(violation_type_id) FROM violation_type");
}

/// The path of a new violation that costs 50.00.
std::string write_violation(TestConsole& console, const std::string& plate = "ABCD123") {
  const std::string type = add_type(console, "Type of " + plate);
  const auto reply = console.post(
      "officer", "/violations",
      R"({"plate":")" + plate + R"(","province":9,"plateType":4,"types":[)" + type + "]}");
  EXPECT_EQ(reply.status, 201) << reply.body;
  return "/violations/" + std::to_string(reply.json().at("id").as_int64());
}

/// Waits until upkeep has written what `sql` counts.
void await_count(TestConsole& console, const std::string& sql, std::int64_t wanted) {
  for (int i = 0; i < 200 && console.api.number(sql) < wanted; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_EQ(console.api.number(sql), wanted) << sql;
}

TEST(ConsoleViolations, spoiled_and_cancelled_ones_owe_nothing_and_say_who_ended_them) {
  for (const auto& [verb, state] :
       {std::pair("spoil", "spoiled"), std::pair("cancel", "cancelled")}) {
    TestConsole console;
    const std::string base = write_violation(console);
    const auto view =
        console.post("office", base + "/" + verb, R"({"reason":"The machine was broken"})").json();
    EXPECT_EQ(view.at("state").as_string(), state);
    EXPECT_EQ(view.at("owedCents").as_int64(), 0);
    const auto& last = view.at("events").as_array().back();
    EXPECT_EQ(last.at("action").as_string(), verb);
    EXPECT_EQ(last.at("operator").as_string(), "office");
    EXPECT_NE(json::serialize(last).find("The machine was broken"), std::string::npos);

    const std::string before = console.content();
    EXPECT_EQ(console.post("office", base + "/" + verb, R"({"reason":"twice"})").status, 422);
    EXPECT_EQ(
        console.post("office", base + "/payments", R"({"amountCents":100,"method":"cash"})").status,
        422);
    EXPECT_EQ(console.content(), before);
  }
}

TEST(ConsoleViolations, an_appeal_is_upheld_or_cancels_the_fine_and_is_decided_once) {
  TestConsole console;
  for (const auto& [decision, plate, owed] :
       {std::tuple("uphold", "UPHELD1", 5'000), std::tuple("cancel", "FREED1", 0)}) {
    const std::string base = write_violation(console, plate);
    EXPECT_EQ(console.post("office", base + "/appeals", R"({"comment":"It was snowing"})").status,
              200);
    const std::string open = console.content();
    EXPECT_EQ(console.post("office", base + "/appeals", R"({"comment":"again"})").status, 422);
    EXPECT_EQ(console.content(), open) << "one appeal is open at a time";
    const std::string body =
        R"({"decision":")" + std::string(decision) + R"(","reply":"We looked at it"})";
    const auto view = console.post("office", base + "/appeal-decision", body).json();
    EXPECT_EQ(view.at("owedCents").as_int64(), owed) << decision;
    EXPECT_EQ(view.at("events").as_array().back().at("action").as_string(), decision);
    const std::string decided = console.content();
    EXPECT_EQ(console.post("office", base + "/appeal-decision", body).status, 422);
    EXPECT_EQ(console.content(), decided);
  }
}

TEST(ConsoleBatches, come_again_as_they_went_out_and_as_a_table) {
  TestConsole console;
  ASSERT_EQ(import_overdue(console.api, "OC_TOMA"), "");
  EXPECT_TRUE(console.get("office", "/batches").json().at("batches").as_array().empty());
  const auto pulled =
      console.api.post("violations/send_overdue_to_collections", R"({"apiToken":"TOKEN:all"})");
  ASSERT_EQ(pulled.status, 200) << pulled.body;
  const auto sent = json::parse(pulled.body);

  const auto batches = console.get("office", "/batches").json().at("batches");
  ASSERT_EQ(batches.as_array().size(), 1U);
  EXPECT_EQ(batches.at(0).at("violations").as_int64(), 1);
  EXPECT_TRUE(batches.at(0).at("isReady").as_bool());
  const std::string base = "/batches/" + std::to_string(batches.at(0).at("id").as_int64());
  const auto again = console.get("office", base + "/records.json");
  EXPECT_EQ(again.json().at("records"), sent.at("records"));
  EXPECT_EQ(again.json().at("batch"), sent.at("batch"));
  EXPECT_EQ(again.headers.at("Content-Disposition"), "attachment; filename=\"batch-1.json\"");

  const auto csv = console.get("office", base + "/records.csv");
  EXPECT_TRUE(csv.body.starts_with(
      R"("ticket","plate","issued","due","types","fine","paid","owed","state",)"));
  EXPECT_EQ(std::ranges::count(csv.body, '\n'), 2) << csv.body;
  const std::string ticket(sent.at("records").at(0).at("Ticket").as_string());
  EXPECT_NE(csv.body.find("\n\"" + ticket + "\","), std::string::npos) << csv.body;

  for (const char* end : {"/records.json", "/records.csv"}) {
    EXPECT_EQ(console.get("toronto", base + end).status, 404);
    EXPECT_EQ(console.get("office", "/batches/2" + std::string(end)).status, 404);
  }
}

TEST(ConsoleOverview, a_feed_is_called_silent_when_it_is_so_for_longer_than_it_ever_was) {
  TestConsole console;
  auto& buffer = console.api.app.requests();
  for (int hours_ago = 14; hours_ago >= 1; --hours_ago) {
    buffer.note({1,
                 1,
                 k_noon - std::chrono::hours(hours_ago),
                 "permits/push",
                 200,
                 0,
                 {},
                 {},
                 "request",
                 90});
  }
  await_count(console, "SELECT COUNT(*) FROM request_hour", 14);
  const auto feeds = [&] { return console.get("viewer", "/overview").json().at("feeds"); };
  EXPECT_FALSE(feeds().at(0).at("isSilent").as_bool());
  EXPECT_EQ(feeds().at(0).at("usualGapSeconds").as_int64(), 3'600);
  EXPECT_TRUE(feeds().at(1).at("usualGapSeconds").is_null()) << "one that never pushed";
  console.api.clock.advance(std::chrono::minutes(50));
  EXPECT_FALSE(feeds().at(0).at("isSilent").as_bool());
  console.api.clock.advance(std::chrono::minutes(20));
  EXPECT_TRUE(feeds().at(0).at("isSilent").as_bool());
  EXPECT_FALSE(feeds().at(1).at("isSilent").as_bool());
}

TEST(ConsoleSettings, are_changed_one_by_one_and_take_effect_at_once) {
  TestConsole console;
  const auto settings = [&] { return console.get("viewer", "/settings").json(); };
  const std::string name(settings().at("name").as_string());
  EXPECT_EQ(console
                .put("administrator", "/settings",
                     R"({"timeZone":"America/Vancouver","daysUntilDue":21,"ticketPrefix":"V-"})")
                .status,
            200);
  EXPECT_EQ(settings().at("name").as_string(), name) << "what is not sent stays";
  EXPECT_EQ(settings().at("timeZone").as_string(), "America/Vancouver");
  EXPECT_EQ(settings().at("daysUntilDue").as_int64(), 21);
  const auto view = console.get("viewer", write_violation(console)).json();
  EXPECT_TRUE(view.at("ticket").as_string().starts_with("V-"));
  for (const char* bad :
       {R"({"timeZone":"Mars/Base"})", R"({"currency":"EUR"})", R"({"daysUntilDue":-1})",
        R"({"code":"OTHER"})", R"({"daysUntilDue":"21"})"}) {
    const std::string before = console.content();
    EXPECT_EQ(console.put("administrator", "/settings", bad).status, 422) << bad;
    EXPECT_EQ(console.content(), before) << bad;
  }
}

TEST(ConsoleSettings, a_client_is_added_by_who_keeps_all_of_them) {
  TestConsole console;
  constexpr const char* k_body =
      R"({"code":"HULL","name":"Hull","timeZone":"America/Toronto","currency":"CAD"})";
  const std::string before = console.content();
  EXPECT_EQ(console.post("administrator", "/clients", k_body).status, 403);
  EXPECT_EQ(console.post("keeper", "/clients", R"({"code":"OC_TOMA"})").status, 422);
  EXPECT_EQ(console.post("keeper", "/clients", R"({"code":"X","timeZone":"Nowhere"})").status, 422);
  EXPECT_EQ(console.content(), before);
  EXPECT_EQ(console.post("keeper", "/clients", k_body).status, 200);
  EXPECT_EQ(console.put("keeper", "/session/client", R"({"client":"HULL"})").status, 200);
  EXPECT_EQ(console.get("keeper", "/settings").json().at("name").as_string(), "Hull");
}

TEST(ConsoleLists, an_entry_is_changed_and_what_was_issued_keeps_its_fine) {
  TestConsole console;
  const std::string base = write_violation(console);
  const std::string type = console.api.text("SELECT MAX(violation_type_id) FROM violation_type");
  const std::string target = "/lists/violation-type/" + type;
  const auto terms = [&] {
    return console.get("viewer", "/lists")
        .json()
        .at("lists")
        .at("violation-type")
        .as_array()
        .back();
  };
  EXPECT_EQ(console
                .put("office", target,
                     R"({"name":"Loading zone","costCents":6000,"discountCents":500,)"
                     R"("discountHours":24})")
                .status,
            200);
  EXPECT_EQ(terms().at("name").as_string(), "Loading zone");
  EXPECT_EQ(terms().at("code").as_string(), "BL-12") << "what is not sent stays";
  EXPECT_EQ(terms().at("costCents").as_int64(), 6'000);
  EXPECT_EQ(terms().at("discountHours").as_int64(), 24);
  EXPECT_EQ(console.get("viewer", base).json().at("owedCents").as_int64(), 5'000);
  EXPECT_EQ(console.put("office", target, R"({"discountCents":0})").status, 200);
  EXPECT_TRUE(terms().at("discountCents").is_null());

  for (const auto& [path, body, status] : {
           std::tuple(target, R"({})", 422),
           std::tuple(target, R"({"costCents":0})", 422),
           std::tuple(target, R"({"discountCents":100})", 422),
           std::tuple(target, R"({"discountCents":9000,"discountHours":1})", 422),
           std::tuple(target, R"({"country":"CA"})", 422),
           std::tuple(target, R"({"category":"none such"})", 422),
           std::tuple(std::string("/lists/province/9"), R"({"code":"OT"})", 422),
           std::tuple(std::string("/lists/colour/14"), R"({"costCents":100})", 422),
           std::tuple(std::string("/lists/colour/999"), R"({"name":"Mauve"})", 404),
           std::tuple(std::string("/lists/planets/1"), R"({"name":"Mars"})", 404),
       }) {
    const std::string before = console.content();
    EXPECT_EQ(console.put("office", path, body).status, status) << path << body;
    EXPECT_EQ(console.content(), before) << path << body;
  }
}

TEST(ConsoleProfiles, are_found_by_id_mail_or_page_and_exported_as_text) {
  TestConsole console;
  push_profile(console, "a-1", "Alex");
  push_profile(console, "b-2", "=cmd()");
  push_profile(console, "c-3", "Chris");
  const auto found = [&](const std::string& query) {
    const auto reply = console.get("office", "/profiles?" + query);
    EXPECT_EQ(reply.status, 200) << query;
    return reply.json().at("profiles").as_array();
  };
  EXPECT_EQ(found("").size(), 3U);
  ASSERT_EQ(found("find=A-1@EXAMPLE.ORG").size(), 1U);
  EXPECT_EQ(found("find=b-2").at(0).at("firstName").as_string(), "=cmd()");
  EXPECT_TRUE(found("find=nobody").empty());
  const auto first = console.get("office", "/profiles?limit=2").json();
  EXPECT_EQ(first.at("profiles").as_array().size(), 2U);
  EXPECT_EQ(found("limit=2&cursor=" + std::string(first.at("next").as_string())).size(), 1U);
  const std::string id = std::to_string(found("find=a-1").at(0).at("id").as_int64());
  EXPECT_EQ(console.get("office", "/profiles/" + id).json().at("email").as_string(),
            "a-1@example.org");

  const auto csv = console.get("office", "/profiles.csv").body;
  EXPECT_EQ(std::ranges::count(csv, '\n'), 4) << csv;
  EXPECT_NE(csv.find(R"x(,"'=cmd()",)x"), std::string::npos) << "a spreadsheet would run it:\n"
                                                             << csv;
  EXPECT_EQ(console.get("officer", "/profiles").status, 403);
  EXPECT_EQ(console.get("toronto", "/profiles/" + id).status, 404);
}

TEST(ConsoleProfiles, tell_who_changed_what_and_when) {
  TestConsole console;
  const auto push = [&](const std::string& token, const std::string& more) {
    const auto reply = console.api.post(
        "profiles/push", R"({"apiToken":"TOKEN:)" + token +
                             R"(","unique_id":"a-1","login_source":"OPSCOM")" + more + "}");
    EXPECT_EQ(reply.status, 200) << reply.body;
  };
  push("all", R"(,"first_name":"Ada","last_name":"Roy","email":"ada@example.org",)"
              R"("user_type_id":"1","state":"ON","date_of_birth":"1990-05-04")");
  const auto history = [&] {
    return console.get("office", "/profiles/1").json().at("history").as_array();
  };
  EXPECT_TRUE(history().empty());
  EXPECT_EQ(console.api.number("SELECT COUNT(*) FROM profile_history"), 0);

  console.api.clock.advance(std::chrono::minutes(5));
  push("other", R"(,"email":"ada@example.com","user_type_id":"6","state":"QC")");
  push("other", R"(,"email":"ada@example.com")");  // changes nothing
  console.api.clock.advance(std::chrono::minutes(5));
  push("all", R"(,"email":"ada@example.net","city":"Hull","date_of_birth":"1991-05-04")");

  const auto changes = history();
  ASSERT_EQ(changes.size(), 2U) << json::serialize(changes);
  const auto value = [&](std::size_t change, std::string_view attribute) {
    for (const auto& one : changes[change].at("values").as_array()) {
      if (one.at("attribute").as_string() == attribute) return json::serialize(one);
    }
    return std::string("none");
  };
  EXPECT_EQ(changes[0].at("at").as_string(), "2026-03-02T12:05:00Z");
  EXPECT_EQ(changes[1].at("at").as_string(), "2026-03-02T12:10:00Z");
  EXPECT_NE(changes[0].at("integration"), changes[1].at("integration"));
  EXPECT_FALSE(changes[0].at("integration").is_null());
  EXPECT_EQ(value(0, "email"),
            R"({"attribute":"email","was":"ada@example.org","became":"ada@example.com",)"
            R"("isWithheld":false})");
  EXPECT_NE(value(0, "province").find(R"("was":"ON","became":"QC")"), std::string::npos);
  EXPECT_EQ(value(0, "userType").find(R"("was":1)"), std::string::npos) << "its name, not its id";
  EXPECT_NE(value(1, "email").find(R"("was":"ada@example.com","became":"ada@example.net")"),
            std::string::npos);
  EXPECT_NE(value(1, "city").find(R"("was":null,"became":"Hull")"), std::string::npos);
  EXPECT_EQ(value(1, "dateOfBirth"),
            R"({"attribute":"dateOfBirth","was":null,"became":null,"isWithheld":true})");
  EXPECT_EQ(console.api.text("SELECT MAX(was) FROM profile_history").find("1990"),
            std::string::npos);

  const std::string before = console.content();
  console.api.post("profiles/push", R"({"apiToken":"TOKEN:all","unique_id":"a-1",)"
                                    R"("login_source":"OPSCOM","email":"","city":"Bath"})");
  EXPECT_EQ(console.content(), before) << "a refused push leaves no history";
}

TEST(ConsoleReconciliation, names_every_column_that_a_statement_lacks) {
  TestConsole console;
  const std::string before = console.content();
  const auto both = console.post("office", "/reconciliation", "day,zone\n2026-03-02,Lot 4\n");
  EXPECT_EQ(both.status, 422) << both.body;
  ASSERT_EQ(both.json().at("errors").as_array().size(), 2U) << both.body;
  EXPECT_EQ(both.json().at("errors").at(0).at("field").as_string(), "ticket");
  EXPECT_EQ(both.json().at("errors").at(1).at("field").as_string(), "amount");
  const auto one = console.post("office", "/reconciliation", "ticket,day\nT-1,2026-03-02\n");
  EXPECT_EQ(one.json().at("field").as_string(), "amount") << one.body;
  EXPECT_EQ(one.json().as_object().if_contains("errors"), nullptr);
  EXPECT_EQ(console.content(), before);
}

TEST(ConsoleIntegrators, a_token_expires_and_tells_when_it_was_used) {
  TestConsole console;
  const std::string target = "/integrations/1/tokens";
  const auto made = console.post("administrator", target, R"({"expires":"2026-03-04"})");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string token(made.json().at("token").as_string());
  const auto use = [&] {
    return console.api.post("permits/stats", R"({"apiToken":")" + token + R"("})").status;
  };
  const auto shown = [&] {
    const auto list = console.get("office", "/integrations").json().at("integrations");
    return list.at(0).at("tokens").as_array().back();
  };
  EXPECT_TRUE(shown().at("lastUsedAt").is_null());
  EXPECT_FALSE(shown().at("expiresAt").is_null());
  EXPECT_EQ(use(), 200);
  await_count(console, "SELECT COUNT(*) FROM token WHERE last_used_at IS NOT NULL", 1);
  EXPECT_EQ(shown().at("lastUsedAt").as_string(), "2026-03-02T12:00:00Z");
  const std::string before = console.content();
  for (const char* bad :
       {R"({"expires":"soon"})", R"({"expires":"2026-02-30"})", R"({"expires":"2026-03-01"})"}) {
    EXPECT_EQ(console.post("administrator", target, bad).status, 422) << bad;
  }
  EXPECT_EQ(console.content(), before);
  console.api.clock.advance(std::chrono::hours(72));
  // Ids never go back, thread by thread: those of the tests that follow are not to be of that day.
  std::thread later([&] {
    EXPECT_EQ(console.api
                  .request_on_thread(Method::post, "/api/OC_TOMA/v1/permits/stats",
                                     R"({"apiToken":")" + token + R"("})")
                  .status,
              403);
  });
  later.join();
}

TEST(ConsoleAccess, nothing_of_another_client_comes_out_of_any_address) {
  TestConsole console;
  const std::string reference = push_permit(console, "MARKED1");
  push_profile(console, "marked-2", "Marked3");
  const auto vehicle = console.api.post(
      "vehicles/push",
      R"({"apiToken":"TOKEN:all","plate":"MARKED4","plateType":"Passenger","prov":"ON",)"
      R"("make":"Kia","type":"Sedan","colour":"Red","year":"2011"})");
  ASSERT_EQ(vehicle.status, 200) << vehicle.body;
  write_violation(console, "MARKED5");
  EXPECT_EQ(console.post("officer", "/plate-checks", R"({"plate":"MARKED1"})").status, 200);
  EXPECT_EQ(console.post("office", "/zones", R"({"name":"Marked6"})").status, 200);
  console.api.post("permits/push",
                   R"({"apiToken":"TOKEN:all","startTime":"2026-03-02T10:00:00",)"
                   R"("endTime":"2026-03-02T14:00:00","zone":"Marked7","plate":"X7"})");
  ASSERT_EQ(import_overdue(console.api, "OC_TOMA"), "");
  console.api.post("violations/send_overdue_to_collections", R"({"apiToken":"TOKEN:all"})");

  const auto is_marked = [&](const std::string& body) {
    std::string lower = body;
    std::ranges::transform(lower, lower.begin(), [](char c) { return std::tolower(c); });
    return lower.find("marked") != std::string::npos || body.find(reference) != std::string::npos ||
           body.find("Chevrolet HHR") != std::string::npos;
  };
  const auto described = described_operations();
  int asked = 0;
  int filtered = 0;
  const auto try_target = [&](const std::string& target) {
    const auto reply = console.get("toronto", target);
    EXPECT_FALSE(is_marked(reply.body)) << target << ": " << reply.body;
    ++asked;
    return reply.status;
  };
  for (const auto& route : api::console::routes()) {
    if (route.method != Method::get) continue;
    const auto& keys = described.at(operation_name(route)).query_keys;
    // Each existing id, in every place.
    for (const std::string& id :
         {std::string("1"), std::string("2"), std::string("3"), std::string("9"), reference}) {
      std::string target(route.path);
      for (std::size_t open; (open = target.find('{')) != std::string::npos;) {
        target.replace(open, target.find('}') - open + 1, id);
      }
      (void)try_target(target);
      // Each filter alone, and all of them together, with what OC_TOMA has.
      std::string all = target;
      for (const std::string& key : keys) {
        const std::string filter = key + "=" + sample_value(route, key);
        EXPECT_NE(try_target(target + "?" + filter), 400) << target << ' ' << filter;
        all += (all == target ? "?" : "&") + filter;
        ++filtered;
      }
      if (!keys.empty()) (void)try_target(all);
      if (target == route.path) break;
    }
  }
  EXPECT_GT(asked, 100);
  EXPECT_GT(filtered, 40);
  EXPECT_TRUE(is_marked(console.get("office", "/permits?plate=MARKED1").body)) << "the test itself";
  EXPECT_TRUE(is_marked(console.get("office", "/permits/" + reference).body)) << "the test itself";
}

}  // namespace
}  // namespace lotkeeper::tests
