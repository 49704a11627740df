#include <fmt/format.h>
#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "base/secret.hpp"
#include "service/operators/operators.hpp"
#include "service/operators/sessions.hpp"
#include "support/test_console.hpp"
#include "support/test_database.hpp"

namespace lotkeeper::tests {
namespace {

using http::Method;

constexpr const char* k_password = "correct horse battery";

class ConsoleSignIn : public ::testing::Test {
 protected:
  ConsoleSignIn() {
    const auto added = service::add_operator(console.api.app, "Marie", k_password,
                                             domain::Role::officer, "OC_TOMA");
    EXPECT_TRUE(added);
  }

  TestConsole::Response sign_in(const std::string& name, const std::string& password,
                                const std::string& peer = "203.0.113.7") {
    TestConsole::Manner manner;
    manner.peer = peer;
    return console.send(Method::post, "/console/api/session",
                        R"({"name":")" + name + R"(","password":")" + password + R"("})", manner);
  }

  static std::string cookie_of(const TestConsole::Response& reply) {
    const std::string& header = reply.headers.at("Set-Cookie");
    const std::size_t begin = header.find('=') + 1;
    return header.substr(begin, header.find(';') - begin);
  }

  TestConsole console;
};

TEST_F(ConsoleSignIn, a_right_password_opens_a_session_whatever_the_case_of_the_name) {
  const auto reply = sign_in("MARIE", k_password);
  ASSERT_EQ(reply.status, 200) << reply.body;
  const std::string& header = reply.headers.at("Set-Cookie");
  for (const char* part : {"Path=/console", "HttpOnly", "SameSite=Strict", "Max-Age=43200"}) {
    EXPECT_NE(header.find(part), std::string::npos) << header;
  }
  EXPECT_EQ(header.find("Secure"), std::string::npos) << "over plain HTTP it would be dropped";
  EXPECT_EQ(reply.json().at("role").as_string(), "officer");
  EXPECT_EQ(reply.json().at("client").at("code").as_string(), "OC_TOMA");

  TestConsole::Manner manner;
  manner.cookie = cookie_of(reply);
  EXPECT_EQ(console.send(Method::get, "/console/api/session", {}, manner).status, 200);
  // What is kept is the hash of the cookie, which nobody can send.
  const std::string kept = console.api.text(
      tested_engine() == database::Engine::sqlite
          ? "SELECT lower(hex(hash)) FROM operator_session ORDER BY session_id DESC LIMIT 1"
          : "SELECT encode(hash, 'hex') FROM operator_session ORDER BY session_id DESC LIMIT 1");
  std::string hash;
  for (const std::uint8_t byte : base::sha256(manner.cookie)) hash += fmt::format("{:02x}", byte);
  EXPECT_EQ(kept, hash);
  EXPECT_EQ(console.send(Method::del, "/console/api/session", {}, manner).status, 204);
  EXPECT_EQ(console.send(Method::get, "/console/api/session", {}, manner).status, 401);
}

TEST_F(ConsoleSignIn, under_tls_the_cookie_is_secure) {
  TestConsole::Manner manner;
  manner.origin = "https://parking.example.org";
  const auto reply =
      console.send(Method::post, "/console/api/session",
                   std::string(R"({"name":"Marie","password":")") + k_password + R"("})", manner);
  EXPECT_NE(reply.headers.at("Set-Cookie").find("; Secure"), std::string::npos);
}

TEST_F(ConsoleSignIn, a_wrong_name_and_a_wrong_password_are_told_alike) {
  const auto name = sign_in("Nobody", k_password);
  const auto password = sign_in("Marie", "wrong");
  EXPECT_EQ(name.status, 401);
  EXPECT_EQ(password.status, 401);
  EXPECT_EQ(password.json().at("requestId").as_string(), password.headers.at("X-Request-Id"));
  EXPECT_EQ(name.json().at("detail"), password.json().at("detail"));
  EXPECT_FALSE(name.headers.contains("Set-Cookie"));
}

TEST_F(ConsoleSignIn, after_five_failures_an_address_waits_for_that_name_alone) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(sign_in("Marie", "wrong").status, 401);
  const auto locked = sign_in("Marie", k_password);
  EXPECT_EQ(locked.status, 429);
  EXPECT_EQ(locked.headers.at("Retry-After"), "1");
  EXPECT_EQ(sign_in("Somebody", "wrong").status, 401) << "another name at the same address";
  console.api.clock.advance(std::chrono::milliseconds(1'100));
  EXPECT_EQ(sign_in("Marie", "wrong").status, 401);
  EXPECT_EQ(sign_in("Marie", k_password).headers.at("Retry-After"), "2");
  console.api.clock.advance(std::chrono::milliseconds(2'100));
  EXPECT_EQ(sign_in("Marie", k_password).status, 200);
  EXPECT_EQ(sign_in("Marie", "wrong").status, 401) << "a success forgets the failures";
}

/// A statement that PostgreSQL has prepared finds a table under its new name.
class SqliteSignIn : public ConsoleSignIn {};

TEST_F(SqliteSignIn, a_try_that_could_not_be_judged_is_not_counted) {
  const auto rename = [&](const std::string& sql) {
    const auto renamed = console.api.app.change([&](service::WriteBatch& batch) {
      batch.connection.run_script(sql);
      return domain::Result<std::string>(std::string());
    });
    ASSERT_TRUE(renamed);
  };
  // The table is out of reach when the try is judged.
  rename("ALTER TABLE operator RENAME TO operator_away");
  for (int i = 0; i < 6; ++i) {
    EXPECT_THROW((void)service::sign_in(console.api.app, {"Marie", k_password, "203.0.113.7", ""}),
                 database::DatabaseError);
  }
  rename("ALTER TABLE operator_away RENAME TO operator");
  EXPECT_EQ(console.api.number("SELECT COUNT(*) FROM sign_in_failure"), 0);
  EXPECT_EQ(sign_in("Marie", k_password).status, 200);
}

TEST_F(ConsoleSignIn, strangers_guesses_never_lock_a_name) {
  const std::string own = cookie_of(sign_in("Marie", k_password));
  for (int stranger = 0; stranger < 8; ++stranger) {
    const std::string peer = "198.51.100." + std::to_string(stranger);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(sign_in("Marie", "wrong", peer).status, 401);
    EXPECT_EQ(sign_in("Marie", "wrong", peer).status, 429);
  }
  EXPECT_EQ(sign_in("Marie", k_password, "192.0.2.1").status, 200) << "never seen before";
  EXPECT_EQ(sign_in("Marie", k_password).status, 200) << "seen before";

  TestConsole::Manner manner;
  manner.cookie = own;
  const auto changed = console.send(
      Method::put, "/console/api/account/password",
      std::string(R"({"current":")") + k_password + R"(","password":"a longer one"})", manner);
  EXPECT_EQ(changed.status, 204) << changed.body;
}

TEST_F(ConsoleSignIn, the_present_password_is_counted_by_name_at_the_address) {
  TestConsole::Manner manner;
  manner.cookie = cookie_of(sign_in("Marie", k_password));
  const auto change = [&](const std::string& current) {
    return console
        .send(Method::put, "/console/api/account/password",
              R"({"current":")" + current + R"(","password":"a longer one"})", manner)
        .status;
  };
  for (int i = 0; i < 5; ++i) EXPECT_EQ(change("wrong"), 422);
  EXPECT_EQ(change(k_password), 429);
  manner.peer = "192.0.2.1";
  EXPECT_EQ(change(k_password), 204);
}

TEST_F(ConsoleSignIn, addresses_of_one_ipv6_network_count_as_one) {
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(sign_in("name" + std::to_string(i), "wrong", fmt::format("2001:db8::{}", i)).status,
              401);
  }
  EXPECT_EQ(sign_in("Marie", k_password, "2001:db8::ffff").status, 429);
  EXPECT_EQ(sign_in("Marie", k_password, "2001:db8:0:1::1").status, 200);
}

TEST_F(ConsoleSignIn, an_address_that_waits_is_refused_before_the_database_is_asked) {
  for (int i = 0; i < 20; ++i) sign_in("name" + std::to_string(i), "wrong");
  EXPECT_EQ(sign_in("Marie", k_password).status, 429);
  // Another server's good sign-in would end the wait in the database; this one still knows of it.
  ASSERT_TRUE(console.api.app.change([](service::WriteBatch& batch) -> domain::Result<std::string> {
    static constexpr database::Statement k_forget{"test", "DELETE FROM sign_in_failure"};
    batch.connection.run(k_forget, {});
    return std::string();
  }));
  const auto refused = sign_in("Marie", k_password);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers.at("Retry-After"), "1");
  EXPECT_TRUE(refused.headers.contains("X-Request-Id"));
  console.api.clock.advance(std::chrono::milliseconds(1'100));
  EXPECT_EQ(sign_in("Marie", k_password).status, 200);
}

TEST_F(ConsoleSignIn, another_server_counts_on_from_what_the_database_has) {
  for (int i = 0; i < 20; ++i) sign_in("name" + std::to_string(i), "wrong");
  api::console::Console other(console.api.app, console.api.collections, {}, {});
  http::Request request;
  request.method = Method::post;
  request.path = "/console/api/session";
  const std::string body = std::string(R"({"name":"Marie","password":")") + k_password + "\"}";
  request.body = body;
  request.peer = "203.0.113.7";
  request.console = "1";
  boost::asio::io_context loop;
  auto reply = boost::asio::co_spawn(loop, other.handle(request), boost::asio::use_future);
  loop.run();
  EXPECT_EQ(reply.get().status, 429);
  other.stop();
}

TEST_F(ConsoleSignIn, who_is_not_signed_in_gets_no_place_to_hash) {
  TestConsole::Manner manner;
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(console
                  .send(Method::put, "/console/api/account/password",
                        R"({"current":"wrong","password":"a longer one"})", manner)
                  .status,
              401);
  }
  EXPECT_EQ(console.api.text("SELECT COUNT(*) FROM sign_in_failure"), "0");
}

TEST_F(ConsoleSignIn, a_name_that_is_not_there_is_locked_like_one_that_is) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(sign_in("Nobody", "wrong").status, 401);
  EXPECT_EQ(sign_in("Nobody", "wrong").status, 429);
}

TEST_F(ConsoleSignIn, an_operator_has_fifty_sessions_and_the_oldest_ends) {
  const auto found = store::find_operator(*console.api.app.database().read(), "Marie");
  std::vector<std::string> cookies;
  for (int i = 0; i < 51; ++i) {
    auto opened = service::open_session(console.api.app, found->id, "a test");
    ASSERT_TRUE(opened);
    cookies.push_back(opened->cookie);
  }
  const auto status = [&](const std::string& cookie) {
    TestConsole::Manner manner;
    manner.cookie = cookie;
    return console.send(Method::get, "/console/api/session", {}, manner).status;
  };
  EXPECT_EQ(status(cookies.at(0)), 401);
  EXPECT_EQ(status(cookies.at(1)), 200);
  EXPECT_EQ(status(cookies.at(50)), 200);
  EXPECT_EQ(console.get("viewer", "/session").status, 200) << "other operators keep theirs";
}

TEST_F(ConsoleSignIn, an_address_that_tries_many_names_waits) {
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(sign_in("name" + std::to_string(i), "wrong").status, 401);
  }
  EXPECT_EQ(sign_in("Marie", k_password).status, 429);
  EXPECT_EQ(sign_in("Marie", k_password, "198.51.100.1").status, 200);
}

TEST_F(ConsoleSignIn, a_trusted_proxy_tells_who_it_was_and_nobody_else_does) {
  struct Case {
    const char* peer;
    const char* forwarded_for;  ///< of the request that waits
    int status;
  };
  const auto through = [&](const std::string& name, const std::string& peer,
                           const std::string& forwarded_for) {
    TestConsole::Manner manner;
    manner.peer = peer;
    manner.forwarded_for = forwarded_for;
    return console
        .send(Method::post, "/console/api/session",
              R"({"name":")" + name + R"(","password":")" + k_password + R"("})", manner)
        .status;
  };
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(through("name" + std::to_string(i), "192.0.2.80", "203.0.113.66"), 401);
  }
  for (const Case& one : {
           Case{"192.0.2.80", "203.0.113.66", 429},
           Case{"127.0.0.1", "203.0.113.66", 429},
           Case{"192.0.2.80", "198.51.100.1, 203.0.113.66", 429},
           Case{"192.0.2.80", "203.0.113.66, 198.51.100.1", 200},
           Case{"192.0.2.81", "203.0.113.66", 200},
           Case{"203.0.113.66", "198.51.100.1", 429},
       }) {
    EXPECT_EQ(through("Marie", one.peer, one.forwarded_for), one.status)
        << one.peer << " for " << one.forwarded_for;
  }
}

TEST_F(ConsoleSignIn, a_session_ends_when_it_is_idle_and_when_it_is_old) {
  const std::string cookie = cookie_of(sign_in("Marie", k_password));
  TestConsole::Manner manner;
  manner.cookie = cookie;
  const auto status = [&] {
    return console.send(Method::get, "/console/api/session", {}, manner).status;
  };
  for (int i = 0; i < 6; ++i) {
    console.api.clock.advance(std::chrono::minutes(110));
    EXPECT_EQ(status(), 200);
  }
  console.api.clock.advance(std::chrono::minutes(110));
  EXPECT_EQ(status(), 401) << "twelve hours are over";

  manner.cookie = cookie_of(sign_in("Marie", k_password));
  console.api.clock.advance(std::chrono::minutes(121));
  EXPECT_EQ(status(), 401) << "two hours idle";
}

TEST_F(ConsoleSignIn, another_password_ends_the_other_sessions) {
  TestConsole::Manner first;
  first.cookie = cookie_of(sign_in("Marie", k_password));
  TestConsole::Manner second;
  second.cookie = cookie_of(sign_in("Marie", k_password));
  const std::string path = "/console/api/account/password";
  EXPECT_EQ(
      console.send(Method::put, path, R"({"current":"wrong","password":"another long one"})", first)
          .status,
      422);
  const std::string body =
      std::string(R"({"current":")") + k_password + R"(","password":"another long one"})";
  EXPECT_EQ(console.send(Method::put, path, body, first).status, 204);
  EXPECT_EQ(console.send(Method::get, "/console/api/session", {}, first).status, 200);
  EXPECT_EQ(console.send(Method::get, "/console/api/session", {}, second).status, 401);
  EXPECT_EQ(sign_in("Marie", "another long one").status, 200);
}

TEST_F(ConsoleSignIn, a_session_is_listed_and_can_be_ended) {
  sign_in("Marie", k_password);
  const auto list = console.get("administrator", "/sessions").json().at("sessions").as_array();
  std::string id;
  for (const auto& session : list) {
    if (session.at("operator").as_string() != "Marie") continue;
    id = std::to_string(session.at("id").as_int64());
    EXPECT_EQ(session.at("agent").as_string(), "Firefox on Android");
  }
  ASSERT_FALSE(id.empty());
  EXPECT_EQ(console.del("toronto", "/sessions/" + id).status, 404);
  EXPECT_EQ(console.del("administrator", "/sessions/" + id).status, 204);
  EXPECT_EQ(console.del("administrator", "/sessions/" + id).status, 404);
}

TEST(ConsoleFirstLink, makes_one_administrator_and_is_then_spent) {
  TestConsole console;
  EXPECT_FALSE(service::make_first_link(console.api.app)) << "there are operators already";
  const auto cleared =
      console.api.app.change([](service::WriteBatch& batch) -> domain::Result<std::string> {
        for (const auto& role : store::list_roles(batch.connection)) {
          store::remove_operator(batch.connection, role.id);
        }
        return std::string();
      });
  ASSERT_TRUE(cleared);
  const auto token = service::make_first_link(console.api.app);
  ASSERT_TRUE(token);

  const auto make = [&](const std::string& with) {
    return console.post(
        "", "/first-administrator",
        R"({"token":")" + with + R"(","name":"Ana","password":"correct horse battery"})");
  };
  EXPECT_EQ(make("wrong").status, 403);
  console.api.clock.advance(std::chrono::hours(25));
  EXPECT_EQ(make(*token).status, 403) << "a day is over";
  const auto fresh = service::make_first_link(console.api.app);
  ASSERT_TRUE(fresh);
  const auto made = make(*fresh);
  EXPECT_EQ(made.status, 200) << made.body;
  EXPECT_TRUE(made.json().at("isAdministratorOfAll").as_bool());
  EXPECT_EQ(make(*fresh).status, 403) << "it is spent";
}

TEST(ConsoleOperators, the_last_administrator_stays) {
  TestConsole console;
  auto& app = console.api.app;
  const std::string before = console.content();
  const auto elsewhere = service::remove_operator(app, "toronto", "OC_TOMA");
  ASSERT_FALSE(elsewhere) << "it has no role there";
  EXPECT_EQ(elsewhere.error().faults.front().detail,
            "operator \"toronto\" has no role in OC_TOMA; see roles with: lotkeeper operator list");
  EXPECT_EQ(console.content(), before);
  EXPECT_EQ(console.get("toronto", "/session").status, 200);
  EXPECT_TRUE(service::remove_operator(app, "administrator", "OC_TOMA"))
      << "the keeper of all is one too";
  EXPECT_FALSE(service::remove_operator(app, "keeper", std::nullopt));
  EXPECT_FALSE(service::add_operator(app, "keeper", k_password, domain::Role::viewer, "OC_TOMA"));
  EXPECT_FALSE(service::add_operator(app, "new", "short", domain::Role::viewer, "OC_TOMA"));
  EXPECT_FALSE(service::add_operator(app, "new", k_password, domain::Role::viewer, std::nullopt));
}

}  // namespace
}  // namespace lotkeeper::tests
