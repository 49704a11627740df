#include <gtest/gtest.h>

#include "api/v1/scenario.hpp"
#include "service/clients/tenancy.hpp"
#include "service/clients/zones.hpp"

// permits/stats: what is counted, and where.
namespace lotkeeper::tests {
namespace {

const Step k_in_lot_4{"permits/push", {{"zone", R"("Lot 4")"}}};

void add_harbour(TestApi& api) {
  ASSERT_TRUE(service::add_zone(api.app, "OC_TOMA", "HARBOUR front", std::nullopt));
}
void alias_harbour(TestApi& api) {
  ASSERT_TRUE(service::alias_zone(api.app, "OC_TOMA", "harbour  FRONT", "Lot 01"));
}

const Scenario k_rows[] = {
    {.name = "nothing_stored_is_an_empty_list", .contains = {R"({"data":[]})"}},
    {.name = "the_reply_is_the_documents",
     .before = {{"permits/push", {{"zone", R"("zone1")"}, {"permitType", R"("standard")"}}},
                {"permits/push", {{"zone", R"("zone1")"}, {"plate", R"("B 2")"}}},
                {"permits/push", {{"zone", R"("zone1")"}, {"plate", R"("C 3")"}}}},
     .contains = {R"({"data":[{"type":"standard","zone":"zone1","total":"1"},)"
                  R"({"type":"temp","zone":"zone1","total":"2"}]})"}},
    {.name = "rows_are_ordered_by_zone_then_type",
     .before = {{"permits/push", {{"zone", R"("zone1")"}, {"type", R"("validator")"}}},
                {"permits/push", {{"zone", R"("Lot 4")"}, {"type", R"("validator")"}}},
                {"permits/push", {{"zone", R"("Lot 02")"}, {"type", R"("temp")"}}},
                {"permits/push",
                 {{"zone", R"("Lot 4")"}, {"plate", R"("B")"}, {"type", R"("standard")"}}},
                {"permits/push",
                 {{"zone", R"("Lot 4")"}, {"plate", R"("C")"}, {"type", R"("temp")"}}}},
     .contains = {R"({"data":[{"type":"temp","zone":"Lot 02","total":"1"},)"
                  R"({"type":"standard","zone":"Lot 4","total":"1"},)"
                  R"({"type":"temp","zone":"Lot 4","total":"1"},)"
                  R"({"type":"validator","zone":"Lot 4","total":"1"},)"
                  R"({"type":"validator","zone":"zone1","total":"1"}]})"}},
    {.name = "zones_are_ordered_by_code_point",
     .before = {{.act =
                     [](TestApi& api) {
                       for (const char* zone : {"émile", "a", "Z", "🚗", "ﬀ"}) {
                         ASSERT_TRUE(service::add_zone(api.app, "OC_TOMA", zone, std::nullopt));
                       }
                     }},
                {"permits/push", {{"zone", R"("🚗")"}}},
                {"permits/push", {{"zone", R"("a")"}}},
                {"permits/push", {{"zone", R"("ﬀ")"}}},
                {"permits/push", {{"zone", R"("émile")"}}},
                {"permits/push", {{"zone", R"("Z")"}}}},
     .contains = {R"("zone":"Z","total":"1"},{"type":"temp","zone":"a","total":"1"},)"
                  R"({"type":"temp","zone":"émile","total":"1"},)"
                  R"({"type":"temp","zone":"ﬀ","total":"1"},)"
                  R"({"type":"temp","zone":"🚗","total":"1"}])"}},
    {.name = "the_whole_client_is_counted",
     .before = {k_in_lot_4,
                {"permits/push", {{"apiToken", R"("TOKEN:other")"}, {"zone", R"("LOT 4")"}}}},
     .changes = {{"apiToken", R"("TOKEN:stats-only")"}},
     .contains = {R"({"data":[{"type":"standard","zone":"Lot 4","total":"1"},)"
                  R"({"type":"temp","zone":"Lot 4","total":"1"}]})"}},
    {.name = "another_client_is_not_counted",
     .before = {k_in_lot_4},
     .changes = {{"apiToken", R"("TOKEN:toronto")"}},
     .client = "TORONTO",
     .contains = {R"({"data":[]})"}},
    {.name = "permits_that_bear_an_alias_count_under_the_zones_name",
     .before = {k_in_lot_4, {"permits/push", {{"zone", R"("four")"}, {"plate", R"("B")"}}}},
     .contains = {R"({"data":[{"type":"temp","zone":"Lot 4","total":"2"}]})"}},
    {.name = "permits_that_have_ended_count",
     .before = {{"permits/push",
                 {{"zone", R"("Lot 4")"},
                  {"startTime", R"("2018-07-02T09:00:00")"},
                  {"endTime", R"("2018-07-02T09:30:00")"}}}},
     .contains = {R"("zone":"Lot 4","total":"1")"}},

    {.name = "permits_without_a_zone_are_told_apart",
     .before = {{"permits/push"},
                {"permits/push", {{"plate", R"("B")"}, {"type", R"("standard")"}}}},
     .contains = {R"({"data":[],"withoutZone":"2"})"}},
    {.name = "disconnected_permits_are_told_apart_by_their_names_as_first_sent",
     .before = {{"permits/push", {{"zone", R"("nowhere")"}}},
                {"permits/push", {{"zone", R"("Harbour  Front")"}}},
                {"permits/push", {{"zone", R"("harbour FRONT")"}, {"plate", R"("B")"}}},
                {"permits/push",
                 {{"zone", R"("NOWHERE")"}, {"plate", R"("C")"}, {"type", R"("standard")"}}},
                {"permits/push"}},
     .contains = {R"({"data":[],"disconnected":[{"zone":"Harbour  Front","total":"2"},)"
                  R"({"zone":"nowhere","total":"2"}],"withoutZone":"1"})"}},
    {.name = "a_disconnected_name_without_live_permits_is_left_out",
     .before = {{"permits/push", {{"zone", R"("nowhere")"}}}, {"permits/delete"}},
     .contains = {R"({"data":[]})"},
     .lacks = {"disconnected"}},
    {.name = "the_last_permit_without_a_zone_takes_the_count_along",
     .before = {{"permits/push"}, {"permits/delete"}},
     .contains = {R"({"data":[]})"},
     .lacks = {"withoutZone"}},
    {.name = "disconnected_and_without_zone_are_told_only_where_no_zones_are_listed",
     .before = {k_in_lot_4, {"permits/push", {{"zone", R"("nowhere")"}}}, {"permits/push"}},
     .changes = {{"zones", R"("Lot 4")"}},
     .contains = {R"({"data":[{"type":"temp","zone":"Lot 4","total":"1"}]})"}},
    {.name = "a_disconnected_name_that_is_listed_matches_nothing",
     .before = {{"permits/push", {{"zone", R"("nowhere")"}}}},
     .changes = {{"zones", R"("nowhere")"}},
     .contains = {R"({"data":[],"warnings":["No zone is called \"nowhere\"."]})"}},

