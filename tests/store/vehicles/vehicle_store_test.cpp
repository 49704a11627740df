#include "store/vehicles/vehicle.hpp"

#include <gtest/gtest.h>

#include "domain/permits/plate.hpp"
#include "store/samples.hpp"

namespace lotkeeper::tests {
namespace {

using store::ItemId;
using store::ListKind;
using store::Vehicle;
using store::VehicleId;

Vehicle vehicle_of(std::string_view plate, ItemId plate_type = 4, ItemId province = 9) {
  Vehicle vehicle;
  vehicle.client = k_client;
  vehicle.plate = plate;
  vehicle.plate_norm = domain::normalise_plate(plate);
  vehicle.plate_type = plate_type;
  vehicle.province = province;
  vehicle.created = k_noon;
  vehicle.modified = k_noon;
  return vehicle;
}

/// Gives each an id and stores it.
std::vector<bool> insert(TestStore& store, std::vector<Vehicle> vehicles) {
  std::vector<const Vehicle*> pointers;
  for (Vehicle& vehicle : vehicles) {
    if (vehicle.id == 0) vehicle.id = store::take_vehicle_ids(store.writer(), vehicle.client, 1);
    pointers.push_back(&vehicle);
  }
  return store::insert_vehicles(store.writer(), pointers);
}

std::optional<VehicleId> same_as(TestStore& store, const Vehicle& vehicle) {
  const Vehicle* one = &vehicle;
  return store::find_same_vehicles(store.writer(), std::span(&one, 1)).front();
}

std::vector<store::NamedVehicle> on_plate(TestStore& store, std::string_view plate_norm,
                                          store::ClientId client = k_client) {
  return store::find_vehicles_by_plate(store.writer(), client, plate_norm);
}

TEST(VehicleStore, gives_back_every_column) {
  TestStore store;
  Vehicle vehicle = vehicle_of("pl8-rdr");
  vehicle.id = 158;
  vehicle.make = 13;
  vehicle.type = 5;
  vehicle.colour = 14;
  vehicle.year = 2006;
  vehicle.vin = "8GKS1AKC7FR518845";
  vehicle.active = false;
  vehicle.violations = 3;
  vehicle.unpaid = 2;
  vehicle.warnings = 1;
  vehicle.other = R"({"vehicleAlert":1})";
  vehicle.created = k_noon - std::chrono::hours(3);
  vehicle.updated = k_noon - std::chrono::hours(2);
  vehicle.modified = k_noon - std::chrono::hours(1);
  EXPECT_EQ(insert(store, {vehicle}), std::vector<bool>{true});

  const auto found = store::find_vehicles(store.writer(), k_client, std::vector<VehicleId>{158, 7});
  ASSERT_TRUE(found[0].has_value());
  EXPECT_FALSE(found[1].has_value());
  EXPECT_EQ(found[0]->client, k_client);
  EXPECT_EQ(found[0]->id, 158);
  EXPECT_EQ(found[0]->plate, "pl8-rdr");
  EXPECT_EQ(found[0]->plate_norm, "PL8RDR");
  EXPECT_EQ(found[0]->plate_type, 4);
  EXPECT_EQ(found[0]->province, 9);
  EXPECT_EQ(found[0]->make, 13);
  EXPECT_EQ(found[0]->type, 5);
  EXPECT_EQ(found[0]->colour, 14);
  EXPECT_EQ(found[0]->year, 2006);
  EXPECT_EQ(found[0]->vin, "8GKS1AKC7FR518845");
  EXPECT_FALSE(found[0]->active);
  EXPECT_EQ(found[0]->violations, 3);
  EXPECT_EQ(found[0]->unpaid, 2);
  EXPECT_EQ(found[0]->warnings, 1);
  EXPECT_EQ(found[0]->other, R"({"vehicleAlert":1})");
  EXPECT_EQ(found[0]->created, k_noon - std::chrono::hours(3));
  EXPECT_EQ(found[0]->updated, k_noon - std::chrono::hours(2));
  EXPECT_EQ(found[0]->modified, k_noon - std::chrono::hours(1));
}

TEST(VehicleStore, gives_back_what_is_absent_as_absent) {
  TestStore store;
  insert(store, {vehicle_of("A")});
  const auto found = store::find_vehicles(store.writer(), k_client, std::vector<VehicleId>{1});
  ASSERT_TRUE(found[0].has_value());
  EXPECT_EQ(found[0]->make, std::nullopt);
  EXPECT_EQ(found[0]->type, std::nullopt);
  EXPECT_EQ(found[0]->colour, std::nullopt);
  EXPECT_EQ(found[0]->year, std::nullopt);
  EXPECT_EQ(found[0]->vin, std::nullopt);
  EXPECT_EQ(found[0]->other, std::nullopt);
  EXPECT_EQ(found[0]->updated, std::nullopt);
  EXPECT_TRUE(found[0]->active);
}

TEST(VehicleStore, keeps_one_of_the_same_plate_province_and_plate_type) {
  TestStore store;
  EXPECT_EQ(insert(store, {vehicle_of("A 1"), vehicle_of("a1"), vehicle_of("A1", 3),
                           vehicle_of("A1", 4, 35), vehicle_of("A2")}),
            (std::vector<bool>{true, false, true, true, true}));
  EXPECT_EQ(store.text("SELECT plate FROM vehicle WHERE vehicle_id = 1"), "A 1");
}

TEST(VehicleStore, keeps_one_of_an_id) {
  TestStore store;
  Vehicle first = vehicle_of("A");
  first.id = 5;
  Vehicle second = vehicle_of("B");
  second.id = 5;
  EXPECT_EQ(insert(store, {first, second}), (std::vector<bool>{true, false}));
}

TEST(VehicleStore, finds_the_one_that_is_the_same) {
  TestStore store;
  insert(store, {vehicle_of("A 1"), vehicle_of("B")});
  EXPECT_EQ(same_as(store, vehicle_of("a-1")), 1);
  EXPECT_EQ(same_as(store, vehicle_of("A1", 3)), std::nullopt);
  EXPECT_EQ(same_as(store, vehicle_of("A1", 4, 8)), std::nullopt);
  Vehicle others = vehicle_of("A1");
  others.client = k_other_client;
  EXPECT_EQ(same_as(store, others), std::nullopt);
}

TEST(VehicleStore, counts_within_each_client) {
  TestStore store;
  EXPECT_EQ(store::take_vehicle_ids(store.writer(), k_client, 3), 1);
  EXPECT_EQ(store::take_vehicle_ids(store.writer(), k_client, 1), 4);
  EXPECT_EQ(store::take_vehicle_ids(store.writer(), k_other_client, 1), 1);
}

TEST(VehicleStore, shows_the_vehicles_of_a_plate_with_their_names_by_id) {
  TestStore store;
  store::fill_reference_lists(store.writer(), k_client, k_noon);
  Vehicle second = vehicle_of("pl8 rdr", 3, 35);
  second.id = 2;
  Vehicle first = vehicle_of("PL8RDR");
  first.id = 7;
  first.make = 13;
  first.type = 5;
  first.colour = 14;
  insert(store, {first, second, vehicle_of("PLBRDR")});

  const auto found = on_plate(store, "PL8RDR");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].id, 2);
  EXPECT_EQ(found[0].plate_type, "Motorcycle");
  EXPECT_EQ(found[0].province, "MA");
  EXPECT_EQ(found[0].make, std::nullopt);
  EXPECT_EQ(found[0].type, std::nullopt);
  EXPECT_EQ(found[0].colour, std::nullopt);
  EXPECT_EQ(found[1].id, 7);
  EXPECT_EQ(found[1].plate_type, "Passenger");
  EXPECT_EQ(found[1].province, "ON");
  EXPECT_EQ(found[1].make, "Chevrolet");
  EXPECT_EQ(found[1].type, "Compact");
  EXPECT_EQ(found[1].colour, "Red");
  EXPECT_TRUE(on_plate(store, "PL8RDR", k_other_client).empty());
  EXPECT_TRUE(on_plate(store, "PL8RD").empty());
}

