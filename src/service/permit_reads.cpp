#include "service/permit_reads.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "domain/plate.hpp"
#include "store/plate_lookup.hpp"
#include "store/zone.hpp"

namespace lotkeeper::service {
namespace {

bool holds_at(const store::ValidPermit& permit, base::Instant moment) {
  return permit.start <= moment && moment < permit.end;
}

store::PlateQuestion question_of(const PlateCheck& check) {
  store::PlateQuestion question{
      check.client,   check.plate_norm, domain::plate_shape(check.plate_norm),
      check.at.first, check.at.last,    {}};
  if (check.zone) question.zone_name_norm = check.zone->name_norm;
  return question;
}

PlateAnswer judge(const PlateCheck& check, store::PlateRecord found) {
  PlateAnswer answer;
  store::sort_by_end(found.permits);
  answer.vehicles = std::move(found.vehicles);
  std::ranges::sort(answer.vehicles, {}, &store::NamedVehicle::id);

  const bool zone_known = found.zone && found.zone->zone;
  if (check.zone) answer.zone_known = zone_known;
  const auto holds_in_zone = [&](const store::ValidPermit& permit) {
    if (!check.zone || !permit.sent_zone) return true;
    if (permit.zone) return zone_known && *permit.zone == *found.zone->zone;
    return permit.sent_zone_norm == check.zone->name_norm;
  };

  for (store::ValidPermit& permit : found.permits) {
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

}  // namespace

std::vector<PlateAnswer> check_plates(database::Connection& connection,
                                      std::span<const PlateCheck* const> checks,
                                      Statements statements) {
  std::vector<store::PlateQuestion> questions;
  questions.reserve(checks.size());
  for (const PlateCheck* check : checks) questions.push_back(question_of(*check));
  auto records = statements == Statements::on_arrays
                     ? store::look_up_plates_on_arrays(connection, questions)
                     : store::look_up_plates(connection, questions);
  std::vector<PlateAnswer> answers;
  answers.reserve(checks.size());
  for (std::size_t i = 0; i < checks.size(); ++i) {
    answers.push_back(judge(*checks[i], std::move(records[i])));
  }
  return answers;
}

PlateAnswer check_plate(database::Connection& connection, const PlateCheck& check) {
  const PlateCheck* one = &check;
  return std::move(check_plates(connection, std::span(&one, 1), Statements::for_each).front());
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
