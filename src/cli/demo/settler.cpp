#include "cli/demo/settler.hpp"

#include <deque>
#include <map>
#include <stdexcept>

#include "api/console/plates/plate_evidence.hpp"
#include "base/text/text.hpp"
#include "cli/demo/town/places.hpp"
#include "domain/permits/plate.hpp"
#include "service/clients/new_names.hpp"
#include "service/collections/collections.hpp"
#include "service/commit/apply.hpp"
#include "service/permits/permit_writes.hpp"
#include "service/profiles/profile_writes.hpp"
#include "service/violations/violation_writes.hpp"
#include "store/vehicles/vehicle.hpp"
#include "store/vehicles/vehicle_driver.hpp"
#include "store/violations/violation_search.hpp"

namespace lotkeeper::cli::demo {
namespace {

using domain::Result;
using service::WriteBatch;

template <class T>
T require(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().faults.front().detail);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

class TownWriter {
 public:
  TownWriter(WriteBatch& batch, const Town& town, const TownKeys& keys, Instant now)
      : m_past{batch.connection, now, batch.replica, batch.zone_names, batch.time_zones, 0},
        m_now(now),
        m_town(town),
        m_keys(keys),
        m_vehicles(town.cars.size()),
        m_checks(town.checks.size()),
        m_violations(town.violations.size()) {}

  void settle() {
    m_past.now = m_now - 2 * k_town_days;
    push_people();
    add_vehicles_of_people();
    insert_permits();
    for (const Deed& deed : m_town.deeds) {
      m_past.now = deed.at;
      m_past.operator_id = is_vendors(deed.act) ? 0 : m_keys.operators[deed.who].id;
      perform(deed);
    }
    m_past.now = m_now;
    m_past.operator_id = 0;
    // Writes the counts.
    service::apply_commands(m_past, {});
  }

 private:
  static bool is_vendors(Act act) {
    return act == Act::extend || act == Act::refund || act == Act::hand_out || act == Act::move;
  }

  template <class Command>
  void apply(Command& command) {
    service::Command* const one = &command;
    command.apply()(m_past, std::span(&one, 1));
    require(std::move(command.outcome));
  }

  // People and vehicles

  service::SentProfile sent_profile(const Person& person) const {
    service::SentProfile sent;
    sent.client = m_keys.client;
    sent.unique_id = person.unique_id;
    sent.login_source = "OPSCOM";
    return sent;
  }

  void push_people() {
    std::deque<service::PushProfile> pushes;
    std::vector<service::Command*> commands;
    for (const Person& person : m_town.people) {
      service::PushProfile& push = pushes.emplace_back();
      push.sent = sent_profile(person);
      service::ProfileChanges& changes = push.sent.changes;
      changes.first_name = person.first_name;
      changes.last_name = person.last_name;
      changes.email = person.email;
      changes.street = person.street;
      changes.city = k_town_name;
      changes.province = "ON";
      changes.postal_code = person.postal_code;
      changes.phone_cell = person.phone;
      changes.user_type = std::to_string(person.user_type);
      push.uuid = base::make_uuid_v7(m_past.now);
      commands.push_back(&push);
    }
    if (commands.empty()) return;
    commands.front()->apply()(m_past, commands);
    for (const service::PushProfile& push : pushes) {
      m_profiles.push_back(std::stoll(require(push.outcome).reference));
    }
  }

  void move_person(const Deed& deed) {
    service::PushProfile push;
    push.sent = sent_profile(m_town.people[deed.subject]);
    push.sent.changes.street = deed.text;
    push.uuid = base::make_uuid_v7(m_past.now);
    apply(push);
  }

  store::Vehicle vehicle_of(const Car& car) const {
    constexpr store::ItemId k_passenger = 4;
    store::Vehicle vehicle;
    vehicle.client = m_keys.client;
    vehicle.plate = car.plate;
    vehicle.plate_norm = domain::normalise_plate(car.plate);
    vehicle.plate_type = k_passenger;
    vehicle.province = car.province;
    vehicle.make = car.make;
    vehicle.type = car.type;
    vehicle.colour = car.colour;
    vehicle.year = car.year;
    vehicle.created = m_past.now;
    return vehicle;
  }

