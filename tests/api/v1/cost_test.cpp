#include <gtest/gtest.h>

#include <ctime>

#include <algorithm>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "api/v1/scenario.hpp"
#include "support/test_api.hpp"

// What a text costs the event loop that it comes to. A body may have 64 KiB; how much of a time
// slice that is must not depend on what stands in it.
namespace lotkeeper::tests {
namespace {

/// The least processor time of this thread over some runs, in microseconds.
double least_time(const std::function<void()>& run) {
  double least = std::numeric_limits<double>::max();
  for (int i = 0; i < 3; ++i) {
    timespec before{};
    timespec after{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
    run();
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
    least = std::min(least, static_cast<double>(after.tv_sec - before.tv_sec) * 1e6 +
                                static_cast<double>(after.tv_nsec - before.tv_nsec) / 1e3);
  }
  return least;
}

std::string repeat(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

struct CostlyText {
  std::string name;
  std::string text;
};

const std::vector<CostlyText>& costly_texts() {
  static const std::vector<CostlyText> all{
      {"long_ligatures", repeat("\uFDFA", 18'000)},  // 18 characters each
      {"marks_out_of_order", repeat("\u0316\u0301", 13'500)},
      {"marks_on_a_letter", "a" + repeat("\u0301\u0316", 13'500)},
      {"syllables", repeat("\uAC01", 18'000)},
      {"stars", repeat("\u2605", 18'000)},
      {"digits", repeat("1", 54'000)},
      {"commas", repeat("a\u0301,", 13'500)},
      {"blanks", "x" + repeat("\u2003", 17'999) + "x"},
  };
  return all;
}

struct Target {
  std::string endpoint;
  std::string attribute;
};

std::vector<Target> targets() {
  std::vector<Target> all;
  const auto add = [&](const std::string& endpoint, std::initializer_list<const char*> names) {
    for (const char* name : names) all.push_back({endpoint, name});
  };
  add("permits/push", {"apiToken", "amount", "currency", "startTime", "endTime", "plate",
                       "LicencePlate", "permitNo", "zone", "permitType"});
  add("permits/update", {"reference_id", "endTime", "plate", "amount", "currency"});
  add("permits/delete", {"reference_id"});
  add("permits/stats", {"zones", "activeAt"});
  add("permits/check", {"plate", "zone", "at"});
  add("vehicles/push", {"plate", "plateTypeID", "plateType", "provID", "prov", "makeID", "make",
                        "typeID", "type", "colourID", "colour", "year", "vin"});
  add("profiles/push",
      {"unique_id", "login_source", "first_name", "last_name", "user_name", "email", "street",
       "city", "province", "postal_code", "phone_cell", "user_type_id", "employ_no",
       "date_of_birth", "driver_licence_num", "driver_licence_prov"});
  add("violations/batches", {"batch"});
  return all;
}

TEST(CostOf, a_long_text_is_bounded_by_its_length_whatever_attribute_it_is_and_whatever_is_in_it) {
  TestApi api;
  for (const CostlyText& costly : costly_texts()) {
    const std::string value = "\"" + costly.text + "\"";
    // Read, and then of no interest.
    const std::string ignored = api.with_tokens(
        changed_body("permits/check", {{"plate", ""}, {"aKeyThatNobodyKnows", value}}));
    const double reading = least_time([&] { api.post("permits/check", ignored); });
    for (const Target& target : targets()) {
      const std::string body =
          api.with_tokens(changed_body(target.endpoint, {{target.attribute, value}}));
      const double took = least_time([&] { api.post(target.endpoint, body); });
      // Some passes over the text, none of which is worth much more than reading it was.
      EXPECT_LT(took, 6 * reading + 3'000)
          << target.endpoint << ' ' << target.attribute << ' ' << costly.name << ": " << took
          << " us, and " << reading << " us to read it";
    }
  }
}

TEST(CostOf, thousands_of_zones_is_refused) {
  TestApi api;
  const auto status_of = [&api](int count) {
    std::string names;
    for (int i = 0; i < count; ++i) names += fmt::format("z{},", i);
    return api
        .post("permits/stats",
              changed_body("permits/stats", {{"zones", fmt::format("\"{}\"", names)}}))
        .status;
  };
  EXPECT_EQ(status_of(2'000), 200);
  EXPECT_EQ(status_of(2'001), 422);
}

TEST(CostOf, thousands_of_keys_is_bounded_by_their_number) {
  TestApi api;
  std::string members;
  for (int i = 0; members.size() < 60'000; ++i) members += fmt::format(",\"plat{:x}\":1", i);
  const std::string token = api.token("all");
  const auto body = [&](bool has_token) {
    return fmt::format("{{{}{}}}",
                       has_token ? fmt::format("\"apiToken\":\"{}\"", token) : "\"x\":1", members);
  };
  for (const std::string endpoint : {"permits/push", "vehicles/push", "profiles/push"}) {
    const double refused = least_time([&] { api.post(endpoint, "[" + body(true) + "]"); });
    const double took = least_time([&] { api.post(endpoint, body(true)); });
    EXPECT_LT(took, 10 * refused + 3'000) << endpoint << ": " << refused << " us to parse it";
    const double stranger = least_time([&] { api.post(endpoint, body(false)); });
    EXPECT_LT(stranger, 3 * refused + 3'000) << endpoint << ", without a token";
  }
}

}  // namespace
}  // namespace lotkeeper::tests
