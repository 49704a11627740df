#include <gtest/gtest.h>

#include <algorithm>

#include "domain/permits/plate.hpp"
#include "store/permits/permit_arrays.hpp"
#include "store/plates/plate_lookup.hpp"
#include "store/samples.hpp"

// One statement on arrays does the same as many single statements, and reads no more rows.
namespace lotkeeper::tests {
namespace {

using store::Permit;
using store::PermitKey;
using store::PlateQuestion;
using store::PlateRecord;

PlateQuestion question_of(std::string_view plate_norm) {
  return {k_client, plate_norm, domain::plate_shape(plate_norm), k_noon, k_noon, {}};
}

void add_vehicle(TestStore& store, store::VehicleId id, std::string_view plate) {
  store::Vehicle vehicle;
  vehicle.client = k_client;
  vehicle.id = id;
  vehicle.plate = vehicle.plate_norm = plate;
  vehicle.plate_type = id;
  vehicle.created = k_noon;
  const store::Vehicle* one = &vehicle;
  ASSERT_TRUE(store::insert_vehicles(store.writer(), std::span(&one, 1)).front());
}

void expect_equal(PlateRecord one, PlateRecord other) {
  ASSERT_EQ(one.zone.has_value(), other.zone.has_value());
  if (one.zone) {
    EXPECT_EQ(one.zone->id, other.zone->id);
    EXPECT_EQ(one.zone->zone, other.zone->zone);
  }
  store::sort_by_end(one.permits);
  store::sort_by_end(other.permits);
  ASSERT_EQ(one.permits.size(), other.permits.size());
  for (std::size_t i = 0; i < one.permits.size(); ++i) {
    const store::ValidPermit& a = one.permits[i];
    const store::ValidPermit& b = other.permits[i];
    EXPECT_EQ(a.id, b.id);
    EXPECT_EQ(a.type, b.type);
    EXPECT_EQ(a.plate, b.plate);
    EXPECT_EQ(a.plate_norm, b.plate_norm);
    EXPECT_EQ(a.permit_no, b.permit_no);
    EXPECT_EQ(a.start, b.start);
    EXPECT_EQ(a.end, b.end);
    EXPECT_EQ(a.sent_zone, b.sent_zone);
    EXPECT_EQ(a.sent_zone_norm, b.sent_zone_norm);
    EXPECT_EQ(a.zone, b.zone);
    EXPECT_EQ(a.zone_title, b.zone_title);
  }
  std::ranges::sort(one.vehicles, {}, &store::NamedVehicle::id);
  std::ranges::sort(other.vehicles, {}, &store::NamedVehicle::id);
  ASSERT_EQ(one.vehicles.size(), other.vehicles.size());
  for (std::size_t i = 0; i < one.vehicles.size(); ++i) {
    EXPECT_EQ(one.vehicles[i].id, other.vehicles[i].id);
    EXPECT_EQ(one.vehicles[i].plate_type, other.vehicles[i].plate_type);
    EXPECT_EQ(one.vehicles[i].province, other.vehicles[i].province);
    EXPECT_EQ(one.vehicles[i].make, other.vehicles[i].make);
    EXPECT_EQ(one.vehicles[i].type, other.vehicles[i].type);
    EXPECT_EQ(one.vehicles[i].colour, other.vehicles[i].colour);
  }
}

TEST(PostgresArrays, tell_of_each_plate_what_a_statement_for_each_tells) {
  TestStore store;
  store::insert_zone(store.writer(), k_client, {3, "Lot 3", {}, {}}, "lot 3", k_noon);
  const store::SentZoneName connected{"Lot 3", "lot 3"};
  store::connect_zone_name(store.writer(), k_client, connected, 3);
  const store::SentZoneName unknown{"Nowhere", "nowhere"};
  const auto names =
      store::intern_zone_names(store.writer(), k_client, std::array{connected, unknown});

  std::vector<Permit> permits{permit_of("A1", names[0].id),
                              permit_of("A1", names[1].id),
                              permit_of("B2"),
                              permit_of("8O"),
                              permit_of("B0"),
                              permit_of("LATER"),
                              permit_of("GONE")};
  permits[1].permit_no = "T-1";
  permits[5].start += std::chrono::hours(2);
  permits[5].end += std::chrono::hours(2);
  insert(store.writer(), permits);
  Permit of_another = permit_of("A1");
  of_another.client = k_other_client;
  insert(store.writer(), {of_another});
  const PermitKey gone = key_of(permits[6]);
  ASSERT_TRUE(store::delete_permits(store.writer(), std::span(&gone, 1), k_noon));
  add_vehicle(store, 1, "A1");
  add_vehicle(store, 2, "A1");
  add_vehicle(store, 3, "NONE");

  std::vector<PlateQuestion> questions;
  for (const char* plate : {"A1", "B2", "A1", "8O", "LATER", "GONE", "NONE", "", "B2"}) {
    questions.push_back(question_of(plate));
  }
  questions[0].zone_name_norm = "lot 3";
  questions[1].zone_name_norm = "nowhere";
  questions[3].zone_name_norm = "never heard of";
  questions[8].client = k_other_client;
  questions[4].last += std::chrono::hours(2);

  const auto each = store::look_up_plates(store.writer(), questions);
  const auto together = store::look_up_plates_on_arrays(store.writer(), questions);
  ASSERT_EQ(together.size(), questions.size());
  for (std::size_t i = 0; i < questions.size(); ++i) {
    SCOPED_TRACE(i);
    expect_equal(together[i], each[i]);
  }
  EXPECT_EQ(together[0].permits.size(), 2U);
  EXPECT_EQ(together[0].zone->zone, 3);
  EXPECT_EQ(together[0].vehicles.size(), 2U);
  EXPECT_FALSE(together[1].zone->zone);
  EXPECT_FALSE(together[3].zone);
  EXPECT_EQ(together[4].permits.size(), 1U);
  EXPECT_TRUE(together[5].permits.empty());
}

TEST(PostgresArrays, find_permits_of_their_own_integration_that_live) {
  TestStore store;
  std::vector<Permit> permits{permit_of("A1", 5), permit_of("B2"), permit_of("C3")};
  permits[0].amount_cents = 1450;
  permits[0].currency = "CAD";
  permits[0].permit_no = "L4-1138";
  permits[0].type = domain::PermitType::validator;
  insert(store.writer(), permits);
  std::vector<PermitKey> keys;
  for (const Permit& permit : permits) keys.push_back(key_of(permit));
  ASSERT_TRUE(store::delete_permits(store.writer(), std::span(keys).subspan(1, 1), k_noon));
  keys[2].integration = k_integration + 1;

  const auto found = store::find_permits_on_arrays(store.writer(), keys);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_FALSE(found[1]);
  EXPECT_FALSE(found[2]);
  ASSERT_TRUE(found[0]);
  EXPECT_EQ(found[0]->id, permits[0].id);
  EXPECT_EQ(found[0]->client, k_client);
  EXPECT_EQ(found[0]->integration, k_integration);
  EXPECT_EQ(found[0]->token, permits[0].token);
  EXPECT_EQ(found[0]->type, domain::PermitType::validator);
  EXPECT_EQ(found[0]->plate, "A1");
  EXPECT_EQ(found[0]->zone_name, 5);
  EXPECT_EQ(found[0]->permit_no, "L4-1138");
  EXPECT_EQ(found[0]->start, permits[0].start);
  EXPECT_EQ(found[0]->end, permits[0].end);
  EXPECT_EQ(found[0]->amount_cents, 1450);
  EXPECT_EQ(found[0]->currency, "CAD");
  EXPECT_EQ(found[0]->version, 1);
}

TEST(PostgresArrays, change_permits_and_keep_what_they_were) {
  TestStore store;
  std::vector<Permit> permits{permit_of("A1", 5), permit_of("B2"), permit_of("C3")};
  permits[0].amount_cents = 100;
  permits[0].currency = "CAD";
  insert(store.writer(), permits);

  std::vector<store::PermitChange> changes;
  for (const Permit& permit : permits) changes.push_back({permit, permit});
  changes[0].replaced.token = 9;
  changes[0].next.plate = "z-9";
  changes[0].next.plate_norm = "Z9";
  changes[0].next.plate_shape = domain::plate_shape("Z9");
  changes[0].next.amount_cents = 250;
  changes[0].next.currency = "USD";
  changes[1].next.end += std::chrono::hours(1);
  changes[2].next.version = 4;  // another was quicker
  const base::Instant later = k_noon + std::chrono::minutes(3);
  EXPECT_EQ(store::update_permits_on_arrays(store.writer(), changes, later),
            (std::vector<bool>{true, true, false}));

  std::vector<PermitKey> keys;
  for (const Permit& permit : permits) keys.push_back(key_of(permit));
  const auto found = store::find_permits(store.writer(), keys);
  EXPECT_EQ(found[0]->plate, "z-9");
  EXPECT_EQ(found[0]->plate_norm, "Z9");
  EXPECT_EQ(found[0]->amount_cents, 250);
  EXPECT_EQ(found[0]->currency, "USD");
  EXPECT_EQ(found[0]->version, 2);
  EXPECT_EQ(found[0]->token, permits[0].token) << "the one that pushed it";
  EXPECT_EQ(found[1]->end, permits[1].end + std::chrono::hours(1));
  EXPECT_FALSE(found[1]->amount_cents);
  EXPECT_EQ(found[2]->version, 1);
  EXPECT_EQ(store.number("SELECT COUNT(*) FROM permit"), 3);
  EXPECT_EQ(store.number("SELECT COUNT(DISTINCT created_at) FROM permit"), 1) << "as pushed";
  EXPECT_EQ(store.text("SELECT plate || ' ' || CAST(amount_cents AS TEXT) || ' ' || currency || "
                       "' ' || replaced_by || ' ' || CAST(token_id AS TEXT) || ' ' || "
                       "CAST(version AS TEXT) FROM permit_history WHERE amount_cents IS NOT NULL"),
            "A1 100 CAD update 9 1");
  EXPECT_EQ(store.number("SELECT COUNT(*) FROM permit_history"), 2);
  EXPECT_EQ(store.number("SELECT MIN(replaced_at) FROM permit_history"), base::to_epoch_ms(later));
}

TEST(PostgresArrays, change_nothing_where_two_permits_would_become_one) {
  TestStore store;
  std::vector<Permit> permits{permit_of("A1"), permit_of("B2"), permit_of("C3")};
  insert(store.writer(), permits);
  std::vector<store::PermitChange> changes{{permits[0], permits[0]}, {permits[1], permits[1]}};
  changes[0].next.end += std::chrono::hours(1);
  changes[1].next.plate = changes[1].next.plate_norm = "C3";
  changes[1].next.plate_shape = permits[2].plate_shape;
  EXPECT_THROW((void)store::update_permits_on_arrays(store.writer(), changes, k_noon),
               database::Conflict);
  EXPECT_EQ(store.number("SELECT COUNT(*) FROM permit_history"), 0);
  EXPECT_EQ(store.number("SELECT MAX(version) FROM permit"), 1);
}

TEST(PostgresPlans, read_the_rows_that_arrays_name_before_there_are_figures_about_the_table) {
  TestStore store;
  // Prepared while the table is empty, as by a server that has just begun.
  const std::vector<PermitKey> nobody(3, {k_client, k_integration, base::Uuid{}});
  for (int i = 0; i < 8; ++i) {
    const database::Transaction rolled_back(store.writer());
    (void)store::find_permits_on_arrays(store.writer(), nobody);
  }
  std::vector<Permit> permits;
  for (int i = 0; i < 2'000; ++i) permits.push_back(permit_of("P" + std::to_string(i)));
  insert(store.writer(), permits);

  std::vector<PermitKey> keys;
  std::vector<store::PermitChange> changes;
  for (int i = 0; i < 10; ++i) {
    keys.push_back(key_of(permits[100 * i]));
    changes.push_back({permits[100 * i], permits[100 * i]});
    changes.back().next.end += std::chrono::hours(1);
  }
  const database::Transaction transaction(store.writer());
  std::int64_t before = rows_read(store.writer(), "permit");
  const auto found = store::find_permits_on_arrays(store.writer(), keys);
  EXPECT_TRUE(std::ranges::all_of(found, [](const auto& each) { return each.has_value(); }));
  EXPECT_LE(rows_read(store.writer(), "permit") - before, 20);

  before = rows_read(store.writer(), "permit");
  const auto written = store::update_permits_on_arrays(store.writer(), changes, k_noon);
  EXPECT_EQ(std::ranges::count(written, true), 10);
  EXPECT_LE(rows_read(store.writer(), "permit") - before, 20);
}

TEST(PostgresPlans, read_the_rows_that_checks_name_before_there_are_figures_about_the_tables) {
  TestStore store;
  std::vector<PlateQuestion> questions;
  std::vector<std::string> plates;
  for (int i = 0; i < 10; ++i) plates.push_back("P" + std::to_string(100 * i));
  for (const std::string& plate : plates) questions.push_back(question_of(plate));
  for (PlateQuestion& question : questions) question.zone_name_norm = "lot 50";
  for (int i = 0; i < 8; ++i) (void)store::look_up_plates_on_arrays(store.writer(), questions);

  std::vector<Permit> permits;
  std::vector<store::SentZoneName> names;
  std::vector<std::string> lots;
  for (int i = 0; i < 1'000; ++i) {
    permits.push_back(permit_of("P" + std::to_string(i)));
    lots.push_back("lot " + std::to_string(i));
  }
  insert(store.writer(), permits);
  for (const std::string& lot : lots) names.push_back({lot, lot});
  (void)store::intern_zone_names(store.writer(), k_client, names);
  for (int i = 0; i < 1'000; ++i) add_vehicle(store, i + 1, permits[i].plate_norm);

  const auto read = [&](std::string_view table) { return rows_read_so_far(store.writer(), table); };
  const std::int64_t permits_before = read("permit");
  const std::int64_t vehicles_before = read("vehicle");
  const std::int64_t names_before = read("zone_name");
  const auto records = store::look_up_plates_on_arrays(store.writer(), questions);
  for (const PlateRecord& record : records) {
    EXPECT_EQ(record.permits.size(), 1U);
    EXPECT_EQ(record.vehicles.size(), 1U);
    EXPECT_TRUE(record.zone);
  }
  EXPECT_GE(read("permit") - permits_before, 10) << "the figures are up to date";
  EXPECT_LE(read("permit") - permits_before, 20);
  EXPECT_LE(read("vehicle") - vehicles_before, 20);
  EXPECT_LE(read("zone_name") - names_before, 40);
}

TEST(SqliteArrays, are_refused) {
  TestStore store;
  const std::vector<PermitKey> keys(2, {k_client, k_integration, base::Uuid{}});
  EXPECT_THROW((void)store::find_permits_on_arrays(store.writer(), keys), database::NotSupported);
  const std::vector<PlateQuestion> questions{question_of("A1"), question_of("B2")};
  EXPECT_THROW((void)store::look_up_plates_on_arrays(*store.database->read(), questions),
               database::NotSupported);
}

}  // namespace
}  // namespace lotkeeper::tests
