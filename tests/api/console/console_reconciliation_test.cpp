#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "support/test_console.hpp"

// A vendor's statement compared with what was pushed: how amounts are read, and what is left out.
namespace lotkeeper::tests {
namespace {

namespace json = boost::json;

/// `amount` as JSON; empty: a permit without one.
void push_ticket(TestConsole& console, const std::string& ticket, const std::string& amount,
                 const std::string& currency = {}) {
  std::string body = R"({"apiToken":"TOKEN:all","startTime":"2026-03-02T10:00:00",)"
                     R"("endTime":"2026-03-02T13:00:00","zone":"Lot 4","permitNo":")" +
                     ticket + R"(","plate":")" + ticket + '"';
  if (!amount.empty()) body += R"(,"amount":")" + amount + '"';
  if (!currency.empty()) body += R"(,"currency":")" + currency + '"';
  const auto reply = console.api.post("permits/push", body + "}");
  ASSERT_EQ(reply.status, 200) << reply.body;
}

json::value compared(TestConsole& console, const std::string& statement,
                     const std::string& query = {}) {
  // References never go back in time, and tests that ran before may have been in later days.
  const auto reply = console.post("office", "/reconciliation?to=2027-12-31" + query, statement);
  EXPECT_EQ(reply.status, 200) << reply.body;
  return reply.json();
}

std::int64_t count_of(const json::value& result, std::string_view outcome) {
  return result.at(outcome).at("count").as_int64();
}

TEST(ConsoleReconciliation, a_decimal_comma_is_no_mark_between_thousands) {
  TestConsole console;
  push_ticket(console, "V-1", "3.50");
  push_ticket(console, "V-2", "14.50");
  push_ticket(console, "V-3", "1234.50");
  const auto result =
      compared(console, "Ticket number;Amount\nV-1;3,50\nV-2;14,50 $\nV-3;\"1\u00a0234,50\"\n");
  EXPECT_EQ(count_of(result, "matched"), 3) << json::serialize(result);
  EXPECT_EQ(result.at("matched").at("theirsCents").as_int64(), 350 + 1'450 + 123'450);
  for (const char* other : {"differentAmount", "missingHere", "missingThere", "unclear"}) {
    EXPECT_EQ(count_of(result, other), 0) << other;
  }
}

TEST(ConsoleReconciliation, a_row_that_cannot_be_read_is_listed_and_the_rest_is_compared) {
  TestConsole console;
  push_ticket(console, "V-1", "3.50");
  push_ticket(console, "V-2", "1234.00");
  push_ticket(console, "V-3", "5.00");
  push_ticket(console, "V-4", "5.00", "USD");
  const std::string before = console.content();
  const std::string statement =
      "ticket,amount\n"
      "V-1,3.50\n"
      "V-2,\"1,234\"\n"  // row 3: two readings
      "V-3,\n"           // row 4: no amount
      ",12.00\n"         // row 5: no ticket number
      "V-8,free\n"       // row 6: no amount at all
      "V-4,CAD 5.00\n"   // row 7: the permit is in USD
      "V-\xff,5.00\n"    // row 8: no UTF-8
      "V-3,5.00\n"       // row 9: clear, but row 4 belongs to it
      "V-9,2.00\n";
  const auto result = compared(console, statement);
  EXPECT_EQ(count_of(result, "matched"), 1) << json::serialize(result);
  EXPECT_EQ(count_of(result, "differentAmount"), 0) << json::serialize(result);
  EXPECT_EQ(count_of(result, "missingThere"), 0) << json::serialize(result);
  ASSERT_EQ(count_of(result, "missingHere"), 1) << json::serialize(result);
  EXPECT_EQ(result.at("missingHere").at("rows").at(0).at("ticket").as_string(), "V-9");
  EXPECT_EQ(
      json::serialize(result.at("unclear")),
      R"({"count":6,"rows":[{"row":3,"ticket":"V-2","amount":"1,234","reason":"twoReadings"},)"
      R"({"row":4,"ticket":"V-3","amount":null,"reason":"noAmount"},)"
      R"({"row":5,"ticket":null,"amount":"12.00","reason":"noTicket"},)"
      R"({"row":6,"ticket":"V-8","amount":"free","reason":"notAnAmount"},)"
      R"({"row":7,"ticket":"V-4","amount":"CAD 5.00","reason":"otherCurrency"},)"
      R"({"row":8,"ticket":null,"amount":"5.00","reason":"ticketEncoding"}]})");
  const auto csv =
      console.post("office", "/reconciliation.csv?outcome=unclear&to=2027-12-31", statement);
  EXPECT_EQ(csv.body, R"("row","ticket","amount","reason"
3,"V-2","1,234","twoReadings"
4,"V-3",,"noAmount"
5,,12.00,"noTicket"
6,"V-8","free","notAnAmount"
7,"V-4","CAD 5.00","otherCurrency"
8,,5.00,"ticketEncoding"
)");
  EXPECT_EQ(console.content(), before);
}

