#include <gtest/gtest.h>

#include <algorithm>
#include <barrier>
#include <set>
#include <thread>

#include "api/v1/reply_rules.hpp"
#include "api/v1/scenario.hpp"

// Pushes of profiles that meet, each on a thread with an event loop of its own.
namespace lotkeeper::tests {
namespace {

constexpr std::size_t k_threads = 6;
constexpr int k_rounds = 15;

using Response = TestApi::Response;

std::string push_of(const std::string& unique_id, const std::string& email,
                    std::string_view city = {}) {
  const std::string id = '"' + unique_id + '"';
  const std::string address = '"' + email + '"';
  return changed_body("profiles/push", {{"unique_id", id}, {"email", address}, {"city", city}});
}

std::size_t count_of(const std::vector<Response>& replies, int status) {
  return static_cast<std::size_t>(std::ranges::count(replies, status, &Response::status));
}

std::set<std::string> references_of(const std::vector<Response>& replies) {
  std::set<std::string> references;
  for (const Response& reply : replies) references.insert(reference_of(reply));
  return references;
}

class ProfileConcurrency : public testing::Test {
 protected:
  std::vector<Response> push_at_once(const std::vector<std::string>& bodies,
                                     const TestApi::Headers& headers = {}) {
    std::vector<Response> replies(bodies.size());
    std::barrier start(static_cast<std::ptrdiff_t>(bodies.size()));
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      threads.emplace_back([&, i] {
        const std::string body = api.with_tokens(bodies[i]);
        start.arrive_and_wait();
        replies[i] = api.request_on_thread(http::Method::post, "/api/OC_TOMA/v1/profiles/push",
                                           body, headers);
      });
    }
    for (std::thread& thread : threads) thread.join();
    return replies;
  }

  TestApi api;
};

TEST_F(ProfileConcurrency, of_creations_with_one_address_one_succeeds) {
  for (int round = 1; round <= k_rounds; ++round) {
    const std::string name = std::to_string(round);
    const auto replies = push_at_once(
        {push_of(name + "A", name + "@example.org"), push_of(name + "B", name + "@EXAMPLE.org")});
    EXPECT_EQ(count_of(replies, 200), 1U);
    for (const Response& reply : replies) {
      if (reply.status == 200) continue;
      EXPECT_EQ(faults_of(reply), std::vector<std::string>{"9019 email"});
    }
    EXPECT_EQ(api.number("SELECT COUNT(*) FROM profile"), round);
  }
  EXPECT_EQ(api.number("SELECT MAX(profile_id) FROM profile"), k_rounds) << "no id was wasted";
}

TEST_F(ProfileConcurrency, creations_with_one_key_make_one_profile) {
  for (int round = 1; round <= k_rounds; ++round) {
    const std::string name = std::to_string(round);
    std::vector<std::string> bodies;
    for (std::size_t i = 0; i < k_threads; ++i) {
      bodies.push_back(push_of(name, name + "@example.org", keep('"' + std::to_string(i) + '"')));
    }
    const auto replies = push_at_once(bodies);
    EXPECT_EQ(count_of(replies, 200), k_threads);
    EXPECT_EQ(references_of(replies).size(), 1U);
    EXPECT_EQ(api.number("SELECT COUNT(*) FROM profile"), round);
    // Each city is another: every push that was acknowledged is a version.
    EXPECT_EQ(api.number("SELECT version FROM profile ORDER BY profile_id DESC"),
              static_cast<std::int64_t>(k_threads));
  }
}

TEST_F(ProfileConcurrency, of_people_who_want_one_address_one_gets_it) {
  for (int round = 1; round <= k_rounds; ++round) {
    const std::string name = std::to_string(round);
    std::vector<std::string> bodies;
    for (std::size_t i = 0; i < k_threads; ++i) {
      const std::string id = name + "P" + std::to_string(i);
      ASSERT_EQ(api.post("profiles/push", push_of(id, id + "@example.org")).status, 200);
      bodies.push_back(push_of(id, name + "@goal.example"));
    }
    const auto replies = push_at_once(bodies);
    EXPECT_EQ(count_of(replies, 200), 1U);
    EXPECT_EQ(count_of(replies, 409), k_threads - 1);
  }
}

TEST_F(ProfileConcurrency, twins_with_one_idempotency_key_get_one_answer) {
  for (int round = 1; round <= k_rounds; ++round) {
    const std::string name = std::to_string(round);
    const auto replies =
        push_at_once(std::vector<std::string>(k_threads, push_of(name, name + "@example.org")),
                     {{"Idempotency-Key", name}});
    EXPECT_EQ(count_of(replies, 200), k_threads);
    EXPECT_EQ(references_of(replies).size(), 1U);
    EXPECT_EQ(std::ranges::count_if(replies,
                                    [](const Response& reply) {
                                      return reply.headers.contains("Idempotent-Replay");
                                    }),
              static_cast<std::ptrdiff_t>(k_threads - 1));
  }
  EXPECT_EQ(api.number("SELECT COUNT(*) FROM idempotency_key"), k_rounds);
}

}  // namespace
}  // namespace lotkeeper::tests