    {.name = "disconnected_permits_connect_when_the_zone_is_added",
     .before = {{"permits/push", {{"zone", R"("Harbour  Front")"}}}, {.act = add_harbour}},
     .contains = {R"({"data":[{"type":"temp","zone":"HARBOUR front","total":"1"}]})"}},
    {.name = "disconnected_permits_connect_when_an_alias_is_added",
     .before = {{"permits/push", {{"zone", R"("Harbour Front")"}}},
                {"permits/push", {{"zone", R"("Lot 01")"}}},
                {.act = alias_harbour}},
     .contains = {R"({"data":[{"type":"temp","zone":"Lot 01","total":"2"}]})"}},
    {.name = "permits_that_connected_are_counted_among_the_active",
     .before = {{"permits/push", {{"zone", R"("Harbour Front")"}}}, {.act = alias_harbour}},
     .changes = {{"activeAt", R"("now")"}},
     .contains = {R"({"data":[{"type":"temp","zone":"Lot 01","total":"1"}]})"}},
    {.name = "a_push_after_the_zone_was_added_is_not_warned_of",
     .to = "permits/push",
     .before = {{"permits/push", {{"zone", R"("Harbour Front")"}}}, {.act = add_harbour}},
     .changes = {{"zone", R"("Harbour Front")"}, {"plate", R"("B")"}},
     .lacks = {"warnings"},
     .writes = 1},
    {.name = "a_renamed_zone_counts_under_its_new_name",
     .before = {k_in_lot_4,
                {.act =
                     [](TestApi& api) {
                       ASSERT_TRUE(service::rename_zone(api.app, "OC_TOMA", "Lot 4", "North Lot"));
                     }},
                {"permits/push", {{"zone", R"("Lot 4")"}, {"plate", R"("B")"}}},
                {"permits/push", {{"zone", R"("north lot")"}, {"plate", R"("C")"}}}},
     .changes = {{"zones", R"("Lot 4")"}},
     .contains = {R"({"data":[{"type":"temp","zone":"North Lot","total":"3"}]})"}},