  /// The car on record. Adds it if it is missing, as when an officer writes a violation.
  store::VehicleId record_vehicle(std::size_t place) {
    if (m_vehicles[place] != 0) return m_vehicles[place];
    store::Vehicle vehicle = vehicle_of(m_town.cars[place]);
    const store::Vehicle* const one = &vehicle;
    const auto standing = store::find_same_vehicles(m_past.connection, std::span(&one, 1)).front();
    if (!standing) {
      vehicle.id = store::take_vehicle_ids(m_past.connection, m_keys.client, 1);
      static_cast<void>(store::insert_vehicles(m_past.connection, std::span(&one, 1)));
    }
    return m_vehicles[place] = standing.value_or(vehicle.id);
  }

  void add_vehicles_of_people() {
    for (std::size_t i = 0; i < m_town.cars.size(); ++i) {
      const Car& car = m_town.cars[i];
      if (!car.driver) continue;
      store::add_driver(m_past.connection, m_keys.client, record_vehicle(i),
                        m_profiles[*car.driver]);
    }
  }

  // Permits

  /// The ids of all zone names that the permits have. New names are credited to the vendor that
  /// sent them first.
  std::map<std::string_view, store::ZoneNameId> intern_zone_names() {
    std::map<std::string_view, const TownPermit*> first;
    for (const TownPermit& permit : m_town.permits) first.emplace(permit.zone, &permit);
    std::map<std::string_view, store::ZoneNameId> ids;
    for (const auto& [name, permit] : first) {
      const std::string norm = base::fold_name(name);
      const store::SentZoneName sent{name, norm};
      const auto found =
          store::intern_zone_names(m_past.connection, m_keys.client, std::span(&sent, 1)).front();
      ids[name] = found.id;
      if (!found.is_new) continue;
      m_past.now = permit->made;
      service::note_new_names(m_past, m_keys.client, m_keys.vendors[permit->vendor], {1, 0});
    }
    return ids;
  }

  void insert_permits() {
    const auto zone_names = intern_zone_names();
    std::vector<store::PastPermit> permits;
    permits.reserve(m_town.permits.size());
    for (const TownPermit& sold : m_town.permits) {
      auto& [permit, created] = permits.emplace_back();
      created = sold.made;
      permit.client = m_keys.client;
      permit.id = sold.id;
      permit.integration = m_keys.vendors[sold.vendor];
      permit.token = m_keys.tokens[sold.vendor];
      permit.type = sold.type;
      permit.plate = sold.plate;
      permit.plate_norm = domain::normalise_plate(sold.plate);
      permit.plate_shape = domain::plate_shape(permit.plate_norm);
      permit.zone_name = zone_names.at(sold.zone);
      permit.permit_no = sold.number;
      permit.start = sold.start;
      permit.end = sold.end;
      permit.amount_cents = sold.cents;
      if (sold.cents) permit.currency = "CAD";
    }
    const auto stored = store::insert_past_permits(m_past.connection, permits);
    for (std::size_t i = 0; i < permits.size(); ++i) {
      if (!stored[i]) throw std::runtime_error("two permits of the town are the same");
      const store::Permit& permit = permits[i].permit;
      m_past.count(permit.client, permit.zone_name, permit.type, +1);
      m_past.earn(permit, +1);
    }
  }

  [[nodiscard]] store::PermitKey key_of(const TownPermit& permit) const {
    return {m_keys.client, m_keys.vendors[permit.vendor], permit.id};
  }

  void extend(const TownPermit& permit) {
    constexpr std::chrono::minutes k_longer{45};
    constexpr std::int64_t k_price = 200;
    service::UpdatePermit update;
    update.permit = key_of(permit);
    update.token = m_keys.tokens[permit.vendor];
    update.end = permit.end + k_longer;
    update.amount_cents = permit.cents.value_or(0) + k_price;
    update.client_currency = "CAD";
    apply(update);
  }

  void refund(const TownPermit& permit) {
    service::DeletePermit refund;
    refund.permit = key_of(permit);
    refund.token = m_keys.tokens[permit.vendor];
    apply(refund);
  }

  // Enforcement

  void check(const Deed& deed) {
    const TownCheck& wanted = m_town.checks[deed.subject];
    m_checks[deed.subject] = api::console::keep_plate_check(
                                 m_past, {m_keys.client, wanted.plate, m_keys.zones[wanted.zone],
                                          m_keys.operators[deed.who].name})
                                 .id;
  }

