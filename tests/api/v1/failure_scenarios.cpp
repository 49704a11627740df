#include <gtest/gtest.h>

#include "api/v1/scenario.hpp"

// What a correct caller meets when the server cannot: rate limits, a broken store, a server that
// stops. At every endpoint.
namespace lotkeeper::tests {
namespace {

http::DispatchOptions one_a_second() {
  http::DispatchOptions options;
  options.rate_limit = 1;
  return options;
}

const Texts k_too_many{"9102"};
const Texts k_busy{"9103"};
const Texts k_broken{"9104"};
const Texts k_unknown{"9105"};
const Members k_in_a_second{{"Retry-After", "1"}};

/// A permit that an update or a delete can be tried on; for the others a question.
const std::initializer_list<Step> k_permit{{"permits/push"}};
const std::initializer_list<Step> k_question{{"permits/check"}};

void add_for_every_endpoint(std::vector<Scenario>& rows) {
  for (const auto& [endpoint, effect, members] : endpoints_under_test()) {
    const auto add = [&](const char* name, int status, Texts errors) -> Scenario& {
      Scenario row{.name = keep(name + ("_at_" + as_row_name(endpoint)))};
      row.to = endpoint;
      row.before = endpoint == "permits/push" ? k_question : k_permit;
      row.status = status;
      row.errors = errors;
      if (status == 429 || errors.begin() == k_busy.begin()) row.reply_headers = k_in_a_second;
      return rows.emplace_back(row);
    };
    add("one_request_too_many", 429, k_too_many).options = one_a_second;
    add("database_away", 503, k_busy).breakage = Breakage::away;
    add("database_failing", 500, k_broken).breakage = Breakage::failing;
    if (effect == Effect::asks) continue;
    add("server_stopping", 503, k_busy).breakage = Breakage::stopped;
    add("sync_refused", 503, k_unknown).breakage = Breakage::sync_refused;
  }
}

const Scenario k_rows[] = {
    {.name = "a_second_later_there_is_room_again",
     .before = {{"permits/check"},
                {.act = [](TestApi& api) { api.clock.advance(std::chrono::seconds(1)); }}},
     .options = one_a_second,
     .writes = 1},
    {.name = "another_integration_has_room_of_its_own",
     .before = {{"permits/check"}},
     .changes = {{"apiToken", R"("TOKEN:other")"}},
     .options = one_a_second,
     .writes = 1},
    {.name = "a_second_token_does_not_make_room",
     .before = {{"permits/check"}},
     .changes = {{"apiToken", R"("TOKEN:rotated")"}},
     .options = one_a_second,
     .status = 429,
     .errors = {"9102"}},
    {.name = "a_refused_token_is_told_before_the_limit",
     .before = {{"permits/check"}},
     .changes = {{"apiToken", R"("TOKEN:expired")"}},
     .options = one_a_second,
     .status = 403,
     .errors = {"9002 apiToken"}},
    {.name = "a_key_is_not_kept_without_its_record",
     .headers = {{"Idempotency-Key", "k1"}},
     .breakage = Breakage::sync_refused,
     .status = 503,
     .errors = {"9105"}},
    {.name = "a_failing_database_is_told_where_a_key_is_looked_up",
     .headers = {{"Idempotency-Key", "k1"}},
     .breakage = Breakage::failing,
     .status = 500,
     .errors = {"9104"},
     .lacks = {"the database fails"}},
    {.name = "a_database_that_is_away_is_told_where_a_key_is_looked_up",
     .headers = {{"Idempotency-Key", "k1"}},
     .breakage = Breakage::away,
     .status = 503,
     .errors = {"9103"}},
    {.name = "a_database_that_is_away_is_told_where_only_the_store_can_judge",
     .to = "permits/update",
     .before = {{"permits/push"}},
     .changes = {{"amount", R"("1")"}},
     .breakage = Breakage::away,
     .status = 503,
     .errors = {"9103"}},
    {.name = "a_database_that_is_away_is_told_where_permits_are_counted_one_by_one",
     .to = "permits/stats",
     .changes = {{"activeAt", R"("now")"}},
     .breakage = Breakage::away,
     .status = 503,
     .errors = {"9103"}},
    {.name = "a_fault_is_told_though_the_database_is_away",
     .changes = {{"plate", ""}},
     .breakage = Breakage::away,
     .status = 422,
     .errors = {"9006 plate"}},
};

}  // namespace

const RegisteredTable k_failure_table([]() -> Table {
  Table table{"failure", "permits/push", k_rows};
  add_for_every_endpoint(table.rows);
  return table;
});

}  // namespace lotkeeper::tests
