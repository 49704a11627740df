#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <set>

#include "api/v1/reply_rules.hpp"
#include "api/v1/scenario.hpp"
#include "base/text/text.hpp"

namespace lotkeeper::tests {
namespace {

// Filled before main: the tables and endpoints are constants of other files.
std::vector<Table (*)()>& table_makers() {
  static std::vector<Table (*)()> makers;
  return makers;
}
std::vector<Endpoint>& endpoints() {
  static std::vector<Endpoint> all;
  return all;
}

/// The placeholders of the references that came up so far.
class References {
 public:
  void add(std::string reference) { m_references.push_back(std::move(reference)); }
  void set_own(std::string reference) { m_own = std::move(reference); }

  [[nodiscard]] std::string expand(std::string_view text) const {
    std::string expanded;
    while (!text.empty()) {
      if (take(text, "REF:new")) {
        expanded += m_own;
      } else if (take(text, "REF:")) {
        expanded += take_reference(text);
      } else if (take(text, "UPPER:")) {
        expanded += base::ascii_upper(take_reference(text));
      } else if (take(text, "REPEAT<")) {
        const std::size_t comma = text.find(',');
        const std::size_t end = text.find('>', comma);
        const std::string_view repeated = text.substr(comma + 1, end - comma - 1);
        for (int left = std::stoi(std::string(text.substr(0, comma))); left > 0; --left) {
          expanded += repeated;
        }
        text.remove_prefix(end + 1);
      } else {
        expanded += text.front();
        text.remove_prefix(1);
      }
    }
    return expanded;
  }

 private:
  static bool take(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
  }
  [[nodiscard]] const std::string& take_reference(std::string_view& text) const {
    const auto number = static_cast<std::size_t>(text.front() - '0');
    text.remove_prefix(1);
    return m_references.at(number - 1);
  }

