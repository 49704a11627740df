#include <algorithm>

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include "domain/permits/plate.hpp"
#include "service/commit/bulk.hpp"
#include "service/permits/permit_imports.hpp"
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
    const auto reply =
        console.get("viewer", "/permits?" + query + "&limit=" + std::to_string(limit) + cursor);
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
  EXPECT_TRUE(
      console.get("toronto", "/permits?number=T-1").json().at("permits").as_array().empty());
}

TEST(ConsolePermits, of_a_plate_are_found_deleted_or_not_by_their_end) {
  TestConsole console;
  References of_plate;
  for (int i = 0; i < 6; ++i) {
    of_plate.insert(of_plate.begin(),
                    push(console, "ABC 123", "T-1", "2026-03-02T13:0" + std::to_string(i) + ":00"));
    // A camera takes it for the same, and the list does not.
    remove(console, push(console, "A8C 123", "T-1", "2026-03-02T13:0" + std::to_string(i) + ":00"));
  }
  for (const std::size_t i : {0U, 2U, 3U}) remove(console, of_plate[i]);
  push(console, "ABC 124", "T-1");
  for (const int limit : {50, 1, 2, 4}) EXPECT_EQ(listed(console, "plate=abc123", limit), of_plate);
  EXPECT_EQ(listed(console, "plate=ABC123&number=T-2"), References{});
  const auto body = console.get("viewer", "/permits?plate=ABC123").json();
  EXPECT_FALSE(body.at("permits").at(0).at("deletedAt").is_null());
  EXPECT_TRUE(body.at("permits").at(1).at("deletedAt").is_null());
  // To be listed is not to be paid.
  const auto check = console.post("officer", "/plate-checks", R"({"plate":"ABC123"})").json();
  EXPECT_EQ(check.at("permits").as_array().size(), 3U);
  EXPECT_TRUE(
      console.get("toronto", "/permits?plate=ABC123").json().at("permits").as_array().empty());
}

/// Stores a permit of OC_TOMA's under a reference of its own, as an import does.
void import(TestConsole& console, const std::string& plate, const std::string& reference) {
  service::ImportPermit import;
  store::Permit& permit = import.push.permit;
  permit.client = permit.integration = permit.token = 1;
  permit.id = *base::Uuid::parse(reference);
  permit.plate = permit.plate_norm = plate;
  permit.plate_shape = domain::plate_shape(plate);
  permit.permit_no = "I-1";
  permit.amount_cents = 1'450;
  permit.currency = "CAD";
  permit.start = k_noon;
  permit.end = k_noon + std::chrono::hours(1);
  import.has_own_reference = true;
  service::Command* command = &import;
  service::commit_in_bulk(console.api.app.committer(), std::span(&command, 1));
  EXPECT_TRUE(import.outcome) << import.outcome.error().faults.front().detail;
}