    {.name = "active_permits_are_counted_at_the_moment",
     .before = {{"permits/push", {{"zone", R"("Lot 4")"}, {"endTime", R"("2026-03-02T12:00:01")"}}},
                {"permits/push", {{"zone", R"("Lot 4")"}, {"endTime", R"("2026-03-02T12:00:00")"}}},
                {"permits/push",
                 {{"zone", R"("Lot 4")"}, {"startTime", R"("2026-03-02T12:00:00")"}}},
                {"permits/push",
                 {{"zone", R"("Lot 4")"}, {"startTime", R"("2026-03-02T12:00:01")"}}}},
     .changes = {{"activeAt", R"("now")"}},
     .contains = {R"({"data":[{"type":"temp","zone":"Lot 4","total":"2"}]})"}},
    {.name = "active_permits_are_counted_where_no_zone_holds_them",
     .before = {{"permits/push"},
                {"permits/push", {{"zone", R"("nowhere")"}}},
                {"permits/push", {{"zone", R"("gone")"}, {"endTime", R"("2026-03-02T10:00:00")"}}}},
     .changes = {{"activeAt", R"("2026-03-02T12:00:00")"}},
     .contains =
         {R"({"data":[],"disconnected":[{"zone":"nowhere","total":"1"}],"withoutZone":"1"})"}},
    {.name = "active_permits_of_listed_zones_are_counted",
     .before = {k_in_lot_4, {"permits/push", {{"zone", R"("Lot 01")"}}}, {"permits/push"}},
     .changes = {{"activeAt", R"("2026-03-02T12:00:00Z")"}, {"zones", R"("lot 01")"}},
     .contains = {R"({"data":[{"type":"temp","zone":"Lot 01","total":"1"}]})"}},
    {.name = "active_permits_of_another_client_are_not_counted",
     .before = {k_in_lot_4},
     .changes = {{"apiToken", R"("TOKEN:toronto")"}, {"activeAt", R"("now")"}},
     .client = "TORONTO",
     .contains = {R"({"data":[]})"}},
    {.name = "now_is_when_the_request_is_made",
     .before = {k_in_lot_4,
                {.act = [](TestApi& api) { api.clock.advance(std::chrono::hours(5)); }}},
     .changes = {{"activeAt", R"("now")"}},
     .contains = {R"({"data":[]})"}},
    {.name = "a_key_is_no_matter_to_a_question",
     .before = {k_in_lot_4},
     .headers = {{"Idempotency-Key", "REPEAT<256,k>"}},
     .contains = {R"("total":"1")"},
     .lacks_headers = {"Idempotent-Replay"}},
};

}  // namespace

const RegisteredEndpoint k_stats_endpoint("permits/stats", Effect::asks, {});
const RegisteredTable k_stats_table([]() -> Table { return {"stats", "permits/stats", k_rows}; });

}  // namespace lotkeeper::tests
