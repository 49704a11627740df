#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <set>
#include <thread>

#include "service/violations/violation_writes.hpp"
#include "store/profiles/profile.hpp"
#include "support/overdue.hpp"

// `violations/send_overdue_to_collections` and `violations/batches`, on the document's own record.
namespace lotkeeper::tests {
namespace {

namespace json = boost::json;
using service::WriteBatch;
using store::ClientId;

constexpr std::string_view k_send = "violations/send_overdue_to_collections";
constexpr std::string_view k_batches = "violations/batches";

std::string body(std::string_view token, std::string_view more = "") {
  return R"({"apiToken":"TOKEN:)" + std::string(token) + "\"" + std::string(more) + "}";
}

json::object pull(TestApi& api, std::string_view endpoint = k_send, std::string_view more = "") {
  const auto reply = api.post(endpoint, body("all", more));
  EXPECT_EQ(reply.status, 200) << reply.body;
  return json::parse(reply.body).as_object();
}

std::set<std::int64_t> ids_of(const json::object& reply) {
  std::set<std::int64_t> ids;
  for (const json::value& record : reply.at("records").as_array()) {
    EXPECT_TRUE(ids.insert(record.at("ViolationID").as_int64()).second) << "handed out twice";
  }
  return ids;
}

/// What contract.md lets differ from the document's sample.
json::object expected_reply() {
  json::object reply = documents_reply().as_object();
  json::object& driver = reply["records"].at(0).at("vehicle").at("drivers").at(0).as_object();
  for (const char* secret :
       {"salt", "encid", "api_token", "register_token", "bambora_customer_code"}) {
    driver[secret] = nullptr;
  }
  reply["state"].as_object()["version"] = "VERSION";
  reply["state"].as_object()["csrf_token"] = "";
  reply["batch"] = json::object{{"id", 1}, {"count", 1}};
  return reply;
}

TEST(Overdue, comes_out_as_the_documents_sample_key_for_key_in_its_order) {
  TestApi api;
  ASSERT_EQ(import_overdue(api, "TORONTO"), "");
  const auto reply = api.post(k_send, body("toronto"), {}, "TORONTO");
  ASSERT_EQ(reply.status, 200) << reply.body;
  json::object got = json::parse(reply.body).as_object();
  got["state"].as_object()["version"] = "VERSION";
  // As text: the order of the keys counts, and 50 is not 50.0.
  EXPECT_EQ(json::serialize(got), json::serialize(expected_reply()));
}

TEST(Overdue, is_handed_out_once) {
  TestApi api;
  import_overdue(api, "OC_TOMA");
  EXPECT_EQ(ids_of(pull(api)), std::set<std::int64_t>{9});
  const json::object second = pull(api);
  EXPECT_TRUE(second.at("records").as_array().empty());
  EXPECT_TRUE(second.at("batch").is_null());
  EXPECT_EQ(api.number("SELECT COUNT(*) FROM collection_batch"), 1);
}

TEST(Overdue, of_another_client_is_not_handed_out) {
  TestApi api;
  import_overdue(api, "TORONTO");
  EXPECT_TRUE(pull(api).at("records").as_array().empty());
}

TEST(Overdue, is_handed_out_in_the_order_of_the_ids) {
  TestApi api;
  // Due in the reverse order of their ids.
  for (const std::int64_t shift : {0, 1, 2}) {
    import_overdue(api, "OC_TOMA", shift);
    change_violation(api, [&](WriteBatch& batch, ClientId client) -> domain::Result<void> {
      auto violation = store::find_violation(batch.connection, client, 9 + shift);
      violation->due -= std::chrono::hours(shift);
      store::save_violation(batch.connection, client, *violation);
      return {};
    });
  }
  const json::array records = pull(api).at("records").as_array();
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[0].at("ViolationID").as_int64(), 9);
  EXPECT_EQ(records[2].at("ViolationID").as_int64(), 11);
}

struct NotOverdue {
  const char* name;
  RecordChange change;
};
const NotOverdue k_not_overdue[] = {
    {"not_due_yet", [](json::object& record) { record["Due"] = "2026-03-02T12:00:00.000000Z"; }},
    {"spoiled", [](json::object& record) { record["Spoiled"] = 1; }},
    {"a_warning", [](json::object& record) { record["Warning"] = 1; }},
    {"costing_nothing", [](json::object& record) { record["Fine"] = 0; }},
    {"under_appeal",
     [](json::object& record) { record["TicketAppeal"] = "2016-05-10T12:00:00.000000Z"; }},
    {"sent_before",
     [](json::object& record) { record["SentToCollections"] = "2017-01-01T00:00:00.000000Z"; }},
};