TEST(ConsolePermits, imported_under_any_reference_stand_in_the_order_of_time) {
  TestConsole console;
  const std::string high = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
  const std::string low = "00000000-0000-4000-8000-000000000007";
  const std::string unborn = "03bb2cc3-d800-7000-8000-000000000001";  // dated 2100
  const std::string in_2025 = "01944f5e-d800-7000-8000-000000000001";
  const std::string in_2024 = "018d2b28-7c00-7000-8000-000000000001";
  const std::string later = "00000000-0000-4000-8000-000000000003";
  const std::string first = push(console, "OWN1", "T-1");
  for (const auto& reference : {low, in_2025, high, in_2024, unborn}) {
    import(console, "MOVED" + reference.substr(0, 4), reference);
  }
  const std::string second = push(console, "OWN2", "T-2");
  console.api.clock.advance(std::chrono::minutes(1));
  import(console, "LATE", later);

  const References all{later, second, first, high, unborn, low, in_2025, in_2024};
  for (const int limit : {50, 1, 2, 3}) EXPECT_EQ(listed(console, "", limit), all) << limit;
  EXPECT_EQ(listed(console, "from=2026-03-02T12:00:30Z"), References{later});
  EXPECT_EQ(listed(console, "from=2026-03-02&to=2026-03-02", 2),
            (References{later, second, first, high, unborn, low}));
  EXPECT_EQ(listed(console, "to=2026-03-02T12:00:30Z", 3), References(all.begin() + 1, all.end()));
  EXPECT_EQ(listed(console, "to=2026-03-02T12:00:00Z"), (References{in_2025, in_2024}));
  EXPECT_EQ(listed(console, "from=2025-01-01&to=2025-12-31"), References{in_2025});
  EXPECT_EQ(listed(console, "to=2120-01-01"), all);
  EXPECT_EQ(listed(console, "plate=LATE&from=2026-03-02T12:00:30Z"), References{later});
  EXPECT_EQ(listed(console, "plate=LATE&to=2026-03-02T12:00:30Z"), References{});
  EXPECT_EQ(listed(console, "number=I-1").size(), 6U);
  EXPECT_EQ(listed(console, "number=I-1&from=2026-03-02T12:00:30Z", 2), References{later});
  const auto csv = console.get("viewer", "/permits.csv").body;
  EXPECT_EQ(std::ranges::count(csv, '\n'), 9) << csv;
  EXPECT_TRUE(console.get("toronto", "/permits").json().at("permits").as_array().empty());
}

TEST(ConsolePermits, are_held_against_a_statement_whatever_their_reference) {
  TestConsole console;
  import(console, "MOVED", "f47ac10b-58cc-4372-a567-0e02b2c3d479");
  const auto reply = console.post("office", "/reconciliation?from=2026-03-02&to=2026-03-02",
                                  "ticket,amount\nI-1,14.50\n");
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(reply.json().at("matched").at("count").as_int64(), 1) << reply.body;
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
      {{"plan",
        "EXPLAIN QUERY PLAN SELECT * FROM permit p WHERE p.client_id = 1 AND p.plate_shape = $1 "
        "AND p.deleted_at IS NOT NULL AND (p.end_at, p.permit_id) < (2, $2) "
        "ORDER BY p.end_at DESC, p.permit_id DESC LIMIT 500"},
       "permit_deleted (client_id=? AND plate_shape=? AND (end_at,permit_id)<(?,?))"},
      {{"plan",
        "EXPLAIN QUERY PLAN SELECT * FROM permit p LEFT JOIN undated_permit u "
        "ON u.client_id = p.client_id AND u.imported_at = p.created_at "
        "AND u.permit_id = p.permit_id WHERE p.client_id = $1 AND p.permit_id >= $2 "
        "AND u.permit_id IS NULL ORDER BY p.permit_id DESC LIMIT 500"},
       "SEARCH p USING PRIMARY KEY (client_id=? AND permit_id>?)SEARCH u USING PRIMARY KEY "
       "(client_id=? AND imported_at=? AND permit_id=?)"},
      {{"plan",
        "EXPLAIN QUERY PLAN SELECT * FROM undated_permit u JOIN permit p "
        "ON p.client_id = u.client_id AND p.permit_id = u.permit_id WHERE u.client_id = $1 "
        "AND u.imported_at >= 1 AND (u.imported_at, u.permit_id) < (2, $2) "
        "ORDER BY u.imported_at DESC, u.permit_id DESC LIMIT 500"},
       "SEARCH u USING PRIMARY KEY (client_id=? AND imported_at>? AND "
       "(imported_at,permit_id)<(?,?))SEARCH p USING "
       "PRIMARY KEY (client_id=? AND permit_id=?)"},
  };
  TestApi api;
  for (const auto& [explain, index] : k_rows) {
    std::string plan;
    api.app.database().read()->run(explain, {"T-1", base::Uuid()},
                                   [&](const database::Row& row) { plan += row.text(3); });
    EXPECT_NE(plan.find(index), std::string::npos) << explain.sql << "\n" << plan;
    EXPECT_EQ(plan.find("TEMP B-TREE"), std::string::npos) << explain.sql << "\n" << plan;
  }
}

}  // namespace
}  // namespace lotkeeper::tests