  void issue(const Deed& deed) {
    const TownViolation& written = m_town.violations[deed.subject];
    const std::string_view place = m_keys.zones[written.zone].name;
    service::IssueViolation issue;
    issue.vehicle = record_vehicle(written.car);
    issue.types = written.types;
    issue.category =
        k_violation_types[static_cast<std::size_t>(written.types.front()) - 1].category;
    issue.location =
        store::intern_items(m_past.connection, {m_keys.client, store::ListKind::location},
                            std::span(&place, 1), m_past.now)
            .front();
    issue.comment = written.comment;
    issue.issued = deed.at;
    issue.is_warning = written.is_warning;
    const store::ViolationId id =
        require(service::issue_violation(m_past, m_keys.client, issue)).id;
    m_violations[deed.subject] = id;
    store::ViolationScene scene;
    scene.operator_id = m_past.operator_id;
    if (written.check) scene.check = m_checks[*written.check];
    store::insert_scene(m_past.connection, m_keys.client, id, scene);
  }

  void pay(store::ViolationId id, const Deed& deed) {
    const std::int64_t owed =
        require(service::owed_for(m_past.connection, m_keys.client, id, deed.at));
    if (owed == 0) return;
    require(service::pay_violation(
        m_past, m_keys.client,
        {id, std::max<std::int64_t>(1, owed * deed.share / 100), deed.at, deed.text}));
  }

  void reverse(store::ViolationId id, const Deed& deed) {
    for (const auto& paid : store::list_payments(m_past.connection, m_keys.client, id)) {
      if (paid.reversed) continue;
      require(service::reverse_payment(m_past, m_keys.client, id, paid.id, deed.text));
      return;
    }
  }

  /// A percentage of the fine of a violation, rounded down to whole dollars.
  std::int64_t lower_fine(store::ViolationId id, std::int64_t percent) {
    const auto violation = store::find_violation(m_past.connection, m_keys.client, id);
    return violation->fine_cents * percent / 100 / 100 * 100;
  }

  void perform_on_violation(const Deed& deed) {
    using service::AppealDecision;
    const store::ClientId client = m_keys.client;
    const store::ViolationId id = m_violations[deed.subject];
    switch (deed.act) {
      case Act::pay:
        return pay(id, deed);
      case Act::reverse:
        return reverse(id, deed);
      case Act::appeal:
        return require(service::appeal_violation(m_past, client, id, deed.text));
      case Act::uphold:
        return require(
            service::decide_appeal(m_past, client, id, AppealDecision::uphold, 0, deed.text));
      case Act::reduce:
        return require(service::decide_appeal(m_past, client, id, AppealDecision::reduce,
                                              lower_fine(id, 50), deed.text));
      case Act::dismiss:
        return require(
            service::decide_appeal(m_past, client, id, AppealDecision::cancel, 0, deed.text));
      case Act::adjust:
        return require(
            service::adjust_violation(m_past, client, id, lower_fine(id, 70), deed.text));
      case Act::spoil:
        return require(service::spoil_violation(m_past, client, id, deed.text));
      default:
        return require(service::cancel_violation(m_past, client, id, deed.text));
    }
  }

  void perform(const Deed& deed) {
    switch (deed.act) {
      case Act::check:
        return check(deed);
      case Act::issue:
        return issue(deed);
      case Act::extend:
        return extend(m_town.permits[deed.subject]);
      case Act::refund:
        return refund(m_town.permits[deed.subject]);
      case Act::move:
        return move_person(deed);
      case Act::hand_out:
        static_cast<void>(service::hand_out_at_once(m_past, m_keys.client));
        return;
      default:
        return perform_on_violation(deed);
    }
  }

  WriteBatch m_past;  ///< the current batch, set to the time of each action
  const Instant m_now;
  const Town& m_town;
  const TownKeys& m_keys;
  std::vector<store::ProfileId> m_profiles;
  std::vector<store::VehicleId> m_vehicles;  ///< by car; 0: not on record
  std::vector<store::CheckId> m_checks;
  std::vector<store::ViolationId> m_violations;
};

}  // namespace

void settle(WriteBatch& batch, const Town& town, const TownKeys& keys, Instant now) {
  TownWriter(batch, town, keys, now).settle();
}

}  // namespace lotkeeper::cli::demo