class NotOverdueTest : public testing::TestWithParam<NotOverdue> {};

TEST_P(NotOverdueTest, is_not_handed_out) {
  TestApi api;
  ASSERT_EQ(import_overdue(api, "OC_TOMA", 0, GetParam().change), "");
  const std::string before = api.content();
  EXPECT_TRUE(pull(api).at("records").as_array().empty());
  EXPECT_EQ(api.content(), before) << "nothing overdue, yet something was written";
}

INSTANTIATE_TEST_SUITE_P(Violations, NotOverdueTest, testing::ValuesIn(k_not_overdue),
                         [](const auto& row) { return row.param.name; });

const NotOverdue k_overdue_all_the_same[] = {
    {"due_a_moment_ago",
     [](json::object& record) { record["Due"] = "2026-03-02T11:59:59.999000Z"; }},
    {"a_warning_of_zero", [](json::object& record) { record["Warning"] = 0; }},
    {"with_an_appeal_that_was_decided",
     [](json::object& record) {
       record["TicketAppeal"] = "2016-05-10T12:00:00.000000Z";
       record["AppealProcessDate"] = "2016-05-11T12:00:00.000000Z";
     }},
    {"without_a_vehicle",
     [](json::object& record) {
       record["vehicle"] = nullptr;
       record["VehicleID"] = nullptr;
     }},
    {"without_details", [](json::object& record) { record["details"].as_array().clear(); }},
};

class OverdueAllTheSame : public testing::TestWithParam<NotOverdue> {};

