#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "cli/demo/town/places.hpp"
#include "cli/demo/town/town_parts.hpp"

namespace lotkeeper::cli::demo {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

/// When people come to a zone, and how long they stay.
struct Rhythm {
  std::array<int, 24> arrivals;  ///< by the hour
  struct {
    int saturday, sunday;
  } of_weekday;  ///< in percent
  struct {
    int shortest, longest;
  } stay;  ///< in minutes
};

// In the order of Use.
constexpr std::array k_rhythms{
    Rhythm{{0, 0, 0, 0, 0, 0, 1, 3, 7, 9, 11, 12, 13, 12, 11, 11, 12, 12, 12, 10, 8, 5, 2, 1},
           {95, 45},
           {30, 120}},
    Rhythm{{0, 0, 0, 0, 0, 1, 3, 8, 14, 12, 9, 8, 8, 8, 7, 6, 5, 5, 6, 5, 4, 2, 1, 0},
           {80, 50},
           {60, 420}},
    Rhythm{{0, 0, 0, 0, 1, 6, 18, 26, 18, 7, 4, 3, 3, 3, 3, 2, 2, 2, 1, 1, 1, 0, 0, 0},
           {15, 8},
           {420, 660}},
    Rhythm{{1, 1, 1, 1, 1, 2, 4, 8, 11, 12, 11, 10, 9, 11, 11, 9, 8, 8, 8, 6, 3, 2, 1, 1},
           {75, 70},
           {45, 240}},
    Rhythm{{0, 0, 0, 0, 0, 0, 2, 3, 4, 5, 5, 5, 4, 4, 4, 6, 9, 15, 20, 16, 9, 3, 1, 0},
           {150, 130},
           {90, 240}},
    Rhythm{{0, 0, 0, 0, 0, 0, 1, 2, 4, 7, 10, 12, 13, 13, 12, 11, 10, 10, 12, 11, 9, 6, 3, 1},
           {170, 160},
           {60, 300}},
};

/// A vendor's permits for a zone in one hour.
struct Slot {
  TownHour hour;
  std::size_t zone = 0;
  std::size_t vendor = 0;
};

/// Slots, drawn in proportion to their weights.
class Slots {
 public:
  void add(const Slot& slot, std::int64_t weight) {
    if (weight <= 0) return;
    m_total += weight;
    m_slots.push_back(slot);
    m_upto.push_back(m_total);
  }
  [[nodiscard]] std::int64_t total() const { return m_total; }
  [[nodiscard]] const Slot& pick(Dice& dice) const {
    const auto found = std::ranges::upper_bound(m_upto, dice.below(m_total));
    return m_slots[static_cast<std::size_t>(found - m_upto.begin())];
  }

