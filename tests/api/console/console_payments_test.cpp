#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "service/violations/violation_writes.hpp"
#include "support/overdue.hpp"
#include "support/test_console.hpp"

// Payments that are taken back, appeals that move the due date, what a client prints on its
// tickets, what a batch says of the day when it went out, and sums that agree.
namespace lotkeeper::tests {
namespace {

namespace json = boost::json;
using http::Method;
using std::chrono::hours;

constexpr const char* k_violation = "/violations/9";  // the document's, of 50.00, long due

boost::json::value pay(TestConsole& console, std::int64_t cents, const std::string& method) {
  const auto reply = console.post(
      "office", std::string(k_violation) + "/payments",
      R"({"amountCents":)" + std::to_string(cents) + R"(,"method":")" + method + "\"}");
  EXPECT_EQ(reply.status, 200) << reply.body;
  return reply.json();
}

std::string pull(TestConsole& console) {
  return console.api.post("violations/send_overdue_to_collections", R"({"apiToken":"TOKEN:all"})")
      .body;
}

bool may(const boost::json::value& violation, std::string_view deed) {
  return std::ranges::any_of(violation.at("may").as_array(),
                             [&](const auto& one) { return one.as_string() == deed; });
}

TEST(ConsolePayments, are_reversed_with_a_reason_and_every_sum_follows) {
  TestConsole console;
  ASSERT_EQ(import_overdue(console.api, "OC_TOMA"), "");
  auto view = pay(console, 5'000, "cash");
  EXPECT_EQ(view.at("state").as_string(), "paid");
  EXPECT_FALSE(may(view, "cancel"));
  ASSERT_TRUE(may(view, "reverse"));
  const std::string reversal = std::string(k_violation) + "/payments/" +
                               std::to_string(view.at("payments").at(0).at("id").as_int64()) +
                               "/reversal";

  const auto reply = console.post("office", reversal, R"({"reason":"Another ticket's"})");
  ASSERT_EQ(reply.status, 200) << reply.body;
  view = reply.json();
  EXPECT_EQ(view.at("state").as_string(), "overdue");
  EXPECT_EQ(view.at("owedCents").as_int64(), 5'000);
  EXPECT_EQ(view.at("paidCents").as_int64(), 0);
  EXPECT_TRUE(may(view, "cancel"));
  EXPECT_TRUE(may(view, "spoil"));
  EXPECT_FALSE(may(view, "reverse"));
  const auto& payment = view.at("payments").at(0);
  EXPECT_EQ(payment.at("operator").as_string(), "office");
  EXPECT_EQ(payment.at("reversalReason").as_string(), "Another ticket's");
  EXPECT_EQ(payment.at("reversedBy").as_string(), "office");
  std::string trail;
  for (const auto& event : view.at("events").as_array()) {
    trail += std::string(event.at("action").as_string()) + " ";
  }
  EXPECT_EQ(trail, "import pay reverse ");

  const auto violations = console.get("viewer", "/overview").json().at("violations");
  EXPECT_EQ(violations.at("owedCents").as_int64(), 5'000);
  EXPECT_EQ(violations.at("overdue").as_int64(), 1);
  const auto fines = console.get("viewer", "/fines").json().at("months").at(0);
  EXPECT_EQ(fines.at("owedCents").as_int64(), 5'000);
  EXPECT_EQ(fines.at("paidCents").as_int64(), 0);
  EXPECT_NE(pull(console).find("1-100013"), std::string::npos) << "it goes to collections again";
}

TEST(ConsolePayments, that_cannot_be_reversed_are_refused_and_nothing_is_written) {
  TestConsole console;
  ASSERT_EQ(import_overdue(console.api, "OC_TOMA"), "");
  pay(console, 1'000, "cash");
  pay(console, 2'000, "card");
  const std::string base = std::string(k_violation) + "/payments/";
  EXPECT_EQ(console.post("office", base + "2/reversal", R"({"reason":"done"})").status, 200);
  struct Row {
    const char* role;
    std::string target;
    const char* body;
    int status;
  };
  const Row rows[] = {{"office", base + "1/reversal", R"({})", 422},
                      {"office", base + "1/reversal", R"({"reason":" "})", 422},
                      {"office", base + "1/reversal", R"({"reason":5})", 422},
                      {"office", base + "1/reversal", R"({"reason":"x","amountCents":5})", 422},
                      {"office", base + "2/reversal", R"({"reason":"again"})", 422},
                      {"office", base + "9/reversal", R"({"reason":"x"})", 404},
                      {"office", base + "x/reversal", R"({"reason":"x"})", 404},
                      {"office", "/violations/999/payments/1/reversal", R"({"reason":"x"})", 404},
                      {"officer", base + "1/reversal", R"({"reason":"x"})", 403},
                      {"toronto", base + "1/reversal", R"({"reason":"x"})", 404}};
  for (const Row& row : rows) {
    const std::string before = console.content();
    const auto reply = console.post(row.role, row.target, row.body);
    EXPECT_EQ(reply.status, row.status) << row.target << row.body << reply.body;
    EXPECT_EQ(console.content(), before) << row.target << row.body;
  }
}

TEST(ConsolePayments, are_reversed_once_whoever_tries_at_the_same_moment) {
  TestConsole console;
  ASSERT_EQ(import_overdue(console.api, "OC_TOMA"), "");
  pay(console, 2'000, "cash");
  std::atomic<int> succeeded = 0;
  std::vector<std::thread> clerks;
  for (int i = 0; i < 8; ++i) {
    clerks.emplace_back([&] {
      const auto done =
          console.api.app.change([&](service::WriteBatch& batch) -> domain::Result<std::string> {
            auto reversed = service::reverse_payment(batch, 1, 9, 1, "twice");
            if (!reversed) return tl::unexpected(std::move(reversed.error()));
            return std::string();
          });
      if (done) ++succeeded;
    });
  }
  for (std::thread& clerk : clerks) clerk.join();
  EXPECT_EQ(succeeded, 1);
  EXPECT_EQ(console.api.text("SELECT paid_cents FROM violation"), "0");
  EXPECT_EQ(console.api.text("SELECT COUNT(*) FROM violation_event WHERE action = 'reverse'"), "1");
}

TEST(ConsolePayments, say_what_is_owed_where_more_is_paid) {
  TestConsole console;
  ASSERT_EQ(import_overdue(console.api, "OC_TOMA"), "");
  const auto reply = console.post("office", std::string(k_violation) + "/payments",
                                  R"({"amountCents":50000,"method":"cash"})");
  EXPECT_EQ(reply.status, 422);
  EXPECT_EQ(reply.json().at("field").as_string(), "amountCents");
  EXPECT_EQ(reply.json().at("detail").as_string(), "That is more than the 50.00 owed.");
}

TEST(ConsoleAppeals, show_the_due_date_that_a_decision_gives) {
  TestConsole console;
  ASSERT_EQ(import_overdue(console.api, "OC_TOMA"), "");
  EXPECT_EQ(console.put("administrator", "/settings", R"({"appealDays":30})").status, 200);
  const std::string base = k_violation;
  EXPECT_TRUE(console.get("office", base).json().at("dueIfDecided").is_null());
  auto view = console.post("office", base + "/appeals", R"({"comment":"It was snowing"})").json();
  EXPECT_EQ(view.at("dueIfDecided").as_string(), "2026-04-01T12:00:00Z");
  view = console.post("office", base + "/appeal-decision", R"({"decision":"uphold","reply":"No"})")
             .json();
  EXPECT_EQ(view.at("dueAt").as_string(), "2026-04-01T12:00:00Z");
  EXPECT_EQ(view.at("state").as_string(), "open");
  EXPECT_EQ(pull(console).find("1-100013"), std::string::npos);
}

TEST(ConsoleSettings, keep_what_is_printed_on_tickets) {
  TestConsole console;
  const std::string text = R"({"ticketTextEn":"Pay at <b>town.example</b>\nAppeal within 15 days",)"
                           R"("ticketTextFr":"Payez à l’hôtel de ville"})";
  EXPECT_EQ(console.put("administrator", "/settings", text).status, 200);
  const auto settings = [&] { return console.get("viewer", "/settings").json(); };
  EXPECT_EQ(settings().at("ticketTextEn").as_string(),
            "Pay at <b>town.example</b>\nAppeal within 15 days");
  EXPECT_EQ(settings().at("ticketTextFr").as_string(), "Payez à l’hôtel de ville");
  EXPECT_EQ(settings().at("appealDays").as_int64(), 15);
  EXPECT_EQ(console.put("administrator", "/settings", R"({"ticketTextEn":""})").status, 200);
  EXPECT_EQ(settings().at("ticketTextEn").as_string(), "");
  EXPECT_EQ(settings().at("ticketTextFr").as_string(), "Payez à l’hôtel de ville");

  const std::string long_text(2'001, 'x');
  for (const std::string& bad :
       {R"({"ticketTextEn":")" + long_text + "\"}", std::string(R"({"ticketTextFr":"a\u0000b"})"),
        std::string(R"({"ticketTextFr":"a\u001bb"})"), std::string(R"({"appealDays":-1})"),
        std::string(R"({"appealDays":3651})"), std::string(R"({"appealDays":1.5})")}) {
    const std::string before = console.content();
    EXPECT_EQ(console.put("administrator", "/settings", bad).status, 422) << bad.substr(0, 60);
    EXPECT_EQ(console.content(), before) << bad.substr(0, 60);
  }
  EXPECT_EQ(console.put("office", "/settings", R"({"appealDays":1})").status, 403);
}

TEST(ConsoleTickets, are_written_where_the_plate_was_checked) {
  TestConsole console;
  EXPECT_EQ(console
                .post("administrator", "/lists/violation-type",
                      R"({"name":"No permit","costCents":5000})")
                .status,
            200);
  const std::string type = console.api.text("SELECT MAX(violation_type_id) FROM violation_type");
  const auto write = [&](const std::string& more) {
    const auto reply = console.post(
        "officer", "/violations",
        R"({"plate":"ABCD123","province":9,"plateType":4,"types":[)" + type + "]" + more + "}");
    EXPECT_EQ(reply.status, 201) << reply.body;
    return console.get("viewer", "/violations/" + std::to_string(reply.json().at("id").as_int64()))
        .json()
        .at("location");
  };
  const auto check = [&](const std::string& body) {
    return std::to_string(
        console.post("officer", "/plate-checks", body).json().at("check").as_int64());
  };
  const std::string in_zone = check(R"({"plate":"ABCD123","zone":4})");
  EXPECT_EQ(write(R"(,"check":)" + in_zone).as_string(), "Lot 4");
  EXPECT_EQ(write(R"(,"check":)" + in_zone).as_string(), "Lot 4");
  EXPECT_EQ(console.api.text("SELECT COUNT(*) FROM list_item WHERE kind = 'location'"), "1")
      << "the zone is one location, however many tickets are written there";
  EXPECT_TRUE(write(R"(,"check":)" + check(R"({"plate":"ABCD123"})")).is_null());
  EXPECT_EQ(console.post("office", "/lists/location", R"({"name":"Main Street"})").status, 200);
  const std::string main = console.api.text(
      "SELECT item_id FROM list_item WHERE kind = 'location' AND name = 'Main Street'");
  EXPECT_EQ(write(R"(,"check":)" + in_zone + R"(,"location":)" + main).as_string(), "Main Street");
}

TEST(ConsoleVehicles, are_owed_for_what_their_rows_say_whatever_an_import_said) {
  TestConsole console;
  ASSERT_EQ(import_overdue(console.api, "OC_TOMA"), "");  // its TotalUnpaid is 0
  (void)pull(console);
  const auto expect_unpaid = [&](const boost::json::value& vehicle, const char* where) {
    EXPECT_EQ(vehicle.at("violations").as_int64(), 1) << where;
    EXPECT_EQ(vehicle.at("unpaid").as_int64(), 1) << where;
    EXPECT_EQ(vehicle.at("owedCents").as_int64(), 5'000) << where;
  };
  const auto list = console.get("viewer", "/vehicles").json().at("vehicles");
  expect_unpaid(list.at(0), "list");
  const std::string plate(list.at(0).at("plate").as_string());
  const auto found = console.post("officer", "/plate-checks", R"({"plate":")" + plate + "\"}");
  expect_unpaid(found.json().at("vehicles").at(0), "check");
  EXPECT_EQ(found.json().at("violations").at(0).at("state").as_string(), "collections");
  expect_unpaid(console.get("viewer", "/vehicles/8").json(), "page");
  expect_unpaid(console.get("viewer", k_violation).json().at("vehicle"), "ticket");
  EXPECT_NE(console.get("viewer", "/vehicles.csv").body.find(",1,1,0\n"), std::string::npos);
  const auto overview = console.get("viewer", "/overview").json().at("violations");
  EXPECT_EQ(overview.at("open").as_int64(), 1);
  EXPECT_EQ(overview.at("owedCents").as_int64(), 5'000);
  EXPECT_EQ(overview.at("inCollections").as_int64(), 1);
  EXPECT_EQ(overview.at("inCollectionsCents").as_int64(), 5'000);
}

TEST(ConsoleVehicles, and_tickets_show_their_drivers_by_name_to_the_office) {
  TestConsole console;
  ASSERT_EQ(import_overdue(console.api, "OC_TOMA"), "");
  const auto drivers = console.get("office", "/vehicles/8").json().at("driverList").as_array();
  ASSERT_FALSE(drivers.empty());
  const std::string name(drivers[0].at("name").as_string());
  EXPECT_NE(name.find(' '), std::string::npos) << name;
  EXPECT_EQ(console.get("office", k_violation).json().at("drivers").at(0).at("name").as_string(),
            name);
  EXPECT_TRUE(console.get("officer", k_violation).json().at("drivers").as_array().empty());
  EXPECT_TRUE(console.get("officer", "/vehicles/8").json().at("driverList").as_array().empty());
}

TEST(ConsoleBatches, have_a_csv_of_records_that_an_import_of_today_would_refuse) {
  TestConsole console;
  ASSERT_EQ(import_overdue(console.api, "OC_TOMA"), "");
  static constexpr database::Statement k_texts{
      "test.texts", "UPDATE violation SET comment = $1, private_comments = $1, ticket = $1"};
  ASSERT_TRUE(console.api.app.change([](service::WriteBatch& writing) {
    writing.connection.run(k_texts, {"a\vb"});
    writing.connection.run_script(
        "UPDATE violation_detail SET discount_hours = 9007199254740991, "
        "detail_id = 9007199254740991");
    return domain::Result<std::string>();
  }));
  (void)pull(console);
  const auto reply = console.get("office", "/batches/1/records.csv");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(std::ranges::count(reply.body, '\n'), 2) << reply.body;
  EXPECT_NE(reply.body.find(R"(50.00,0.00,40.00,"collections",)"), std::string::npos) << reply.body;
}

TEST(ConsoleOverview, a_tile_counts_what_the_list_behind_it_shows) {
  TestConsole console;
  import_many(console.api, "OC_TOMA", 0, 4);
  (void)pull(console);
  ASSERT_EQ(import_overdue(console.api, "OC_TOMA", 4), "");
  ASSERT_EQ(import_overdue(console.api, "OC_TOMA", 5), "");
  ASSERT_EQ(import_overdue(console.api, "OC_TOMA", 6), "");
  const auto list = console.get("viewer", "/violations").json().at("violations").as_array();
  ASSERT_EQ(list.size(), 7U);
  const auto path = [&](std::size_t i) {  // the latest first
    return "/violations/" + std::to_string(list[i].at("id").as_int64());
  };
  EXPECT_EQ(console.post("office", path(1) + "/appeals", R"({"comment":"Snow"})").status, 200);
  // An import may bring one that is under appeal and with the agency.
  static constexpr database::Statement k_appeal{
      "test.appeal", "UPDATE violation SET appealed_at = $2 WHERE violation_id = $1"};
  ASSERT_TRUE(console.api.app.change([&](service::WriteBatch& writing) {
    writing.connection.run(k_appeal, {list[5].at("id").as_int64(), writing.now});
    return domain::Result<std::string>();
  }));
  EXPECT_EQ(console.post("office", path(2) + "/cancel", R"({"reason":"no case"})").status, 200);
  EXPECT_EQ(console.post("office", path(6) + "/payments", R"({"amountCents":5000,"method":"cash"})")
                .status,
            200);

  const auto tiles = console.get("viewer", "/overview").json().at("violations");
  const std::tuple<const char*, const char*, std::int64_t> rows[] = {
      {"open", "unpaid", 5},
      {"overdue", "overdue", 1},
      {"appealed", "appealed", 2},
      {"inCollections", "collections", 3}};
  for (const auto& [tile, state, count] : rows) {
    EXPECT_EQ(tiles.at(tile).as_int64(), count) << tile;
    const auto behind = console.get("viewer", "/violations?state=" + std::string(state)).json();
    EXPECT_EQ(std::ssize(behind.at("violations").as_array()), count) << state;
    const auto csv = console.get("viewer", "/violations.csv?state=" + std::string(state));
    EXPECT_EQ(std::ranges::count(csv.body, '\n'), count + 1) << state;
  }
}

TEST(ConsoleBatches, say_what_went_out_whatever_became_of_it_since) {
  TestConsole console;
  ASSERT_EQ(import_overdue(console.api, "OC_TOMA"), "");
  pay(console, 1'000, "cash");
  (void)pull(console);
  const auto csv = [&] { return console.get("office", "/batches/1/records.csv").body; };
  const std::string sent = csv();
  EXPECT_NE(sent.find(R"(50.00,10.00,40.00,"collections",)"), std::string::npos) << sent;
  const std::string debtor(
      console.get("office", k_violation).json().at("drivers").at(0).at("name").as_string());
  EXPECT_NE(sent.find(debtor), std::string::npos) << sent;

  console.api.clock.advance(hours(1));
  EXPECT_EQ(console
                .post("office", std::string(k_violation) + "/adjustment",
                      R"({"fineCents":3000,"reason":"courtesy"})")
                .status,
            200);
  pay(console, 2'000, "card");
  EXPECT_EQ(csv(), sent);

  const auto batch = console.get("office", "/batches/1").json();
  EXPECT_EQ(batch.at("sentOwedCents").as_int64(), 4'000);
  EXPECT_EQ(batch.at("owedCents").as_int64(), 0);
  EXPECT_EQ(batch.at("unpaid").as_int64(), 0);
  const auto& ticket = batch.at("tickets").at(0);
  EXPECT_EQ(ticket.at("id").as_int64(), 9);
  EXPECT_EQ(ticket.at("sentOwedCents").as_int64(), 4'000);
  EXPECT_EQ(ticket.at("sentPaidCents").as_int64(), 1'000);
  EXPECT_EQ(ticket.at("state").as_string(), "paid");
  EXPECT_EQ(ticket.at("drivers").at(0).at("name").as_string(), debtor);

  // A batch from before the sums were kept: they follow from what had been entered by then.
  static constexpr database::Statement k_age{
      "test", "UPDATE violation SET sent_paid_cents = NULL, sent_owed_cents = NULL"};
  ASSERT_TRUE(console.api.app.change([](service::WriteBatch& writing) {
    writing.connection.run(k_age, {});
    return domain::Result<std::string>();
  }));
  EXPECT_EQ(csv(), sent);
  EXPECT_TRUE(console.get("office", "/batches/1").json().at("sentOwedCents").is_null());

  EXPECT_EQ(console.get("toronto", "/batches/1").status, 404);
  EXPECT_EQ(console.get("toronto", "/batches/1/records.csv").status, 404);
  EXPECT_EQ(console.get("officer", "/batches/1").status, 403);
  EXPECT_EQ(console.get("office", "/batches/2").status, 404);
}

TEST(ConsoleBatches, page_through_their_tickets_and_are_added_up_for_the_first_page) {
  TestConsole console;
  import_many(console.api, "OC_TOMA", 0, 5);
  (void)pull(console);
  std::vector<std::int64_t> ids;
  std::string cursor;
  do {
    const auto page = console.get("office", "/batches/1?limit=2" + cursor).json();
    for (const char* sum : {"sentOwedCents", "owedCents"}) {
      EXPECT_EQ(page.at(sum), ids.empty() ? json::value(25'000) : json::value()) << sum;
    }
    EXPECT_EQ(page.at("unpaid"), ids.empty() ? json::value(5) : json::value());
    for (const auto& ticket : page.at("tickets").as_array()) {
      ids.push_back(ticket.at("id").as_int64());
    }
    cursor = page.at("next").is_null() ? "" : "&cursor=" + std::string(page.at("next").as_string());
  } while (!cursor.empty());
  EXPECT_EQ(ids, (std::vector<std::int64_t>{9, 10, 11, 12, 13}));
}

}  // namespace
}  // namespace lotkeeper::tests