TEST(ConsoleReconciliation, an_unclear_cell_is_no_formula_in_the_csv) {
  TestConsole console;
  const auto csv = console.post("office", "/reconciliation.csv?outcome=unclear",
                                "ticket,amount\n=T-1,\"=HYPERLINK(1;2)\"\n");
  EXPECT_EQ(csv.body, R"x("row","ticket","amount","reason"
2,"'=T-1","'=HYPERLINK(1;2)","notAnAmount"
)x");
}

TEST(ConsoleReconciliation, refunds_and_repeated_tickets_are_added_up) {
  TestConsole console;
  push_ticket(console, "V-1", "3.50");
  const auto result = compared(
      console, "ticket,amount\nV-1,\"$1,003.50\"\nV-1,\"(1,000.00)\"\nV-2,4.00\nV-2,-4.00\n");
  EXPECT_EQ(count_of(result, "matched"), 1) << json::serialize(result);
  EXPECT_EQ(result.at("missingHere").at("rows").at(0).at("theirsCents").as_int64(), 0);
}

TEST(ConsoleReconciliation, currencies_of_one_ticket_number_are_not_added_up) {
  TestConsole console;
  for (const char* ticket : {"V-1", "V-2", "V-3"}) push_ticket(console, ticket, "3.50", "CAD");
  for (const std::string ticket : {"V-1", "V-2"}) {
    const auto reply = console.api.post(
        "permits/push",
        R"({"apiToken":"TOKEN:other","startTime":"2026-03-02T10:00:00","zone":"Lot 4",)"
        R"("endTime":"2026-03-02T13:00:00","plate":"US1","amount":"1.50","currency":"USD",)"
        R"("permitNo":")" +
            ticket + "\"}");
    ASSERT_EQ(reply.status, 200) << reply.body;
  }
  const auto result = compared(console, "ticket,amount\nV-1,5.00\nV-3,3.50\n");
  EXPECT_EQ(count_of(result, "matched"), 1) << json::serialize(result);
  EXPECT_EQ(json::serialize(result.at("unclear")),
            R"({"count":1,"rows":[{"row":2,"ticket":"V-1","amount":"5.00",)"
            R"("reason":"otherCurrency"}]})");
  ASSERT_EQ(count_of(result, "missingThere"), 2) << json::serialize(result);
  const auto& rows = result.at("missingThere").at("rows");
  EXPECT_EQ(rows.at(0).at("oursCents").as_int64(), 350);
  EXPECT_EQ(rows.at(1).at("oursCents").as_int64(), 150);
}

TEST(ConsoleReconciliation, free_permits_are_missing_in_the_statement_only_where_asked_for) {
  TestConsole console;
  push_ticket(console, "FREE-1", "");
  push_ticket(console, "V-1", "3.50");
  const std::string statement = "ticket,amount\nV-9,1.00\n";
  const auto result = compared(console, statement);
  EXPECT_EQ(count_of(result, "missingThere"), 1) << json::serialize(result);
  EXPECT_EQ(result.at("freeLeftOut").as_int64(), 1);
  const auto all = compared(console, statement, "&withFree=true");
  EXPECT_EQ(count_of(all, "missingThere"), 2) << json::serialize(all);
  EXPECT_EQ(all.at("freeLeftOut").as_int64(), 0);
  EXPECT_EQ(console.post("office", "/reconciliation?withFree=maybe", statement).status, 422);
}

TEST(ConsoleReconciliation, headings_are_found_in_english_and_french) {
  TestConsole console;
  push_ticket(console, "V-1", "3.50");
  for (const char* headings :
       {"Ticket #,Amount Paid", "No de billet,Montant", "Num\u00e9ro de billet,Montant pay\u00e9",
        "Num\xe9ro de billet,Montant pay\xe9", "N\u00b0 de billet,PRIX", "Permit No.,Total"}) {
    const auto result = compared(console, std::string(headings) + "\nV-1,3.50\n");
    EXPECT_EQ(count_of(result, "matched"), 1) << headings;
  }
  const auto none = console.post("office", "/reconciliation", "Ticket,Colour\nV-1,red\n");
  EXPECT_EQ(none.status, 422);
  EXPECT_EQ(
      none.json().at("detail").as_string(),
      "The first row has no column for the amount. Use a heading such as amount, total, price, "
      "paid, montant.");
}

}  // namespace
}  // namespace lotkeeper::tests
