#include "service/permit_reads.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "domain/plate.hpp"
#include "store/zone.hpp"

namespace lotkeeper::service {
namespace {

bool holds_at(const store::ValidPermit& permit, base::Instant moment) {
  return permit.start <= moment && moment < permit.end;
}

}  // namespace

PlateAnswer check_plate(database::Connection& connection, const PlateCheck& check) {
  const std::string shape = domain::plate_shape(check.plate_norm);
  PlateAnswer answer;
  std::optional<store::ZoneName> name;
  std::vector<store::ValidPermit> candidates;
  std::vector<database::Question> questions;
  if (check.zone) {
    questions.push_back(store::ask_zone_name(check.client, check.zone->name_norm, name));
  }
  questions.push_back(
      store::ask_valid(check.client, shape, check.at.first, check.at.last, candidates));
  questions.push_back(
      store::ask_vehicles_by_plate(check.client, check.plate_norm, answer.vehicles));
  connection.ask_of_one_moment(questions);
  store::sort_by_end(candidates);
  std::ranges::sort(answer.vehicles, {}, &store::NamedVehicle::id);

  const bool zone_known = name && name->zone;
  if (check.zone) answer.zone_known = zone_known;
  const auto holds_in_zone = [&](const store::ValidPermit& permit) {
    if (!check.zone || !permit.sent_zone) return true;
    if (permit.zone) return zone_known && *permit.zone == *name->zone;
    return permit.sent_zone_norm == check.zone->name_norm;
  };

  for (store::ValidPermit& permit : candidates) {
    if (!holds_at(permit, check.at.first) && !holds_at(permit, check.at.last)) continue;
    if (!holds_in_zone(permit)) continue;
    if (permit.plate_norm == check.plate_norm) {
      answer.valid.push_back(std::move(permit));
    } else if (answer.near.size() < k_most_near_plates) {
      answer.near.push_back(std::move(permit));
    }
  }
  return answer;
}

Stats count_permits(database::Connection& connection, const StatsQuestion& question) {
  const database::Snapshot one_moment(connection);
  Stats stats;
  std::optional<std::set<store::ZoneId>> wanted;
  if (question.zones) {
    wanted.emplace();
    for (const AskedZone& asked : *question.zones) {
      const auto name = store::find_zone_name(connection, question.client, asked.name_norm);
      if (name && name->zone) {
        wanted->insert(*name->zone);
      } else {
        stats.unknown_zones.push_back(asked.name);
      }
    }
    if (wanted->empty()) return stats;
  }

  const auto counts = question.active_at ? store::count_permits_at(connection, question.client,
                                                                   question.active_at->first,
                                                                   question.active_at->last)
                                         : store::count_permits(connection, question.client);

  // std::map over bytes: UTF-8 sorts by code point.
  std::map<std::pair<std::string, std::string_view>, ZoneTotal> zones;
  std::map<std::pair<std::string, store::ZoneNameId>, std::int64_t> disconnected;
  for (const store::PermitCount& count : counts) {
    if (count.zone) {
      if (wanted && !wanted->contains(*count.zone)) continue;
      ZoneTotal& total = zones[{count.zone_title, domain::to_string(count.type)}];
      total.zone = count.zone_title;
      total.type = count.type;
      total.total += count.total;
    } else if (count.zone_name == 0) {
      stats.without_zone += count.total;
    } else {
      disconnected[{count.sent_zone, count.zone_name}] += count.total;
    }
  }
  for (auto& [key, total] : zones) {
    if (total.total > 0) stats.zones.push_back(std::move(total));
  }
  for (const auto& [key, total] : disconnected) {
    if (total > 0) stats.disconnected.push_back({key.first, total});
  }
  return stats;
}

}  // namespace lotkeeper::service
