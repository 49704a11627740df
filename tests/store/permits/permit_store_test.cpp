#include <gtest/gtest.h>

#include "store/clients/zone.hpp"
#include "store/permits/permit_count.hpp"
#include "store/permits/permit_order.hpp"
#include "store/permits/permit_search.hpp"
#include "store/samples.hpp"

namespace lotkeeper::tests {
namespace {

using store::Permit;
using store::PermitKey;

std::optional<Permit> found(database::Connection& connection, const PermitKey& key) {
  return store::find_permits(connection, std::span(&key, 1)).front();
}

bool update(database::Connection& connection, const Permit& permit) {
  const Permit* next = &permit;
  return store::update_permits(connection, std::span(&next, 1)).front();
}

std::optional<base::Uuid> standing(database::Connection& connection, const Permit& permit) {
  const Permit* wanted = &permit;
  return store::find_standing(connection, std::span(&wanted, 1)).front();
}

std::vector<base::Uuid> ids_valid(database::Connection& connection, std::string_view shape,
                                  base::Instant first, base::Instant last) {
  std::vector<base::Uuid> ids;
  for (const auto& permit : store::find_valid(connection, k_client, shape, first, last)) {
    ids.push_back(permit.id);
  }
  return ids;
}

TEST(PermitStore, gives_back_what_was_stored) {
  TestStore store;
  Permit permit = permit_of("pl8-rdr", 5);
  permit.type = domain::PermitType::validator;
  permit.permit_no = "L4-1138";
  permit.amount_cents = 1450;
  permit.currency = "CAD";
  EXPECT_EQ(insert(store.writer(), {permit}), std::vector<bool>{true});

  const auto stored = found(store.writer(), key_of(permit));
  ASSERT_TRUE(stored.has_value());
  EXPECT_EQ(stored->id, permit.id);
  EXPECT_EQ(stored->type, domain::PermitType::validator);
  EXPECT_EQ(stored->plate, "pl8-rdr");
  EXPECT_EQ(stored->plate_norm, "PL8RDR");
  EXPECT_EQ(stored->plate_shape, permit.plate_shape);
  EXPECT_EQ(stored->zone_name, 5);
  EXPECT_EQ(stored->permit_no, "L4-1138");
  EXPECT_EQ(stored->start, permit.start);
  EXPECT_EQ(stored->end, permit.end);
  EXPECT_EQ(stored->amount_cents, 1450);
  EXPECT_EQ(stored->currency, "CAD");
  EXPECT_EQ(stored->version, 1);
  EXPECT_EQ(stored->token, 1);
}

TEST(PermitStore, tells_no_amount_from_an_amount) {
  TestStore store;
  const Permit permit = permit_of("A 1");
  insert(store.writer(), {permit});
  EXPECT_EQ(found(store.writer(), key_of(permit))->amount_cents, std::nullopt);
  EXPECT_EQ(found(store.writer(), key_of(permit))->currency, std::nullopt);
}

TEST(PermitStore, finds_permits_of_the_key_alone) {
  TestStore store;
  const Permit permit = permit_of("A 1");
  insert(store.writer(), {permit});

  EXPECT_FALSE(found(store.writer(), {k_other_client, k_integration, permit.id}));
  EXPECT_FALSE(found(store.writer(), {k_client, k_integration + 1, permit.id}));
  EXPECT_FALSE(found(store.writer(), {k_client, k_integration, base::make_uuid_v7(k_noon)}));
  const std::vector<PermitKey> keys{{k_client, k_integration, {}}, key_of(permit), key_of(permit)};
  const auto several = store::find_permits(store.writer(), keys);
  EXPECT_FALSE(several[0]);
  EXPECT_TRUE(several[1] && several[2]);
}

TEST(PermitStore, stores_no_permit_that_is_identical_to_a_live_one) {
  TestStore store;
  const Permit first = permit_of("A 1", 5);
  Permit again = permit_of("a-1", 5);
  again.amount_cents = 100;
  again.type = domain::PermitType::standard;
  EXPECT_EQ(insert(store.writer(), {first, again, permit_of("B 2")}),
            (std::vector<bool>{true, false, true}));
  EXPECT_EQ(standing(store.writer(), again), first.id);
  EXPECT_EQ(store.number("SELECT COUNT(*) FROM permit"), 2);
}

TEST(PermitStore, tells_permits_apart_by_all_that_makes_them) {
  TestStore store;
  const Permit first = permit_of("A 1", 5);
  std::vector<Permit> others(7, permit_of("A 1", 5));
  for (Permit& other : others) other.id = base::make_uuid_v7(k_noon);
  others[0].client = k_other_client;
  others[1].integration += 1;
  others[2].zone_name = 6;
  others[3].permit_no = "1";
  others[4].start += std::chrono::seconds(1);
  others[5].end += std::chrono::seconds(1);
  others[6] = permit_of("A I", 5);  // looks alike
  insert(store.writer(), {first});
  EXPECT_EQ(insert(store.writer(), others), std::vector<bool>(others.size(), true));
  for (const Permit& other : others) EXPECT_EQ(standing(store.writer(), other), other.id);
}

TEST(PermitStore, stores_a_permit_again_that_was_deleted) {
  TestStore store;
  const Permit first = permit_of("A 1");
  insert(store.writer(), {first});
  const PermitKey key = key_of(first);
  EXPECT_TRUE(store::delete_permits(store.writer(), std::span(&key, 1), k_noon));

  EXPECT_FALSE(found(store.writer(), key));
  EXPECT_FALSE(standing(store.writer(), first));
  EXPECT_EQ(insert(store.writer(), {permit_of("A 1")}), std::vector<bool>{true});
  EXPECT_EQ(store.number("SELECT COUNT(*) FROM permit"), 2);
}

TEST(PermitStore, does_not_store_one_reference_twice) {
  TestStore store;
  Permit first = permit_of("A 1");
  insert(store.writer(), {first});
  first.plate_norm = first.plate_shape = "B2";
  EXPECT_EQ(insert(store.writer(), {first}), std::vector<bool>{false});
}

TEST(PermitStore, updates_what_an_update_may_and_counts_the_version) {
  TestStore store;
  Permit permit = permit_of("A 1", 5);
  insert(store.writer(), {permit});
  const Permit next = [&] {
    Permit changed = permit_of("B 2", 6);
    changed.id = permit.id;
    changed.end += std::chrono::hours(1);
    changed.amount_cents = 250;
    changed.currency = "USD";
    return changed;
  }();
  EXPECT_TRUE(update(store.writer(), next));

  const auto stored = found(store.writer(), key_of(permit));
  EXPECT_EQ(stored->plate_norm, "B2");
  EXPECT_EQ(stored->end, next.end);
  EXPECT_EQ(stored->amount_cents, 250);
  EXPECT_EQ(stored->currency, "USD");
  EXPECT_EQ(stored->zone_name, 5) << "a zone stays";
  EXPECT_EQ(stored->version, 2);
}

TEST(PermitStore, updates_nothing_that_has_changed_meanwhile) {
  TestStore store;
  Permit permit = permit_of("A 1");
  insert(store.writer(), {permit});
  permit.amount_cents = 100;
  EXPECT_TRUE(update(store.writer(), permit));
  permit.amount_cents = 200;
  EXPECT_FALSE(update(store.writer(), permit)) << "its version is 2 by now";
  EXPECT_EQ(store.number("SELECT amount_cents FROM permit"), 100);
}

TEST(PermitStore, updates_nothing_into_a_twin_of_another) {
  TestStore store;
  const Permit taken = permit_of("TAKEN");
  Permit permit = permit_of("A 1");
  insert(store.writer(), {taken, permit});
  permit.plate_norm = taken.plate_norm;
  permit.plate_shape = taken.plate_shape;
  EXPECT_FALSE(update(store.writer(), permit));
  EXPECT_EQ(standing(store.writer(), permit), taken.id);

  const PermitKey key = key_of(taken);
  EXPECT_TRUE(store::delete_permits(store.writer(), std::span(&key, 1), k_noon));
  EXPECT_TRUE(update(store.writer(), permit));
}

TEST(PermitStore, of_two_updates_to_one_plate_writes_the_first) {
  TestStore store;
  Permit first = permit_of("A 1");
  Permit second = permit_of("B 2");
  insert(store.writer(), {first, second});
  for (Permit* permit : {&first, &second}) permit->plate_norm = permit->plate_shape = "GOAL";
  const std::vector<const Permit*> both{&first, &second};
  EXPECT_EQ(store::update_permits(store.writer(), both), (std::vector<bool>{true, false}));
}

TEST(PermitStore, keeps_a_deleted_permit_for_audit) {
  TestStore store;
  const Permit permit = permit_of("A 1");
  insert(store.writer(), {permit});
  const PermitKey key = key_of(permit);
  const base::Instant later = k_noon + std::chrono::minutes(5);
  EXPECT_TRUE(store::delete_permits(store.writer(), std::span(&key, 1), later));
  EXPECT_FALSE(
      store::delete_permits(store.writer(), std::span(&key, 1), later + std::chrono::minutes(5)));
  const Permit* replaced = &permit;
  store::insert_history(store.writer(), std::span(&replaced, 1), "delete", later);

  EXPECT_EQ(store.number("SELECT deleted_at FROM permit"), base::to_epoch_ms(later));
  EXPECT_EQ(store.number("SELECT version FROM permit"), 2);
  EXPECT_EQ(store.text("SELECT version || plate || replaced_by FROM permit_history"), "1A 1delete");
}

TEST(PermitStore, finds_what_is_valid_between_two_moments) {
  TestStore store;
  const Permit permit = permit_of("A 1");  // one hour from noon
  insert(store.writer(), {permit});
  const auto at = [&](std::chrono::seconds first, std::chrono::seconds last) {
    return ids_valid(store.writer(), permit.plate_shape, k_noon + first, k_noon + last).size();
  };
  using std::chrono::seconds;
  EXPECT_EQ(at(seconds(0), seconds(0)), 1U);
  EXPECT_EQ(at(seconds(-1), seconds(-1)), 0U);
  EXPECT_EQ(at(seconds(3'599), seconds(3'599)), 1U);
  EXPECT_EQ(at(seconds(3'600), seconds(3'600)), 0U);
  EXPECT_EQ(at(seconds(-10), seconds(10)), 1U);
  EXPECT_TRUE(ids_valid(store.writer(), "OTHER", k_noon, k_noon).empty());
}

TEST(PermitStore, finds_plates_that_look_alike_with_their_zones) {
  TestStore store;
  const store::SentZoneName name{"Lot 4", "lot 4"};
  const auto interned =
      store::intern_zone_names(store.writer(), k_client, std::span(&name, 1)).front();
  const Permit zoned = permit_of("AO", interned.id);
  const Permit bare = permit_of("A0");
  insert(store.writer(), {zoned, bare});
  ASSERT_EQ(zoned.plate_shape, bare.plate_shape);

  const auto valid = store::find_valid(store.writer(), k_client, bare.plate_shape, k_noon, k_noon);
  ASSERT_EQ(valid.size(), 2U);
  EXPECT_EQ(valid[0].id, zoned.id);
  EXPECT_EQ(valid[0].sent_zone, "Lot 4");
  EXPECT_EQ(valid[0].zone, std::nullopt) << "no zone is called so";
  EXPECT_EQ(valid[1].sent_zone, std::nullopt);
}

TEST(PermitStore, adds_to_counters_and_reads_them) {
  TestStore store;
  using domain::PermitType;
  const std::vector<store::CountChange> first{{k_client, 0, PermitType::temp, 3},
                                              {k_client, 5, PermitType::temp, 1},
                                              {k_other_client, 0, PermitType::temp, 9}};
  store::change_counts(store.writer(), first, 0);
  const std::vector<store::CountChange> second{{k_client, 0, PermitType::temp, -1},
                                               {k_client, 0, PermitType::standard, 4}};
  store::change_counts(store.writer(), second, 0);
  store::change_counts(store.writer(), second, 1);

  std::int64_t temp = 0;
  std::int64_t all = 0;
  static constexpr database::Statement k_counts{
      "test.counts",
      "SELECT zone_name_id, permit_type, total FROM permit_count WHERE client_id = $1"};
  store.writer().run(k_counts, {k_client}, [&](const database::Row& row) {
    all += row.integer(2);
    const auto type = static_cast<PermitType>(row.integer(1));
    if (row.integer(0) == 0 && type == PermitType::temp) temp += row.integer(2);
  });
  EXPECT_EQ(temp, 1) << "of both servers' rows";
  EXPECT_EQ(all, 10);
  EXPECT_EQ(store::count_permits_of_name(store.writer(), k_client, 0), 9);
}

TEST(PermitStore, counts_one_by_one_what_is_valid_at_one_of_two_moments) {
  TestStore store;
  Permit both = permit_of("A 1");
  both.end = k_noon + std::chrono::hours(3);
  Permit second = permit_of("B 2");
  second.start = k_noon + std::chrono::hours(2);
  second.end = k_noon + std::chrono::hours(3);
  Permit between = permit_of("C 3");
  between.start = k_noon + std::chrono::minutes(30);
  Permit deleted = permit_of("D 4");
  insert(store.writer(), {both, second, between, deleted});
  const PermitKey key = key_of(deleted);
  EXPECT_TRUE(store::delete_permits(store.writer(), std::span(&key, 1), k_noon));

  const auto counts =
      store::count_permits_at(store.writer(), k_client, k_noon, k_noon + std::chrono::hours(2));
  ASSERT_EQ(counts.size(), 1U);
  EXPECT_EQ(counts.front().total, 2);
  EXPECT_TRUE(store::count_permits_at(store.writer(), k_other_client, k_noon, k_noon).empty());
}

TEST(PermitStore, notes_undated_permits_from_before_they_were_noted) {
  TestStore store;
  std::vector<store::Permit> permits;
  for (int i = 0; i < 12'000; ++i) permits.push_back(permit_of("P" + std::to_string(i)));
  // The first and the last of the key, and some between.
  for (const std::size_t i : {0U, 4'999U, 5'000U, 11'999U}) {
    permits[i].id.bytes[0] = static_cast<std::uint8_t>(i);
    permits[i].id.bytes[6] = 0x4a;
  }
  permits[7].client = k_other_client;
  permits[7].id = *base::Uuid::parse("ffffffff-ffff-4fff-bfff-ffffffffffff");
  insert(store.writer(), std::move(permits));
  store::fill_undated(store.writer());
  EXPECT_EQ(store.number("SELECT COUNT(*) FROM undated_permit"), 5);
  EXPECT_EQ(store.number("SELECT COUNT(*) FROM undated_permit WHERE client_id = 8"), 1);
  store::fill_undated(store.writer());
  EXPECT_EQ(store.number("SELECT COUNT(*) FROM undated_permit"), 5);
}

// All of an integration's live permits were read for each that was wanted, until PostgreSQL had
// looked at the table for the first time.
TEST(PostgresPlans, find_permits_by_their_key_before_there_are_figures_about_the_table) {
  TestStore store;
  std::vector<Permit> permits;
  for (int i = 0; i < 2'000; ++i) permits.push_back(permit_of("P" + std::to_string(i)));
  insert(store.writer(), permits);
  const PermitKey key = key_of(permits[1'000]);

  const database::Transaction transaction(store.writer());
  const std::int64_t before = rows_read(store.writer(), "permit");
  EXPECT_TRUE(found(store.writer(), key));
  EXPECT_LE(rows_read(store.writer(), "permit") - before, 2);
  EXPECT_TRUE(store::delete_permits(store.writer(), std::span(&key, 1), k_noon));
  EXPECT_LE(rows_read(store.writer(), "permit") - before, 5);
}

}  // namespace
}  // namespace lotkeeper::tests