TEST_P(OverdueAllTheSame, is_handed_out) {
  TestApi api;
  ASSERT_EQ(import_overdue(api, "OC_TOMA", 0, GetParam().change), "");
  EXPECT_EQ(ids_of(pull(api)).size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Violations, OverdueAllTheSame, testing::ValuesIn(k_overdue_all_the_same),
                         [](const auto& row) { return row.param.name; });

TEST(Overdue, shows_what_became_of_it_since_the_import) {
  TestApi api;
  import_overdue(api, "OC_TOMA");
  const auto now = api.clock.now();
  EXPECT_EQ(
      change_violation(
          api,
          [&](WriteBatch& batch, ClientId client) -> domain::Result<void> {
            auto paid = service::pay_violation(batch, client, {9, 1'050, now, "cash"});
            if (!paid) return tl::unexpected(paid.error());
            auto adjusted = service::adjust_violation(batch, client, 9, 4'550, "first offence");
            if (!adjusted) return adjusted;
            auto make = *store::find_item(batch.connection, {client, store::ListKind::make}, 13);
            make.name = "Chevy";
            store::save_items(batch.connection, {client, store::ListKind::make},
                              std::span(&make, 1));
            return {};
          }),
      "");
  const auto pushed = api.post("violations/batches", body("all"));  // a look that changes nothing
  EXPECT_EQ(pushed.status, 200);
  const json::object record = pull(api).at("records").at(0).as_object();
  EXPECT_EQ(record.at("AdjustedFine"), json::value(45.5));
  EXPECT_EQ(record.at("AdjustmentReason").as_string(), "first offence");
  EXPECT_EQ(record.at("vehicle").at("make").at("MakeName").as_string(), "Chevy");
}

TEST(Overdue, that_was_paid_in_full_is_not_handed_out) {
  TestApi api;
  import_overdue(api, "OC_TOMA");
  const auto now = api.clock.now();
  change_violation(api, [&](WriteBatch& batch, ClientId client) -> domain::Result<void> {
    auto paid = service::pay_violation(batch, client, {9, 5'000, now, "cash"});
    if (!paid) return tl::unexpected(paid.error());
    return {};
  });
  EXPECT_TRUE(pull(api).at("records").as_array().empty());
}

TEST(Batches, are_listed_newest_first_and_come_again_byte_for_byte) {
  TestApi api;
  import_many(api, "OC_TOMA", 0, 450);  // more than two parts
  const std::string first = api.post(k_send, body("all")).body;
  api.clock.advance(std::chrono::minutes(5));
  import_many(api, "OC_TOMA", 450, 1);
  const std::string second = api.post(k_send, body("all")).body;

  EXPECT_EQ(api.post(k_batches, body("all")).body,
            R"({"status":"success","batches":[)"
            R"({"id":2,"count":1,"created":"2026-03-02T12:05:00Z"},)"
            R"({"id":1,"count":450,"created":"2026-03-02T12:00:00Z"}]})");
  EXPECT_EQ(ids_of(json::parse(first).as_object()).size(), 450U);
  // What was done since does not show in a batch that went out.
  change_violation(api, [&](WriteBatch& batch, ClientId client) {
    return service::adjust_violation(batch, client, 9, 100, "late");
  });
  EXPECT_EQ(api.post(k_batches, body("all", R"(,"batch":1)")).body, first);
  EXPECT_EQ(api.post(k_batches, body("all", R"(,"batch":"1")")).body, first);
  EXPECT_EQ(api.post(k_batches, body("all", R"(,"batch":2)")).body, second);
}

TEST(Batches, of_a_whole_number_of_parts_end_well) {
  TestApi api;
  import_many(api, "OC_TOMA", 0, 400);
  const std::string first = api.post(k_send, body("all")).body;
  EXPECT_EQ(ids_of(json::parse(first).as_object()).size(), 400U);
  EXPECT_EQ(api.post(k_batches, body("all", R"(,"batch":1)")).body, first);
  EXPECT_NE(api.text("SELECT rendered_at FROM collection_batch"), "");
}

TEST(Batches, that_nobody_read_are_finished_all_the_same) {
  TestApi api;
  import_many(api, "OC_TOMA", 0, 450);
  boost::asio::io_context& loop = api.add_loop();
  auto handed = boost::asio::co_spawn(loop, api.collections.hand_out(1), boost::asio::use_future);
  loop.run();
  handed.get();  // the reader goes away before the first part
  for (int i = 0; i < 500 && api.number("SELECT COUNT(*) FROM collection_part") < 3; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(api.number("SELECT COUNT(*) FROM collection_part"), 3);
  const std::string reply = api.post(k_batches, body("all", R"(,"batch":1)")).body;
  EXPECT_EQ(ids_of(json::parse(reply).as_object()).size(), 450U);
}

/// A batch that another server has opened, and nobody has closed.
void open_batch_elsewhere(TestApi& api) {
  const auto opened = api.app.change([](service::WriteBatch& writing) {
    store::insert_batch(writing.connection, {1, 1, writing.now, 0, {}, {}});
    return domain::Result<std::string>("");
  });
  ASSERT_TRUE(opened);
}

/// Has what is left undone looked for, and waits a little for what comes of it.
std::int64_t closed_batches_after_a_look(TestApi& api) {
  static_cast<void>(api.collections.find(*api.app.database().read(), 1, 1));
  for (int i = 0; i < 20; ++i) {
    if (api.number("SELECT COUNT(*) FROM collection_batch WHERE closed_at IS NOT NULL") > 0)
      return 1;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return 0;
}

TEST(PostgresBatches, of_another_server_are_left_to_it_while_they_are_young) {
  TestApi api;
  open_batch_elsewhere(api);
  EXPECT_EQ(closed_batches_after_a_look(api), 0);
  api.clock.advance(std::chrono::minutes(11));
  EXPECT_EQ(closed_batches_after_a_look(api), 1) << "its server is taken for dead";
}

TEST(Batches, share_out_what_is_overdue_among_calls_at_once) {
  TestApi api;
  import_many(api, "OC_TOMA", 0, 900);
  std::vector<std::thread> pullers;
  std::vector<std::string> replies(4);
  for (std::string& reply : replies) {
    pullers.emplace_back([&api, &reply] {
      reply = api.request_on_thread(http::Method::post, "/api/OC_TOMA/v1/" + std::string(k_send),
                                    api.with_tokens(body("all")))
                  .body;
    });
  }
  for (std::thread& puller : pullers) puller.join();
  std::set<std::int64_t> all;
  for (const std::string& reply : replies) {
    for (const std::int64_t id : ids_of(json::parse(reply).as_object())) {
      EXPECT_TRUE(all.insert(id).second) << id << " was handed out twice";
    }
  }
  EXPECT_EQ(all.size(), 900U);
}

}  // namespace
}  // namespace lotkeeper::tests
