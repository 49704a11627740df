#include <gtest/gtest.h>

#include <algorithm>
#include <barrier>
#include <set>
#include <thread>

#include "api/v1/reply_rules.hpp"
#include "api/v1/scenario.hpp"

// Requests that meet: several threads, each with an event loop of its own, as the server has them.
namespace lotkeeper::tests {
namespace {

constexpr std::size_t k_threads = 6;
constexpr int k_rounds = 15;

using Response = TestApi::Response;

struct Sent {
  std::string endpoint;
  std::string body;
  TestApi::Headers headers = {};
};

std::string quoted(const std::string& text) { return '"' + text + '"'; }

std::string push_of(const std::string& plate) {
  const std::string value = quoted(plate);
  return changed_body("permits/push", {{"plate", value}});
}

std::string update_of(const std::string& reference, const std::string& plate) {
  const std::string quoted_reference = quoted(reference);
  const std::string quoted_plate = quoted(plate);
  return changed_body("permits/update",
                      {{"reference_id", quoted_reference}, {"plate", quoted_plate}});
}

std::string delete_of(const std::string& reference) {
  const std::string quoted_reference = quoted(reference);
  return changed_body("permits/delete", {{"reference_id", quoted_reference}});
}

std::string pushed(TestApi& api, const std::string& plate) {
  const Response reply = api.post("permits/push", push_of(plate));
  EXPECT_EQ(reply.status, 200) << reply.body;
  return reference_of(reply);
}

std::size_t count_of(const std::vector<Response>& replies, int status) {
  return static_cast<std::size_t>(std::ranges::count(replies, status, &Response::status));
}

std::size_t replays_among(const std::vector<Response>& replies) {
  return static_cast<std::size_t>(std::ranges::count_if(
      replies, [](const Response& reply) { return reply.headers.contains("Idempotent-Replay"); }));
}

std::set<std::string> references_of(const std::vector<Response>& replies) {
  std::set<std::string> references;
  for (const Response& reply : replies) references.insert(reference_of(reply));
  return references;
}

class Concurrency : public testing::Test {
 protected:
  /// Sends every one of `requests` at once, each from a thread of its own.
  std::vector<Response> send_at_once(const std::vector<Sent>& requests) {
    std::vector<Response> replies(requests.size());
    std::barrier start(static_cast<std::ptrdiff_t>(requests.size()));
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < requests.size(); ++i) {
      threads.emplace_back([&, i] {
        const std::string path = "/api/OC_TOMA/v1/" + requests[i].endpoint;
        const std::string body = api.with_tokens(requests[i].body);
        start.arrive_and_wait();
        replies[i] = api.request_on_thread(http::Method::post, path, body, requests[i].headers);
      });
    }
    for (std::thread& thread : threads) thread.join();
    return replies;
  }