 private:
  std::vector<Slot> m_slots;
  std::vector<std::int64_t> m_upto;
  std::int64_t m_total = 0;
};

struct Traffic {
  Slots accepted;
  Slots refused;  ///< through a fault of the parking app
};

/// Each vendor's share of a zone's traffic, in percent.
std::array<int, 3> shares_of(const TownZone& zone, bool validators_feed) {
  switch (zone.use) {
    case Use::hospital:
      return validators_feed ? std::array{25, 15, 60} : std::array{70, 30, 0};
    case Use::commuter:
      return {30, 70, 0};
    case Use::evening:
    case Use::visitors:
      return {65, 35, 0};
    default:
      return {55, 45, 0};
  }
}

Traffic traffic_of(const Calendar& calendar, Dice& dice) {
  constexpr int k_refused_share = 92;  // a few phones still have the old app
  Traffic traffic;
  int day_factor = 100;
  for (const TownHour& hour : calendar.all_hours()) {
    if (hour.hour == 0) day_factor = static_cast<int>(dice.between(88, 112));
    const Instant end = std::min(hour.begin + std::chrono::hours(1), calendar.now());
    const std::int64_t part = std::chrono::floor<minutes>(end - hour.begin).count();
    for (std::size_t i = 0; i < k_zones.size(); ++i) {
      const TownZone& zone = k_zones[i];
      const Rhythm& rhythm = k_rhythms[static_cast<std::size_t>(zone.use)];
      const int factor = hour.weekday == 6   ? rhythm.of_weekday.sunday
                         : hour.weekday == 5 ? rhythm.of_weekday.saturday
                                             : 96 + 2 * hour.weekday;
      const std::int64_t arrivals = rhythm.arrivals[static_cast<std::size_t>(hour.hour)];
      const std::int64_t weight = zone.weight * arrivals * factor * day_factor * part / 60;
      const auto shares = shares_of(zone, hour.begin < calendar.validators_stop());
      for (std::size_t vendor = 0; vendor < shares.size(); ++vendor) {
        const std::int64_t whole = weight * shares[vendor];
        const bool fails = vendor == k_app && end > calendar.app_fails();
        const std::int64_t refused = fails ? whole * k_refused_share / 100 : 0;
        traffic.accepted.add({hour, i, vendor}, whole - refused);
        traffic.refused.add({hour, i, vendor}, refused);
      }
    }
  }
  return traffic;
}

/// A time within the hour, but not after now.
Instant moment_in(const TownHour& hour, const Calendar& calendar, Dice& dice) {
  const Instant end = std::min(hour.begin + std::chrono::hours(1), calendar.now() - seconds(20));
  const Instant begin = std::max(hour.begin, calendar.begin());
  const std::int64_t room = std::max<std::int64_t>(1, (end - begin).count());
  return begin + std::chrono::milliseconds(dice.below(room));
}

/// In the form of each vendor's machines.
std::string sent_plate(const Car& car, std::size_t vendor) {
  if (vendor == k_app) return car.plate;
  std::string plate;
  std::ranges::copy_if(car.plate, std::back_inserter(plate),
                       [](char sign) { return sign != ' ' && sign != '-'; });
  return plate;
}

std::string sent_zone(std::size_t zone, std::size_t vendor, Dice& dice) {
  if (dice.below(1'000) < 6 && vendor != k_validators) return dice.pick(k_unknown_zones);
  for (const TownAlias& alias : k_aliases) {
    if (alias.zone == zone && vendor == k_app && dice.chance(40)) return alias.name;
  }
  return k_zones[zone].name;
}

void add_ticket(Town& town, Dice& dice, const Calendar& calendar, const Slot& slot) {
  const TownZone& zone = k_zones[slot.zone];
  const Rhythm& rhythm = k_rhythms[static_cast<std::size_t>(zone.use)];
  TownPermit permit;
  permit.made = moment_in(slot.hour, calendar, dice);
  permit.vendor = slot.vendor;
  permit.car = static_cast<std::size_t>(dice.below(std::ssize(town.cars)));
  permit.plate = sent_plate(town.cars[permit.car], slot.vendor);
  permit.zone = sent_zone(slot.zone, slot.vendor, dice);
  permit.start = std::chrono::ceil<seconds>(permit.made);
  constexpr int k_step = 15;
  const std::int64_t stay =
      dice.between(rhythm.stay.shortest / k_step, rhythm.stay.longest / k_step) * k_step;
  permit.end = permit.start + minutes(stay);
  if (slot.vendor == k_validators) {
    permit.type = domain::PermitType::validator;
  } else {
    constexpr std::int64_t k_day_rate = 1'400;
    permit.cents = std::min(k_day_rate, (zone.cents_an_hour * stay / 60 + 24) / 25 * 25);
  }
  town.permits.push_back(std::move(permit));
}

/// Monthly permits of residents, staff and commuters.
void add_holders(Town& town, Dice& dice, const Calendar& calendar, const TownSize& size) {
  std::size_t car = 0;
  for (const TownZone& zone : k_zones) {
    const std::int64_t holders = zone.capacity * zone.permit_holders * size.permits / 2'000'000;
    for (std::int64_t i = 0; i < holders; ++i) {
      TownPermit permit;
      // Most are bought in the first days of a month.
      const int days_ago =
          static_cast<int>(dice.chance(65) ? dice.between(24, 29) : dice.between(3, 23));
      permit.made = std::max(calendar.day(days_ago) + minutes(dice.between(7 * 60, 21 * 60)),
                             calendar.begin()) +
                    std::chrono::milliseconds(dice.below(60'000));
      permit.vendor = k_app;
      permit.type = domain::PermitType::standard;
      permit.car = car++ % town.cars.size();
      permit.plate = town.cars[permit.car].plate;
      permit.zone = zone.name;
      permit.start = std::chrono::ceil<seconds>(permit.made);
      permit.end = permit.start + std::chrono::days(31);
      permit.cents = zone.cents_an_hour * 30;
      town.permits.push_back(std::move(permit));
    }
  }
}

/// Drivers buy more time; vendors take permits back.
void add_changes(Town& town, Dice& dice, const Calendar& calendar) {
  for (std::size_t i = 0; i < town.permits.size(); ++i) {
    const TownPermit& permit = town.permits[i];
    if (permit.type != domain::PermitType::temp) continue;
    const bool is_extended = permit.vendor == k_app && dice.chance(6);
    const bool is_refunded = !is_extended && dice.below(1'000) < 4;
    if (!is_extended && !is_refunded) continue;
    const Instant at = is_extended ? permit.end - minutes(dice.between(2, 20))
                                   : permit.made + seconds(dice.between(40, 400));
    if (at >= calendar.now() || (is_extended && at >= calendar.app_fails())) continue;
    town.deeds.push_back({at, is_extended ? Act::extend : Act::refund, permit.vendor, i, 100, {}});
  }
}

void add_refusals(Town& town, Dice& dice, const Calendar& calendar, const Slots& failing,
                  std::int64_t count) {
  constexpr int k_plate_missing = 9006;
  constexpr int k_record_exists = 9022;
  constexpr int k_end_invalid = 9005;
  for (std::int64_t i = 0; i < count; ++i) {
    const Slot& slot = failing.pick(dice);
    const Instant at = std::max(moment_in(slot.hour, calendar, dice), calendar.app_fails());
    town.refusals.push_back({at, slot.vendor, k_plate_missing});
  }
  // Now and then a machine sends a permit twice, or has a wrong clock.
  for (const TownPermit& permit : town.permits) {
    if (dice.below(1'000) >= 5) continue;
    const Instant again = permit.made + seconds(dice.between(1, 30));
    if (again >= calendar.now()) continue;
    town.refusals.push_back(
        {again, permit.vendor, dice.chance(80) ? k_record_exists : k_end_invalid});
  }
  std::ranges::sort(town.refusals, {}, &TownRefusal::at);
}

}  // namespace

void add_permits(Town& town, Dice& dice, const Calendar& calendar, const TownSize& size) {
  const Traffic traffic = traffic_of(calendar, dice);
  add_holders(town, dice, calendar, size);
  const std::int64_t tickets = size.permits - std::ssize(town.permits);
  for (std::int64_t i = 0; i < tickets; ++i) {
    add_ticket(town, dice, calendar, traffic.accepted.pick(dice));
  }
  std::ranges::sort(town.permits, {}, &TownPermit::made);
  std::int64_t number = 48'210;
  for (TownPermit& permit : town.permits) {
    permit.id = make_reference(permit.made, dice);
    // Each pay station has its own numbers. The app's permits have none.
    if (permit.vendor == k_stations) {
      permit.number = fmt::format("PS{:02}-{:06}", dice.between(1, 24), ++number);
    } else if (permit.vendor == k_validators) {
      permit.number = fmt::format("HV-{:06}", ++number);
    }
  }
  add_changes(town, dice, calendar);
  const std::int64_t accepted = std::max<std::int64_t>(1, traffic.accepted.total());
  const auto refused = static_cast<std::int64_t>(static_cast<double>(tickets) *
                                                 static_cast<double>(traffic.refused.total()) /
                                                 static_cast<double>(accepted));
  add_refusals(town, dice, calendar, traffic.refused, refused);
}

}  // namespace lotkeeper::cli::demo