TEST(VehicleStore, shows_a_vehicle_whose_lists_lack_what_it_points_to) {
  TestStore store;
  insert(store, {vehicle_of("A")});
  const auto found = on_plate(store, "A");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].plate_type, std::nullopt);
  EXPECT_EQ(found[0].province, std::nullopt);
}

/// The shortest of some measurements: how long so many questions about plates take.
std::chrono::steady_clock::duration time_of_questions(TestStore& store, store::ClientId client) {
  auto shortest = std::chrono::steady_clock::duration::max();
  for (int round = 0; round < 5; ++round) {
    const auto began = std::chrono::steady_clock::now();
    for (int i = 0; i < 50; ++i) static_cast<void>(on_plate(store, "NONE", client));
    shortest = std::min(shortest, std::chrono::steady_clock::now() - began);
  }
  return shortest;
}

TEST(VehicleStore, finds_a_plate_as_quickly_among_many) {
  TestStore store;
  std::vector<Vehicle> vehicles;
  for (int i = 0; i < 5'000; ++i) vehicles.push_back(vehicle_of("A" + std::to_string(i)));
  insert(store, vehicles);
  // The other client has none. To read all of 5,000 takes hundreds of times as long.
  EXPECT_LT(time_of_questions(store, k_client), 10 * time_of_questions(store, k_other_client));
}

}  // namespace
}  // namespace lotkeeper::tests
