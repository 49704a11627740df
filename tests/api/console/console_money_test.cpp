#include <stdexcept>

#include <gtest/gtest.h>
#include <boost/json/serialize.hpp>

#include "service/commit/command.hpp"
#include "service/violations/violation_writes.hpp"
#include "support/overdue.hpp"
#include "support/test_console.hpp"

// The reports of money: fines by the month of their issue, takings by day, method and operator.
namespace lotkeeper::tests {
namespace {

namespace json = boost::json;
using std::chrono::hours;

/// A violation of 50.00, or 40.00 within three days. Returns its path.
std::string write_violation(TestConsole& console, const std::string& plate) {
  const auto type =
      console.post("office", "/lists/violation-type",
                   R"({"name":"Type of )" + plate +
                       R"(","costCents":5000,"discountCents":1000,"discountHours":72})");
  EXPECT_EQ(type.status, 200) << type.body;
  const std::string id = console.api.text("SELECT MAX(violation_type_id) FROM violation_type");
  const auto reply = console.post(
      "officer", "/violations",
      R"({"plate":")" + plate + R"(","province":9,"plateType":4,"types":[)" + id + "]}");
  EXPECT_EQ(reply.status, 201) << reply.body;
  return "/violations/" + std::to_string(reply.json().at("id").as_int64());
}

void act(TestConsole& console, const std::string& path, const std::string& body,
         const std::string& who = "office") {
  const auto reply = console.post(who, path, body);
  EXPECT_LT(reply.status, 300) << path << reply.body;
}

/// Lets time go on; the sessions go on too.
void wait(TestConsole& console, hours passed) {
  static constexpr database::Statement k_keep{
      "test.keep_sessions",
      "UPDATE operator_session SET last_seen_at = $1, expires_at = $2, created_at = $1"};
  console.api.clock.advance(passed);
  ASSERT_EQ(
      change_violation(console.api,
                       [](service::WriteBatch& batch, store::ClientId) -> domain::Result<void> {
                         batch.connection.run(k_keep, {batch.now, batch.now + hours(4)});
                         return {};
                       }),
      "");
}

json::value month_of(TestConsole& console, const std::string& month,
                     const std::string& who = "viewer") {
  const auto reply = console.get(who, "/fine-months");
  EXPECT_EQ(reply.status, 200) << reply.body;
  if (reply.status != 200) throw std::runtime_error(reply.body);
  const json::value report = reply.json();
  for (const json::value& one : report.at("months").as_array()) {
    if (one.at("month").as_string() == month) return one;
  }
  throw std::runtime_error("no such month: " + reply.body);
}