  std::vector<std::string> m_references;
  std::string m_own;
};

TestApi::Headers to_headers(Members members, const References& references) {
  TestApi::Headers headers;
  for (const auto& [name, value] : members) {
    headers.emplace_back(name, references.expand(value));
  }
  return headers;
}

bool is_write(std::string_view endpoint) {
  return endpoint == "permits/push" || endpoint == "permits/update" || endpoint == "permits/delete";
}

void set_scene(TestApi& api, const Scenario& row, References& references) {
  for (const Step& step : row.before) {
    if (step.act != nullptr) {
      step.act(api);
      continue;
    }
    const auto send_step = [&] {
      return api.post(step.to, references.expand(changed_body(step.to, step.changes)),
                      to_headers(step.headers, references), step.client);
    };
    auto reply = send_step();
    // On a busy machine a connection to PostgreSQL may take more than a second. Callers try again.
    for (int tries = 1; reply.status == 503 && tries < 3; ++tries) reply = send_step();
    ASSERT_EQ(reply.status, 200) << "the scene could not be set: " << reply.body;
    references.add(reference_of(reply));
  }
}

TestApi::Response send(TestApi& api, const Scenario& row, const References& references) {
  const std::string_view body = row.body;
  std::string sent = references.expand(body.data() == nullptr ? changed_body(row.to, row.changes)
                                                              : std::string(body));
  const std::string path = row.path.empty()
                               ? "/api/" + std::string(row.client) + "/v1/" + std::string(row.to)
                               : std::string(row.path);
  return api.request(row.method, path, api.with_tokens(std::move(sent)),
                     to_headers(row.headers, references));
}

void expect_headers(const Scenario& row, const TestApi::Response& reply,
                    const References& references) {
  for (const auto& [name, value] : row.reply_headers) {
    const auto found = reply.headers.find(std::string(name));
    ASSERT_NE(found, reply.headers.end()) << "no header " << name;
    EXPECT_EQ(found->second, references.expand(value)) << name;
  }
  for (const std::string_view name : row.lacks_headers) {
    EXPECT_FALSE(reply.headers.contains(std::string(name))) << name;
  }
  ASSERT_TRUE(reply.headers.contains("X-Request-Id"));
}

void expect_content(const Scenario& row, const TestApi& api, const TestApi::Response& reply,
                    const References& references) {
  for (const std::string_view text : row.contains) {
    EXPECT_NE(reply.body.find(references.expand(text)), std::string::npos)
        << "lacks " << references.expand(text);
  }
  for (const std::string_view text : row.lacks) {
    EXPECT_EQ(reply.body.find(references.expand(text)), std::string::npos) << "has " << text;
  }
  for (const std::string& token : api.tokens()) {
    EXPECT_EQ(reply.body.find(token), std::string::npos) << "a token is in the reply";
  }
}

}  // namespace

RegisteredTable::RegisteredTable(Table (*make)()) { table_makers().push_back(make); }

const std::vector<Table>& scenario_tables() {
  static const std::vector<Table> tables = [] {
    std::vector<Table> made;
    for (const auto make : table_makers()) made.push_back(make());
    return made;
  }();
  return tables;
}

RegisteredEndpoint::RegisteredEndpoint(std::string_view name, Effect effect, Members members) {
  endpoints().push_back({name, effect, {members.begin(), members.end()}});
}

std::vector<Endpoint> endpoints_under_test() {
  std::vector<Endpoint> all = endpoints();
  std::ranges::sort(all, {}, &Endpoint::name);
  return all;
}

std::string_view keep(std::string text) {
  static std::deque<std::string> kept;
  return kept.emplace_back(std::move(text));
}

std::string as_row_name(std::string_view endpoint) {
  std::string name(endpoint);
  std::ranges::replace(name, '/', '_');
  return name;
}

std::string changed_body(std::string_view endpoint, Members changes) {
  std::vector<std::pair<std::string, std::string>> members{{"apiToken", R"("TOKEN:all")"}};
  for (const Endpoint& registered : endpoints()) {
    if (registered.name != endpoint) continue;
    members.insert(members.end(), registered.members.begin(), registered.members.end());
  }
  for (const auto& [name, value] : changes) {
    const auto same_name = [&](const auto& member) { return member.first == name; };
    const auto found = std::ranges::find_if(members, same_name);
    if (value.empty()) {
      std::erase_if(members, same_name);
    } else if (found != members.end()) {
      found->second = value;
    } else {
      members.emplace_back(name, value);
    }
  }

  std::string body = "{";
  for (const auto& [name, value] : members) {
    if (body.size() > 1) body += ',';
    body += '"' + name + "\":" + value;
  }
  return body + '}';
}

namespace {

void run_scenario(const Scenario& row, TestApi& api) {
  References references;
  ASSERT_NO_FATAL_FAILURE(set_scene(api, row, references));
  api.break_down(row.breakage);
  const std::string content_before = api.content();
  const std::int64_t writes_before = api.writes();

  const TestApi::Response reply = send(api, row, references);
  SCOPED_TRACE(std::to_string(reply.status) + " " + reply.body);
  references.set_own(reference_of(reply));

  EXPECT_EQ(reply.status, row.status);
  EXPECT_EQ(faults_of(reply), std::vector<std::string>(row.errors.begin(), row.errors.end()));
  if (row.errors.size() > 0) {
    expect_error_form(reply);
    EXPECT_EQ(api.content(), content_before) << "a refused request wrote something";
    EXPECT_EQ(row.writes, 0) << "the row contradicts itself";
  } else if (is_write(row.to) && row.method == http::Method::post) {
    expect_receipt_form(reply);
  } else if (row.to == "profiles/push" && row.method == http::Method::post) {
    expect_profile_receipt_form(reply);
  }
  expect_headers(row, reply, references);
  expect_content(row, api, reply, references);
  EXPECT_EQ(api.writes() - writes_before, row.writes);
  if (row.writes == 0) {
    EXPECT_EQ(api.content(), content_before);
  }
  for (const auto& [sql, expected] : row.stored) {
    EXPECT_EQ(api.text(sql), references.expand(expected)) << sql;
  }
  EXPECT_EQ(api.miscounts(), 0) << "the counters do not equal a recount";
}

struct NamedScenario {
  std::string name;
  Scenario scenario;
};

/// What the row claims: "permits/push 422 9030 amount, 9033 zone". --gtest_list_tests shows it
/// behind the name, and tests/conformance.test.mjs reads it there.
void PrintTo(const NamedScenario& row, std::ostream* out) {
  const Scenario& claimed = row.scenario;
  *out << (claimed.to.empty() ? "-" : claimed.to) << ' ' << claimed.status;
  std::string_view before = " ";
  for (const std::string_view error : claimed.errors) {
    *out << before << error;
    before = ", ";
  }
}

std::vector<NamedScenario> all_rows() {
  std::vector<NamedScenario> rows;
  for (const Table& table : scenario_tables()) {
    for (const Scenario& row : table.rows) {
      rows.push_back({std::string(table.name) + "_" + std::string(row.name), row});
    }
  }
  return rows;
}

/// Rows that find a server as it was made, and leave it so, share one: `run_scenario` sees to it
/// that nothing was written. All others have a server of their own.
class Scenarios : public testing::TestWithParam<NamedScenario> {
 protected:
  static void TearDownTestSuite() { s_shared.reset(); }

  static bool can_share(const Scenario& row) {
    return row.before.size() == 0 && row.writes == 0 && row.options == nullptr &&
           row.breakage == Breakage::none;
  }

  static void run(const Scenario& row) {
    if (!can_share(row)) {
      TestApi own(row.options == nullptr ? http::DispatchOptions{} : row.options());
      run_scenario(row, own);
      return;
    }
    if (!s_shared) s_shared = std::make_unique<TestApi>();
    run_scenario(row, *s_shared);
    // The rows that follow are not to suffer from what this one left.
    if (HasFailure()) s_shared.reset();
  }

 private:
  static inline std::unique_ptr<TestApi> s_shared;
};

TEST_P(Scenarios, hold) { run(GetParam().scenario); }

INSTANTIATE_TEST_SUITE_P(Api, Scenarios, testing::ValuesIn(all_rows()),
                         [](const auto& row) { return row.param.name; });

TEST(ScenarioTables, have_names_of_their_own) {
  std::set<std::string> names;
  for (const NamedScenario& row : all_rows()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
  }
}

}  // namespace
}  // namespace lotkeeper::tests
