#include <algorithm>
#include <array>
#include <functional>

#include "cli/demo/town/places.hpp"
#include "cli/demo/town/town_parts.hpp"
#include "cli/demo/town/words.hpp"

namespace lotkeeper::cli::demo {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// The outcomes of violations, in percent.
enum Story : std::size_t {
  k_warning,
  k_spoiled_story,
  k_cancelled_story,
  k_appealed,
  k_paid_early,
  k_paid_late,
  k_paid_in_part,
  k_adjusted_story,
  k_unpaid,
};
constexpr std::array k_stories{6, 2, 3, 12, 40, 9, 3, 2, 23};

class Enforcement {
 public:
  Enforcement(Town& town, Dice& dice, const Calendar& calendar)
      : m_town(town), m_dice(dice), m_calendar(calendar), m_of_car(town.cars.size()) {
    for (std::size_t i = 0; i < town.permits.size(); ++i) {
      const TownPermit& permit = town.permits[i];
      m_of_car[permit.car].push_back(i);
      // Only pay stations: permits of the app are sometimes extended.
      if (permit.vendor == k_stations) m_by_end.push_back(i);
    }
    std::ranges::sort(m_by_end, {}, [&](std::size_t i) { return town.permits[i].end; });
  }

  void write_violations(std::int64_t count) {
    std::vector<Instant> moments;
    while (std::ssize(moments) < count) {
      if (const auto moment = moment_of_patrol()) moments.push_back(*moment);
    }
    std::ranges::sort(moments);
    for (const Instant moment : moments) write(moment);
  }

  /// Plates that have paid, which most have.
  void check_paid(std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) {
      const auto place = static_cast<std::size_t>(m_dice.below(std::ssize(m_town.permits)));
      const TownPermit& permit = m_town.permits[place];
      const auto stay = (permit.end - permit.start) / 3;
      const Instant at = permit.start + stay * m_dice.between(1, 2);
      const auto zone = zone_named(permit.zone);
      if (at >= m_calendar.now() || !zone || !is_on_patrol(at)) continue;
      ask(at, m_town.cars[permit.car].plate, *zone);
    }
  }

  /// On two days, overdue violations were sent to the agency.
  void hand_out() {
    constexpr hours k_at_six{6};
    for (const int days_ago : {11, 4}) {
      m_town.deeds.push_back(
          {m_calendar.day(days_ago) + k_at_six, Act::hand_out, k_agency, 0, 100, {}});
    }
  }