TEST(ConsoleMoney, what_becomes_of_a_fine_stands_in_a_column_of_its_own) {
  TestConsole console;  // 2026-03-02 12:00 UTC
  const std::string discounted = write_violation(console, "DISC1");
  const std::string adjusted = write_violation(console, "ADJ1");
  const std::string cancelled = write_violation(console, "CANC1");
  const std::string open = write_violation(console, "OPEN1");
  act(console, discounted + "/payments", R"({"amountCents":4000,"method":"cash"})");
  wait(console, hours(24 * 40));  // April
  act(console, adjusted + "/adjustment", R"({"fineCents":3000,"reason":"wrong zone"})");
  act(console, cancelled + "/cancel", R"({"reason":"no case"})");
  act(console, open + "/payments", R"({"amountCents":2000,"method":"card"})");
  EXPECT_EQ(json::serialize(month_of(console, "2026-03")),
            R"({"month":"2026-03","violations":4,"issuedCents":20000,"adjustedCents":2000,)"
            R"("discountedCents":1000,"cancelledCents":5000,"paidCents":6000,"overpaidCents":0,)"
            R"("owedCents":6000,"sent":0,"sentCents":0})");
  EXPECT_EQ(month_of(console, "2026-04").at("violations").as_int64(), 0);

  act(console, open + "/adjustment", R"({"fineCents":500,"reason":"hardship"})");
  const auto overpaid = month_of(console, "2026-03");
  EXPECT_EQ(overpaid.at("issuedCents").as_int64(), 20'000);
  EXPECT_EQ(overpaid.at("adjustedCents").as_int64(), 2'000 + 4'500);
  EXPECT_EQ(overpaid.at("overpaidCents").as_int64(), -1'500);
  EXPECT_EQ(overpaid.at("owedCents").as_int64(), 3'000);

  const auto csv = console.get("viewer", "/fine-months.csv?from=2026-03-01&to=2026-04-30");
  EXPECT_EQ(csv.body,
            R"("month","violations","issuedAmount","adjustedAmount","discountedAmount",)"
            R"("cancelledAmount","paidAmount","overpaidAmount","owedAmount","sent","sentAmount")"
            "\n"
            "\"2026-03\",4,200.00,65.00,10.00,50.00,60.00,-15.00,30.00,0,0.00\n"
            "\"2026-04\",0,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0,0.00\n"
            "\"total\",4,200.00,65.00,10.00,50.00,60.00,-15.00,30.00,0,0.00\n");
}

TEST(ConsoleMoney, a_running_discount_is_neither_owed_nor_lost) {
  TestConsole console;
  write_violation(console, "RUN1");
  EXPECT_EQ(month_of(console, "2026-03").at("discountedCents").as_int64(), 1'000);
  EXPECT_EQ(month_of(console, "2026-03").at("owedCents").as_int64(), 4'000);
  wait(console, hours(73));
  EXPECT_EQ(month_of(console, "2026-03").at("discountedCents").as_int64(), 0);
  EXPECT_EQ(month_of(console, "2026-03").at("owedCents").as_int64(), 5'000);
}

TEST(ConsoleMoney, takings_are_by_day_method_and_operator) {
  TestConsole console;
  const std::string first = write_violation(console, "ONE1");
  const std::string second = write_violation(console, "TWO1");
  act(console, first + "/payments", R"({"amountCents":4000,"method":"cash"})");
  wait(console, hours(24));
  act(console, second + "/payments", R"({"amountCents":1500,"method":"card"})", "administrator");
  act(console, second + "/payments", R"({"amountCents":500,"method":"card"})");
  const auto takings = console.get("viewer", "/takings").json();
  EXPECT_EQ(takings.at("total").at("payments").as_int64(), 3) << json::serialize(takings);
  EXPECT_EQ(takings.at("total").at("cents").as_int64(), 6'000);
  EXPECT_EQ(takings.at("days").as_array().size(), 2U);
  EXPECT_EQ(takings.at("methods").as_array().size(), 2U);
  EXPECT_EQ(takings.at("operators").as_array().size(), 2U);
  EXPECT_EQ(takings.at("lines").as_array().back().at("operator").as_string(), "office");
  EXPECT_EQ(takings.at("lines").as_array().back().at("day").as_string(), "2026-03-02");

  const auto csv = console.get("viewer", "/takings.csv?from=2026-03-02&to=2026-03-02");
  EXPECT_TRUE(csv.body.starts_with(
      R"("day","method","operator","payments","takenAmount","reversals","reversedAmount","amount")"
      "\n"
      R"("2026-03-02","cash","office",)"))
      << csv.body;
  EXPECT_TRUE(csv.body.ends_with(",1,40.00,0,0.00,40.00\n\"total\",,,1,40.00,0,0.00,40.00\n"))
      << csv.body;
  EXPECT_EQ(console.get("toronto", "/takings").json().at("count").as_int64(), 0)
      << "another client's";
}

TEST(ConsoleMoney, takings_of_an_import_and_of_a_removed_operator_are_told_apart) {
  TestConsole console;
  const std::string violation = write_violation(console, "WHO1");
  act(console, violation + "/payments", R"({"amountCents":1000,"method":"cash"})");
  const auto id = std::stoll(violation.substr(violation.rfind('/') + 1));
  EXPECT_EQ(change_violation(console.api,
                             [&](service::WriteBatch& batch, store::ClientId client) {
                               const auto paid = service::pay_violation(
                                   batch, client, {id, 500, batch.now, "cash", true});
                               return paid ? domain::Result<void>()
                                           : domain::Result<void>(tl::unexpected(paid.error()));
                             }),
            "");
  static constexpr database::Statement k_forget{"test.forget",
                                                "UPDATE payment SET operator_id = "
                                                "999 WHERE operator_id IS NOT NULL"};
  ASSERT_TRUE(console.api.app.change([](service::WriteBatch& writing) {
    writing.connection.run(k_forget, {});
    return domain::Result<std::string>();
  }));
  const std::string csv = console.get("viewer", "/takings.csv").body;
  EXPECT_NE(csv.find("\"2026-03-02\",\"cash\",\"import\",1,5.00,"), std::string::npos) << csv;
  EXPECT_NE(csv.find("\"2026-03-02\",\"cash\",,1,10.00,"), std::string::npos) << csv;
  EXPECT_NE(csv.find("\"total\",,,2,15.00,"), std::string::npos) << csv;
}

TEST(ConsoleMoney, a_reversal_counts_on_its_own_day) {
  TestConsole console;
  const std::string violation = write_violation(console, "REV1");
  act(console, violation + "/payments", R"({"amountCents":1500,"method":"=cmd"})");
  wait(console, hours(24));
  const std::string payment = console.api.text("SELECT MAX(payment_id) FROM payment");
  act(console, violation + "/payments/" + payment + "/reversal", R"({"reason":"wrong ticket"})",
      "administrator");
  EXPECT_EQ(
      console.get("viewer", "/takings.csv").body,
      R"("day","method","operator","payments","takenAmount","reversals","reversedAmount","amount")"
      "\n"
      "\"2026-03-02\",\"'=cmd\",\"office\",1,15.00,0,0.00,15.00\n"
      "\"2026-03-03\",\"'=cmd\",\"administrator\",0,0.00,1,-15.00,-15.00\n"
      "\"total\",,,1,15.00,1,-15.00,0.00\n");
  EXPECT_EQ(month_of(console, "2026-03").at("paidCents").as_int64(), 0);
  EXPECT_EQ(month_of(console, "2026-03").at("owedCents").as_int64(), 4'000);
}

TEST(ConsoleMoney, reports_refuse_days_that_are_none_or_too_many) {
  TestConsole console;
  for (const char* query :
       {"?from=2026-02-30", "?to=soon", "?from=2026-03-02&to=2026-03-01", "?from=1990-01-01",
        "?from=9999-01-01&to=9999-12-31", "?from=0001-01-01&to=0001-12-31"}) {
    for (const char* report : {"/takings", "/takings.csv", "/fine-months", "/fine-months.csv"}) {
      EXPECT_EQ(console.get("viewer", std::string(report) + query).status, 422) << report << query;
    }
  }
  EXPECT_EQ(console.get("viewer", "/takings?from=0002-01-01&to=0002-12-31").status, 200);
  EXPECT_EQ(console.get("viewer", "/fine-months?from=9998-12-01&to=9998-12-31").status, 200);
}

}  // namespace
}  // namespace lotkeeper::tests