  TestApi api;
};

TEST_F(Concurrency, of_identical_pushes_one_is_stored_and_the_others_are_told_its_reference) {
  for (int round = 1; round <= k_rounds; ++round) {
    const Sent push{"permits/push", push_of("SAME " + std::to_string(round))};
    const auto replies = send_at_once(std::vector<Sent>(k_threads, push));

    EXPECT_EQ(count_of(replies, 200), 1U);
    EXPECT_EQ(count_of(replies, 409), k_threads - 1);
    EXPECT_EQ(references_of(replies).size(), 1U);
    EXPECT_EQ(api.number("SELECT COUNT(*) FROM permit"), round);
  }
  EXPECT_EQ(api.miscounts(), 0);
}

TEST_F(Concurrency, twins_with_one_key_are_one_permit_and_get_one_answer) {
  for (int round = 1; round <= k_rounds; ++round) {
    const Sent push{"permits/push",
                    push_of("TWIN " + std::to_string(round)),
                    {{"Idempotency-Key", std::to_string(round)}}};
    const auto replies = send_at_once(std::vector<Sent>(k_threads, push));

    EXPECT_EQ(count_of(replies, 200), k_threads);
    EXPECT_EQ(replays_among(replies), k_threads - 1) << "all but the first are replays";
    for (const Response& reply : replies) EXPECT_EQ(reply.body, replies.front().body);
    EXPECT_EQ(api.number("SELECT COUNT(*) FROM permit"), round);
    EXPECT_EQ(api.number("SELECT COUNT(*) FROM idempotency_key"), round);
  }
}

TEST_F(Concurrency, of_different_bodies_with_one_key_one_counts) {
  for (int round = 1; round <= k_rounds; ++round) {
    std::vector<Sent> requests;
    for (std::size_t i = 0; i < k_threads; ++i) {
      requests.push_back({"permits/push",
                          push_of(std::to_string(round) + "X" + std::to_string(i)),
                          {{"Idempotency-Key", std::to_string(round)}}});
    }
    const auto replies = send_at_once(requests);

    EXPECT_EQ(count_of(replies, 200), 1U);
    EXPECT_EQ(replays_among(replies), 0U);
    for (const Response& reply : replies) {
      if (reply.status == 200) continue;
      EXPECT_EQ(faults_of(reply), std::vector<std::string>{"9022 Idempotency-Key"});
    }
    EXPECT_EQ(api.number("SELECT COUNT(*) FROM permit"), round);
  }
}

TEST_F(Concurrency, one_key_at_two_endpoints_is_two_keys) {
  for (int round = 1; round <= k_rounds; ++round) {
    const std::string reference = pushed(api, "BOTH " + std::to_string(round));
    const TestApi::Headers key{{"Idempotency-Key", std::to_string(round)}};
    const auto replies =
        send_at_once({{"permits/update", update_of(reference, "B"), key},
                      {"permits/push", push_of("C " + std::to_string(round)), key}});

    EXPECT_EQ(count_of(replies, 200), 2U) << replies[0].body << replies[1].body;
    EXPECT_EQ(replays_among(replies), 0U);
    ASSERT_EQ(api.post("permits/delete", delete_of(reference)).status, 200);
  }
}

TEST_F(Concurrency, updates_and_deletes_of_one_permit_come_one_after_another) {
  for (int round = 1; round <= k_rounds; ++round) {
    const std::string reference = pushed(api, "FOUGHT OVER");
    std::vector<Sent> requests(2, {"permits/delete", delete_of(reference)});
    for (std::size_t i = requests.size(); i < k_threads; ++i) {
      requests.push_back({"permits/update", update_of(reference, "NEW " + std::to_string(i))});
    }
    const auto replies = send_at_once(requests);

    std::size_t deleted = 0;
    for (std::size_t i = 0; i < replies.size(); ++i) {
      if (requests[i].endpoint == "permits/delete" && replies[i].status == 200) ++deleted;
      if (replies[i].status == 200) continue;
      EXPECT_EQ(faults_of(replies[i]), std::vector<std::string>{"9009 referenceid"});
    }
    EXPECT_EQ(deleted, 1U);
    EXPECT_EQ(api.number("SELECT COUNT(*) FROM permit WHERE deleted_at IS NULL"), 0);
    // Every write that was acknowledged is a version of its own, and none other is.
    const auto acknowledged = static_cast<std::int64_t>(count_of(replies, 200));
    EXPECT_EQ(api.number("SELECT version FROM permit ORDER BY permit_id DESC"), acknowledged + 1);
  }
  EXPECT_EQ(api.miscounts(), 0);
}

TEST_F(Concurrency, of_updates_that_would_become_identical_one_is_written) {
  for (int round = 1; round <= k_rounds; ++round) {
    const std::string plate = "GOAL " + std::to_string(round);
    std::vector<Sent> requests;
    for (std::size_t i = 0; i < k_threads; ++i) {
      const std::string reference = pushed(api, std::to_string(round) + "Y" + std::to_string(i));
      requests.push_back({"permits/update", update_of(reference, plate)});
    }
    const auto replies = send_at_once(requests);

    EXPECT_EQ(count_of(replies, 200), 1U);
    EXPECT_EQ(count_of(replies, 409), k_threads - 1);
    EXPECT_EQ(references_of(replies).size(), 1U);
    EXPECT_EQ(api.number("SELECT COUNT(*) FROM permit WHERE plate = '" + plate + "'"), 1);
  }
  EXPECT_EQ(api.miscounts(), 0);
}

TEST_F(Concurrency, a_new_zone_name_is_made_once) {
  for (int round = 1; round <= k_rounds; ++round) {
    const std::string zone = quoted("New zone " + std::to_string(round));
    std::vector<Sent> requests;
    for (std::size_t i = 0; i < k_threads; ++i) {
      const std::string plate = quoted(std::to_string(round) + "Z" + std::to_string(i));
      requests.push_back(
          {"permits/push", changed_body("permits/push", {{"plate", plate}, {"zone", zone}})});
    }
    const std::int64_t before = api.number("SELECT COUNT(*) FROM zone_name");
    const auto replies = send_at_once(requests);

    EXPECT_EQ(count_of(replies, 200), k_threads);
    EXPECT_EQ(api.number("SELECT COUNT(*) FROM zone_name"), before + 1);
  }
  EXPECT_EQ(api.miscounts(), 0);
}

TEST_F(Concurrency, of_identical_vehicles_one_is_stored_and_the_others_add_nothing) {
  for (int round = 1; round <= k_rounds; ++round) {
    std::vector<Sent> requests;
    for (std::size_t i = 0; i < k_threads; ++i) {
      const std::string plate = quoted("SAME " + std::to_string(round));
      const std::string make = quoted("Make " + std::to_string(round) + "." + std::to_string(i));
      requests.push_back(
          {"vehicles/push", changed_body("vehicles/push", {{"plate", plate}, {"make", make}})});
    }
    const std::int64_t before = api.number("SELECT COUNT(*) FROM list_item");
    const auto replies = send_at_once(requests);

    EXPECT_EQ(count_of(replies, 200), 1U);
    for (const Response& reply : replies) {
      if (reply.status == 200) continue;
      EXPECT_EQ(faults_of(reply), std::vector<std::string>{"9012"});
    }
    EXPECT_EQ(api.number("SELECT COUNT(*) FROM vehicle"), round);
    EXPECT_EQ(api.number("SELECT MAX(vehicle_id) FROM vehicle"), round) << "no id is skipped";
    EXPECT_EQ(api.number("SELECT COUNT(*) FROM list_item"), before + 1);
  }
}

TEST_F(Concurrency, a_new_make_is_added_once) {
  for (int round = 1; round <= k_rounds; ++round) {
    const std::string make = quoted("Make " + std::to_string(round));
    std::vector<Sent> requests;
    for (std::size_t i = 0; i < k_threads; ++i) {
      const std::string plate = quoted(std::to_string(round) + "V" + std::to_string(i));
      requests.push_back(
          {"vehicles/push", changed_body("vehicles/push", {{"plate", plate}, {"make", make}})});
    }
    const std::int64_t before = api.number("SELECT COUNT(*) FROM list_item");
    const auto replies = send_at_once(requests);

    EXPECT_EQ(count_of(replies, 200), k_threads);
    EXPECT_EQ(api.number("SELECT COUNT(*) FROM list_item"), before + 1);
  }
  EXPECT_EQ(api.number("SELECT COUNT(DISTINCT make_id) FROM vehicle"), k_rounds);
}

TEST_F(Concurrency, twins_with_one_key_are_one_vehicle_and_get_one_answer) {
  for (int round = 1; round <= k_rounds; ++round) {
    const std::string plate = quoted("TWIN " + std::to_string(round));
    const Sent push{"vehicles/push",
                    changed_body("vehicles/push", {{"plate", plate}}),
                    {{"Idempotency-Key", std::to_string(round)}}};
    const auto replies = send_at_once(std::vector<Sent>(k_threads, push));

    EXPECT_EQ(count_of(replies, 200), k_threads);
    EXPECT_EQ(replays_among(replies), k_threads - 1) << "all but the first are replays";
    for (const Response& reply : replies) EXPECT_EQ(reply.body, replies.front().body);
    EXPECT_EQ(api.number("SELECT COUNT(*) FROM vehicle"), round);
  }
}

TEST_F(Concurrency, questions_meet_writes) {
  std::vector<Sent> requests;
  for (std::size_t i = 0; i < k_threads; ++i) {
    const std::string plate = "Q" + std::to_string(i);
    requests.push_back({"permits/push", push_of(plate)});
    const std::string value = quoted(plate);
    requests.push_back({"permits/check", changed_body("permits/check", {{"plate", value}})});
    requests.push_back({"permits/stats", changed_body("permits/stats", {{"activeAt", "\"now\""}})});
  }
  for (int round = 0; round < 3; ++round) {
    for (const Response& reply : send_at_once(requests)) {
      EXPECT_TRUE(reply.status == 200 || reply.status == 409) << reply.body;
    }
  }
  EXPECT_EQ(api.number("SELECT COUNT(*) FROM permit"), static_cast<std::int64_t>(k_threads));
}

}  // namespace
}  // namespace lotkeeper::tests