  /// People who have moved.
  void move_people(std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) {
      const auto person = static_cast<std::size_t>(m_dice.below(std::ssize(m_town.people)));
      const Instant at =
          m_calendar.office_hour(m_calendar.day(static_cast<int>(m_dice.between(4, 29))), m_dice);
      if (at < m_calendar.now()) {
        m_town.deeds.push_back({at, Act::move, k_clerk, person, 100, make_street(m_dice)});
      }
    }
  }

 private:
  static constexpr std::array k_patrols{0, 0,  0,  0,  0,  0, 0, 2, 9, 12, 13, 12,
                                        9, 12, 13, 12, 10, 7, 5, 4, 2, 0,  0,  0};

  [[nodiscard]] bool is_on_patrol(Instant moment) const {
    return k_patrols[static_cast<std::size_t>(m_calendar.hour_at(moment).hour)] > 0;
  }

  std::optional<Instant> moment_of_patrol() {
    constexpr std::array k_weekdays{16, 17, 17, 17, 18, 11, 3};
    const Instant day = m_calendar.day(static_cast<int>(m_dice.between(0, 30)));
    const Instant moment = day + hours(m_dice.weighted(k_patrols)) + seconds(m_dice.below(3'600));
    const int weekday = m_calendar.hour_at(moment).weekday;
    const bool is_wanted = m_dice.below(18) < k_weekdays[static_cast<std::size_t>(weekday)];
    if (!is_wanted || moment < m_calendar.begin() + hours(2)) return std::nullopt;
    if (moment > m_calendar.now() - minutes(5)) return std::nullopt;
    return moment;
  }

  std::size_t officer_of(Instant moment) {
    // One officer works mornings, the other afternoons.
    constexpr int k_noon = 13;
    const bool is_morning = m_calendar.hour_at(moment).hour < k_noon;
    return is_morning != m_dice.chance(15) ? k_first_officer : k_second_officer;
  }

  std::size_t ask(Instant at, const std::string& plate, std::size_t zone,
                  std::optional<std::size_t> officer = {}) {
    m_town.checks.push_back({plate, zone});
    const std::size_t check = m_town.checks.size() - 1;
    m_town.deeds.push_back({at, Act::check, officer ? *officer : officer_of(at), check, 100, {}});
    return check;
  }

  /// A zone where someone parks without paying.
  std::size_t zone_of_patrol() {
    std::array<int, k_zones.size()> weights{};
    std::ranges::transform(k_zones, weights.begin(), &TownZone::weight);
    return m_dice.weighted(weights);
  }

  /// A repeat offender, or someone new.
  std::size_t car_of_offender() {
    constexpr int k_again = 22;
    if (!m_town.violations.empty() && m_dice.chance(k_again)) {
      return m_dice.pick(m_town.violations).car;
    }
    constexpr int k_on_record = 30;
    if (m_dice.chance(k_on_record)) {
      return static_cast<std::size_t>(m_dice.below(std::ssize(m_town.people)));
    }
    m_town.cars.push_back(make_car(m_dice));
    return m_town.cars.size() - 1;
  }

  static std::optional<std::size_t> zone_named(std::string_view name) {
    const auto zone = std::ranges::find(k_zones, name, &TownZone::name);
    if (zone == k_zones.end()) return std::nullopt;
    return static_cast<std::size_t>(zone - k_zones.begin());
  }

  [[nodiscard]] bool has_paid(std::size_t car, std::size_t zone, Instant moment) const {
    if (car >= m_of_car.size()) return false;
    return std::ranges::any_of(m_of_car[car], [&](std::size_t i) {
      const TownPermit& permit = m_town.permits[i];
      const auto valid_in = zone_named(permit.zone);
      const bool is_here = !valid_in || *valid_in == zone;
      return is_here && permit.start <= moment && moment < permit.end + hours(2);
    });
  }

  struct Offence {
    std::size_t car = 0, zone = 0;
  };

  /// Someone whose permit ended shortly before.
  std::optional<Offence> find_expired(Instant moment) {
    const Instant ended = moment - minutes(m_dice.between(15, 75));
    const auto found = std::ranges::lower_bound(
        m_by_end, ended, {}, [&](std::size_t i) { return m_town.permits[i].end; });
    if (found == m_by_end.end()) return std::nullopt;
    const TownPermit& permit = m_town.permits[*found];
    const auto zone = zone_named(permit.zone);
    if (!zone || permit.end > moment - minutes(10)) return std::nullopt;
    const bool has_another = std::ranges::any_of(m_of_car[permit.car], [&](std::size_t i) {
      const TownPermit& other = m_town.permits[i];
      return i != *found && other.start <= moment && moment < other.end + hours(2);
    });
    if (has_another) return std::nullopt;
    return Offence{permit.car, *zone};
  }

  Offence find_offence(const TownViolationType& type, Instant moment) {
    constexpr std::int64_t k_expired = 2;
    if (type.id == k_expired) {
      if (const auto offence = find_expired(moment)) return *offence;
    }
    for (;;) {
      const Offence offence{car_of_offender(), zone_of_patrol()};
      if (!type.is_about_permits || !has_paid(offence.car, offence.zone, moment)) return offence;
    }
  }

  void write(Instant moment) {
    std::array<int, k_violation_types.size()> weights{};
    std::ranges::transform(k_violation_types, weights.begin(), &TownViolationType::weight);
    const TownViolationType& type = k_violation_types[m_dice.weighted(weights)];
    TownViolation violation;
    const Offence offence = find_offence(type, moment);
    violation.car = offence.car;
    violation.types = {type.id};
    violation.zone = offence.zone;
    const std::size_t officer = officer_of(moment);
    if (type.is_about_permits) {
      violation.check = ask(moment - seconds(m_dice.between(45, 150)),
                            m_town.cars[violation.car].plate, violation.zone, officer);
    }
    if (m_dice.chance(22)) violation.comment = m_dice.pick(k_comments);
    const auto story = static_cast<Story>(m_dice.weighted(k_stories));
    violation.is_warning = story == k_warning;
    const std::size_t id = m_town.violations.size();
    m_town.violations.push_back(std::move(violation));
    m_town.deeds.push_back({moment, Act::issue, officer, id, 100, {}});
    tell(story, moment, id);
  }

  /// Adds an action of the office, unless its time is still to come.
  bool happens(Instant& at, Act act, std::size_t id, std::string text, std::int64_t share = 100) {
    at = m_calendar.office_hour(at, m_dice);
    if (at >= m_calendar.now()) return false;
    m_town.deeds.push_back({at, act, k_clerk, id, share, std::move(text)});
    return true;
  }

  void tell(Story story, Instant issued, std::size_t id) {
    Instant at = issued;
    switch (story) {
      case k_warning:
        return;
      case k_spoiled_story:
        at += minutes(30);
        happens(at, Act::spoil, id, m_dice.pick(k_spoiled));
        return;
      case k_cancelled_story:
        at += days(1);
        happens(at, Act::cancel, id, m_dice.pick(k_cancelled));
        return;
      case k_appealed:
        at += hours(m_dice.between(20, 120));
        if (happens(at, Act::appeal, id, m_dice.pick(k_appeals))) decide(at, id);
        return;
      case k_paid_early:
        at += hours(m_dice.between(1, 110));
        pay(at, id);
        return;
      case k_paid_late:
        at += hours(m_dice.between(180, 460));
        pay(at, id);
        return;
      case k_paid_in_part:
        at += hours(m_dice.between(24, 200));
        happens(at, Act::pay, id, "cash", 50);
        return;
      case k_adjusted_story:
        at += hours(m_dice.between(20, 90));
        if (happens(at, Act::adjust, id, m_dice.pick(k_adjusted))) {
          at += minutes(5);
          pay(at, id);
        }
        return;
      case k_unpaid:
        return;
    }
  }

  void pay(Instant at, std::size_t id) {
    constexpr std::array k_method_weights{68, 20, 12};
    constexpr std::array k_methods{"card", "cash", "cheque"};
    const std::string method = k_methods[m_dice.weighted(k_method_weights)];
    if (!happens(at, Act::pay, id, method)) return;
    const bool is_cheque = method == "cheque";
    if (!m_dice.chance(is_cheque ? 16 : 2)) return;
    at += days(m_dice.between(2, 6));
    happens(at, Act::reverse, id, m_dice.pick(is_cheque ? k_returned_cheques : k_reversed));
  }

  void decide(Instant at, std::size_t id) {
    // Some appeals wait because the person who decides is away.
    at += hours(m_dice.chance(15) ? 600 : m_dice.between(30, 150));
    constexpr std::array k_decisions{45, 30, 25};
    switch (m_dice.weighted(k_decisions)) {
      case 0:
        if (!happens(at, Act::uphold, id, m_dice.pick(k_upheld))) return;
        break;
      case 1:
        if (!happens(at, Act::reduce, id, m_dice.pick(k_reduced))) return;
        break;
      default:
        happens(at, Act::dismiss, id, m_dice.pick(k_dismissed));
        return;
    }
    if (m_dice.chance(60)) pay(at + hours(m_dice.between(4, 140)), id);
  }

  Town& m_town;
  Dice& m_dice;
  const Calendar& m_calendar;
  std::vector<std::vector<std::size_t>> m_of_car;  ///< permits by car
  std::vector<std::size_t> m_by_end;               ///< permits of pay stations
};

}  // namespace

void add_enforcement(Town& town, Dice& dice, const Calendar& calendar, const TownSize& size) {
  Enforcement enforcement(town, dice, calendar);
  enforcement.write_violations(size.violations);
  enforcement.check_paid(size.violations);
  enforcement.hand_out();
  constexpr std::int64_t k_moves = 14;
  enforcement.move_people(k_moves);
}

}  // namespace lotkeeper::cli::demo
