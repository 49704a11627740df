#include <algorithm>

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include "support/test_console.hpp"

// What the list of permits finds, and in which order.
namespace lotkeeper::tests {
namespace {

namespace json = boost::json;

std::string push(TestConsole& console, const std::string& plate, const std::string& number,
                 const std::string& end = "2026-03-02T13:00:00") {
  const auto reply = console.api.post(
      "permits/push", R"({"apiToken":"TOKEN:all","startTime":"2026-03-02T10:00:00","endTime":")" +
                          end + R"(","zone":"Lot 4","permitNo":")" + number + R"(","plate":")" +
                          plate + R"("})");
  EXPECT_EQ(reply.status, 200) << reply.body;
  return std::string(json::parse(reply.body).at("reference_id").as_string());
}

void remove(TestConsole& console, const std::string& reference) {
  const auto reply = console.api.post(
      "permits/delete", R"({"apiToken":"TOKEN:all","referenceid":")" + reference + R"("})");
  EXPECT_EQ(reply.status, 200) << reply.body;
}

/// The references of all pages of a list, in its order.
std::vector<std::string> listed(TestConsole& console, const std::string& query, int limit = 50) {
  std::vector<std::string> references;
  std::string cursor;
  for (int page = 0; page < 100; ++page) {
    const auto reply = console.get(
        "viewer", "/permits?" + query + "&limit=" + std::to_string(limit) + cursor);
    EXPECT_EQ(reply.status, 200) << query << reply.body;
    if (reply.status != 200) return references;
    const auto body = reply.json();
    for (const auto& permit : body.at("permits").as_array()) {
      references.emplace_back(permit.at("reference").as_string());
    }
    if (body.at("next").is_null()) return references;
    cursor = "&cursor=" + std::string(body.at("next").as_string());
  }
  ADD_FAILURE() << query << ": the pages do not end";
  return references;
}

using References = std::vector<std::string>;

TEST(ConsolePermits, of_a_ticket_number_are_found_to_the_letter_and_deleted_ones_too) {
  TestConsole console;
  References of_number;
  for (int i = 0; i < 5; ++i) {
    of_number.insert(of_number.begin(), push(console, "PLATE" + std::to_string(i), "T-1"));
    push(console, "OTHER" + std::to_string(i), "T-1" + std::to_string(i));
  }
  push(console, "LOWER", "t-1");
  push(console, "NONE", "");
  remove(console, of_number[2]);
  EXPECT_EQ(listed(console, "number=T-1"), of_number);
  EXPECT_EQ(listed(console, "number=T-1", 2), of_number) << "page by page";
  EXPECT_EQ(listed(console, "number=T-1&plate=PLATE4"), References{of_number[0]});
  EXPECT_EQ(listed(console, "number=T-1&zone=0"), References{});
  EXPECT_EQ(listed(console, "number=T-1&from=2026-03-02&to=2026-03-02"), of_number);
  EXPECT_EQ(listed(console, "number=T-1&from=2026-03-03"), References{});
  EXPECT_EQ(listed(console, "number=T-1&to=2026-03-01"), References{});
  EXPECT_EQ(listed(console, "number=T"), References{});
  const auto csv = console.get("viewer", "/permits.csv?number=T-1").body;
  EXPECT_EQ(std::ranges::count(csv, '\n'), 6) << csv;
  EXPECT_TRUE(console.get("toronto", "/permits?number=T-1").json().at("permits").as_array().empty());
}

TEST(Plans, of_the_searches_for_permits_use_their_indexes) {
  struct Row {
    database::Statement explain;
    std::string_view index;
  };
  static constexpr Row k_rows[] = {
      {{"plan",
        "EXPLAIN QUERY PLAN SELECT * FROM permit p WHERE p.client_id = 1 AND p.permit_no = $1 "
        "AND p.permit_no <> '' AND p.permit_id < $2 ORDER BY p.permit_id DESC LIMIT 500"},
       "permit_number (client_id=? AND permit_no=? AND permit_id<?)"},
  };
  TestApi api;
  for (const auto& [explain, index] : k_rows) {
    std::string plan;
    api.office.database().read()->run(explain, {"T-1", base::Uuid()},
                                      [&](const database::Row& row) { plan += row.text(3); });
    EXPECT_NE(plan.find(index), std::string::npos) << explain.sql << "\n" << plan;
    EXPECT_EQ(plan.find("TEMP B-TREE"), std::string::npos) << explain.sql << "\n" << plan;
  }
}

}  // namespace
}  // namespace lotkeeper::tests
