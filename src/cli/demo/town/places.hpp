#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "domain/clients/role.hpp"

/// The parts of the town: who works there, where people park, who sells permits.
namespace lotkeeper::cli::demo {

inline constexpr const char* k_town_client = "TOWN";
inline constexpr const char* k_town_name = "Maple Landing";
inline constexpr const char* k_town_time_zone = "America/Toronto";

/// How a zone is used: when people come, how long they stay, what it costs.
enum class Use : std::uint8_t { street, lot, commuter, hospital, evening, visitors };

struct TownZone {
  const char* name;
  std::int64_t capacity;
  Use use;
  int weight;  ///< share of the visitors, relative to other zones
  int cents_an_hour;
  int permit_holders;  ///< as a percentage of the capacity
};

inline constexpr std::array k_zones{
    TownZone{"Arena", 70, Use::evening, 50, 150, 0},
    TownZone{"Church Street Garage", 180, Use::lot, 150, 200, 35},
    TownZone{"City Hall", 30, Use::lot, 45, 250, 20},
    TownZone{"General Hospital", 110, Use::hospital, 150, 300, 25},
    TownZone{"King Street", 24, Use::street, 110, 250, 25},
    TownZone{"Main Street", 32, Use::street, 140, 250, 25},
    TownZone{"Market Square", 60, Use::lot, 110, 200, 15},
    TownZone{"Public Library", 22, Use::lot, 45, 150, 10},
    TownZone{"Riverside", 55, Use::visitors, 55, 200, 15},
    TownZone{"Rue Sainte-Anne", 18, Use::street, 80, 250, 30},
    TownZone{"Train Station", 150, Use::commuter, 90, 100, 45},
    TownZone{"Vieux-Port", 40, Use::visitors, 60, 300, 20},
};

/// Another name that vendors send for a zone.
struct TownAlias {
  const char* name;
  std::size_t zone;
};
inline constexpr std::array k_aliases{TownAlias{"Main St", 5}, TownAlias{"Gare", 10}};

/// Names that match no zone because someone at the vendor typed them.
inline constexpr std::array k_unknown_zones{"Main Str. West", "Stationnement 5", "Kings St",
                                            "Lot C (temporary)"};

enum Vendor : std::size_t { k_stations, k_app, k_validators, k_agency };

struct TownVendor {
  const char* name;
  const char* allowed;
  const char* permit_type;
};
inline constexpr std::array k_vendors{
    TownVendor{"Pay stations", "permits.push,permits.update,permits.delete", "temp"},
    TownVendor{"Parking app", "permits.push,permits.update,permits.delete", "temp"},
    TownVendor{"Hospital validators", "permits.push", "validator"},
    TownVendor{"Collections agency", "violations.send_overdue_to_collections,violations.batches",
               "temp"},
};

enum Operator : std::size_t {
  k_administrator,
  k_first_officer,
  k_second_officer,
  k_clerk,
  k_viewer
};

struct TownOperator {
  const char* name;
  domain::Role role;
};
/// The first is the demo's own.
inline constexpr std::array k_operators{
    TownOperator{"demo", domain::Role::administrator},
    TownOperator{"amelie", domain::Role::officer},
    TownOperator{"daniel", domain::Role::officer},
    TownOperator{"priya", domain::Role::office},
    TownOperator{"council", domain::Role::viewer},
};

struct TownViolationType {
  std::int64_t id;
  const char* name;
  const char* bylaw;
  std::int64_t category;
  std::int64_t cents;
  std::int64_t discount_cents;  ///< when paid within a week; 0: none
  int weight;
  bool is_about_permits;  ///< an officer checks the plate first
};
inline constexpr std::array k_violation_types{
    TownViolationType{1, "No valid permit", "TS-12 (1)", 1, 4'000, 1'000, 34, true},
    TownViolationType{2, "Permit expired", "TS-12 (2)", 1, 3'000, 1'000, 24, true},
    TownViolationType{3, "Over the time limit", "TS-14", 1, 2'500, 500, 14, true},
    TownViolationType{4, "Loading zone", "TS-21", 1, 6'000, 1'500, 9, false},
    TownViolationType{5, "Blocking a driveway", "TS-23", 1, 7'500, 2'000, 6, false},
    TownViolationType{6, "Too close to a hydrant", "TS-27", 2, 10'000, 0, 5, false},
    TownViolationType{7, "Fire route", "TS-31", 2, 15'000, 0, 4, false},
    TownViolationType{8, "Accessible space without permit", "TS-33", 2, 30'000, 0, 4, false},
};
inline constexpr std::array k_categories{"Parking", "Safety"};

struct TownUserType {
  std::int64_t id;
  const char* name;
  const char* info;
};
inline constexpr std::array k_user_types{
    TownUserType{1, "Resident", "Public"},
    TownUserType{2, "Business", "Business"},
    TownUserType{3, "Hospital staff", "Staff"},
    TownUserType{4, "Commuter", "Public"},
};

}  // namespace lotkeeper::cli::demo
