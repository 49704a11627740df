#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "support/console_description.hpp"
#include "support/test_console.hpp"

namespace lotkeeper::tests {
namespace {

using api::console::Access;
using api::console::Route;
using http::Method;

std::string target_of(const Route& route) {
  std::string target(route.path);
  for (std::size_t open; (open = target.find('{')) != std::string::npos;) {
    target.replace(open, target.find('}') - open + 1, "999");
  }
  return target;
}

std::string_view access_name(Access access) {
  switch (access) {
    case Access::open:
    case Access::signed_in:
      return "anyone";
    case Access::viewer:
      return "viewer";
    case Access::officer:
      return "officer";
    case Access::office:
      return "office";
    case Access::administrator:
      return "administrator";
  }
  return "?";
}

TEST(ConsoleAccess, every_route_refuses_who_is_not_signed_in) {
  TestConsole console;
  for (const Route& route : api::console::routes()) {
    if (route.access == Access::open) continue;
    const auto reply = console.as("", route.method, target_of(route), "{}");
    EXPECT_EQ(reply.status, 401) << route.path;
    EXPECT_NE(reply.body.find(R"("error":"signIn")"), std::string::npos) << route.path;
  }
}

TEST(ConsoleAccess, what_looks_at_all_records_keeps_no_plate_check_waiting) {
  std::set<std::string_view> aside;
  for (const Route& route : api::console::routes()) {
    if (route.pace == api::console::Pace::sums_up) aside.insert(route.path);
  }
  for (const std::string_view path :
       {"/overview", "/money", "/fines", "/fine-months", "/takings", "/disconnected",
        "/disconnected/{id}", "/batches/{id}", "/reconciliation", "/reconciliation.csv"}) {
    EXPECT_TRUE(aside.contains(path)) << path;
  }
  EXPECT_FALSE(aside.contains("/plate-checks"));
}

TEST(ConsoleAccess, every_route_refuses_the_roles_below_its_own_and_no_other) {
  static constexpr std::pair<const char*, Access> k_roles[] = {
      {"viewer", Access::viewer},
      {"officer", Access::officer},
      {"office", Access::office},
      {"administrator", Access::administrator}};
  TestConsole console;
  for (const Route& route : api::console::routes()) {
    // These would end the sessions of the test itself, or need no role.
    if (route.access == Access::open || route.access == Access::signed_in) continue;
    for (const auto& [name, access] : k_roles) {
      const std::string before = console.content();
      const auto reply = console.as(name, route.method, target_of(route), "{}");
      const bool is_refused = reply.status == 403;
      EXPECT_EQ(is_refused, access < route.access)
          << name << ' ' << method_name(route.method) << ' ' << route.path << ": " << reply.status;
      if (is_refused) {
        EXPECT_EQ(console.content(), before) << route.path;
      }
    }
  }
}

TEST(ConsoleAccess, a_role_in_one_client_is_none_in_another) {
  TestConsole console;
  const std::string officer_id =
      console.api.text("SELECT operator_id FROM operator WHERE name = 'officer'");
  const auto reply = console.put("officer", "/session/client", R"({"client":"TORONTO"})");
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(console.put("keeper", "/session/client", R"({"client":"TORONTO"})").status, 200);
  EXPECT_EQ(console.get("keeper", "/settings").json().at("code").as_string(), "TORONTO");
  // An administrator of another client does not find that operator at all.
  EXPECT_EQ(
      console.put("toronto", "/operators/" + officer_id, R"({"role":"administrator"})").status,
      404);
}

TEST(ConsoleAccess, changes_from_another_site_are_refused_and_store_nothing) {
  TestConsole console;
  const std::string path = "/console/api/zones";
  const std::string body = R"({"name":"Lot 99"})";
  TestConsole::Manner manner;
  manner.cookie = console.cookie("administrator");
  const std::string before = console.content();

  auto without_header = manner;
  without_header.has_header = false;
  auto cross_site = manner;
  cross_site.fetch_site = "cross-site";
  auto same_site = manner;
  same_site.fetch_site = "same-site";
  auto other_origin = manner;
  other_origin.fetch_site = "";
  other_origin.origin = "https://evil.example";
  auto null_origin = manner;
  null_origin.fetch_site = "";
  null_origin.origin = "null";
  for (const auto& bad : {without_header, cross_site, same_site, other_origin, null_origin}) {
    const auto reply = console.send(Method::post, path, body, bad);
    EXPECT_EQ(reply.status, 403);
    EXPECT_NE(reply.body.find(R"("error":"origin")"), std::string::npos) << reply.body;
  }
  EXPECT_EQ(console.content(), before);

  auto own_origin = manner;
  own_origin.fetch_site = "";
  own_origin.origin = "http://localhost";
  EXPECT_EQ(console.send(Method::post, path, body, own_origin).status, 200);
}

TEST(ConsoleAccess, every_reply_bears_the_security_headers) {
  TestConsole console;
  TestConsole::Manner manner;
  for (const std::string path : {"/console/api/session", "/console/api/nothing", "/console/x.js"}) {
    const auto reply = console.send(Method::get, path, {}, manner);
    const std::string& policy = reply.headers.at("Content-Security-Policy");
    EXPECT_NE(policy.find("default-src 'none'"), std::string::npos);
    EXPECT_EQ(policy.find("unsafe"), std::string::npos);
    EXPECT_EQ(reply.headers.at("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(reply.headers.at("Permissions-Policy"), "camera=(self), geolocation=(self)");
  }
}

TEST(ConsoleAccess, a_body_that_cannot_be_read_is_told_once_and_nothing_is_called_missing) {
  TestConsole console;
  EXPECT_EQ(console.put("keeper", "/session/client", R"({"client":"OC_TOMA"})").status, 200);
  const std::string before = console.content();
  for (const Route& route : api::console::routes()) {
    if (route.method != Method::post && route.method != Method::put) continue;
    // These take a file.
    if (route.path.ends_with("/photos") || route.path.starts_with("/reconciliation")) continue;
    const auto reply = console.as("keeper", route.method, target_of(route), R"({"name": )");
    if (reply.status == 404) continue;
    EXPECT_EQ(reply.status, 400) << route.path << reply.body;
    EXPECT_EQ(reply.json().as_object().if_contains("errors"), nullptr) << route.path << reply.body;
  }
  EXPECT_EQ(console.content(), before);
}

TEST(ConsoleAccess, an_unknown_address_and_a_wrong_method_are_told_apart) {
  TestConsole console;
  EXPECT_EQ(console.get("viewer", "/zonez").status, 404);
  EXPECT_EQ(console.del("viewer", "/overview").status, 405);
}

TEST(ConsoleAccess, the_description_and_the_routes_name_the_same_operations_and_roles) {
  std::map<std::string, std::string> described;
  for (const auto& [name, operation] : described_operations()) described[name] = operation.role;
  std::map<std::string, std::string> served;
  for (const Route& route : api::console::routes()) {
    served[operation_name(route)] = access_name(route.access);
  }
  EXPECT_EQ(described, served);
}

TEST(ConsoleAccess, every_address_that_is_asked_refuses_a_key_that_it_does_not_know) {
  TestConsole console;
  const auto described = described_operations();
  const std::string before = console.content();
  for (const Route& route : api::console::routes()) {
    if (route.method != Method::get) continue;
    const std::string target = target_of(route);
    const auto reply = console.get("administrator", target + "?zonne=4");
    EXPECT_EQ(reply.status, 400) << target << ": " << reply.body;
    EXPECT_NE(reply.body.find(R"("error":"invalid","field":"zonne")"), std::string::npos)
        << target << ": " << reply.body;
    const auto& known = described.at(operation_name(route)).query_keys;
    for (const std::string& key : known) {
      EXPECT_NE(reply.body.find(key), std::string::npos)
          << target << " does not say that it knows " << key << ": " << reply.body;
    }
    EXPECT_EQ(known.empty(), reply.body.find("takes none") != std::string::npos) << reply.body;
    // If a value is wrong too, both faults are reported.
    if (std::ranges::find(known, "limit") == known.end()) continue;
    const auto both = console.get("administrator", target + "?limit=x&zonne=4");
    EXPECT_EQ(both.status, 400) << target;
    EXPECT_EQ(both.json().at("errors").as_array().size(), 2U) << both.body;
  }
  EXPECT_EQ(console.content(), before);
}

TEST(ConsoleAccess, every_described_key_of_a_query_is_known) {
  TestConsole console;
  const auto described = described_operations();
  int asked = 0;
  for (const Route& route : api::console::routes()) {
    if (route.method != Method::get) continue;
    for (const std::string& key : described.at(operation_name(route)).query_keys) {
      const std::string target = target_of(route) + "?" + key + "=" + sample_value(route, key);
      const auto reply = console.get("administrator", target);
      // 404: there is no record of the id in the path.
      EXPECT_TRUE(reply.status == 200 || reply.status == 404) << target << ": " << reply.body;
      ++asked;
    }
  }
  EXPECT_GT(asked, 40);
}

TEST(ConsoleAccess, a_query_that_cannot_be_read_shows_nothing) {
  TestConsole console;
  for (const char* target : {"/permits?plate=%zz", "/permits?plate=%ff", "/zones?%ff=1"}) {
    const auto reply = console.get("viewer", target);
    EXPECT_EQ(reply.status, 400) << target << reply.body;
    EXPECT_NE(reply.body.find("percent-encoded"), std::string::npos) << reply.body;
  }
  EXPECT_EQ(console.get("viewer", "/permits?").status, 200);
}

TEST(ConsoleAccess, a_change_with_a_key_that_it_does_not_know_stores_nothing) {
  TestConsole console;
  const std::string before = console.content();
  EXPECT_EQ(console.post("office", "/reconciliation?form=2026-03-01", "ticket,amount\n").status,
            400);
  EXPECT_EQ(console.post("officer", "/violations/1/photos?nam=x", "\x89PNG\r\n\x1a\n").status, 400);
  EXPECT_EQ(console.content(), before);
}

}  // namespace
}  // namespace lotkeeper::tests
