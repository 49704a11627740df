#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "domain/permits/permit.hpp"
#include "domain/time.hpp"
#include "store/clients/list.hpp"

/// The demo's town: thirty days of a parking office that does not exist, up to a given moment. All
/// names are invented; they combine common first and last names.
namespace lotkeeper::cli::demo {

using base::Instant;

struct Person {
  std::string unique_id;
  std::string first_name, last_name;
  std::string email, street, postal_code, phone;
  std::int64_t user_type = 0;
};

struct Car {
  std::string plate;  ///< as a person writes it: CBKT 482
  store::ItemId province = 0;
  store::ItemId make = 0, type = 0, colour = 0;
  std::int64_t year = 0;
  std::optional<std::size_t> driver;  ///< of Town::people
};

/// A permit as a vendor pushed it.
struct TownPermit {
  Instant made;
  base::Uuid id;
  std::size_t vendor = 0;  ///< of k_vendors
  domain::PermitType type = domain::PermitType::temp;
  std::size_t car = 0;  ///< of Town::cars
  std::string plate;
  std::string zone;  ///< as sent
  std::string number;
  Instant start, end;
  std::optional<std::int64_t> cents;
};

/// A vendor's request that the server refused.
struct TownRefusal {
  Instant at;
  std::size_t vendor = 0;
  int code = 0;
};

/// An officer's check of a plate.
struct TownCheck {
  std::string plate;
  std::size_t zone = 0;  ///< of k_zones
};

struct TownViolation {
  std::size_t car = 0;
  std::vector<store::ItemId> types;
  std::size_t zone = 0;
  std::optional<std::size_t> check;  ///< of Town::checks
  std::optional<std::string> comment;
  bool is_warning = false;
};

enum class Act : std::uint8_t {
  check,
  issue,
  pay,
  reverse,
  appeal,
  uphold,
  reduce,
  dismiss,  ///< the appeal is granted: the fine is cancelled
  adjust,
  spoil,
  cancel,
  extend,  ///< a driver buys more time
  refund,  ///< the vendor takes a permit back
  move,    ///< a person has another address
  hand_out,
};

/// One action of a person or a vendor.
struct Deed {
  Instant at;
  Act act = Act::check;
  std::size_t who = 0;       ///< of k_operators, or of k_vendors if a vendor does it
  std::size_t subject = 0;   ///< the check, violation, permit or person
  std::int64_t share = 100;  ///< of what is owed, in percent
  std::string text;          ///< the method of a payment, a new address, else the reason
};

struct Town {
  std::vector<Person> people;
  std::vector<Car> cars;
  std::vector<TownPermit> permits;  ///< in the order of time, as the next two
  std::vector<TownRefusal> refusals;
  std::vector<Deed> deeds;
  std::vector<TownCheck> checks;
  std::vector<TownViolation> violations;
};

struct TownSize {
  std::int64_t permits = 20'000;
  std::int64_t violations = 600;
  std::int64_t people = 420;
};

inline constexpr std::uint64_t k_town_seed = 2026;
inline constexpr std::chrono::days k_town_days{30};

/// Makes a town. The same seed, time and size give the same town.
[[nodiscard]] Town make_town(std::uint64_t seed, Instant now, const domain::TimeZone& zone,
                             const TownSize& size = {});

}  // namespace lotkeeper::cli::demo
