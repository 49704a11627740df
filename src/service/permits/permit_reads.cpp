#include "service/permits/permit_reads.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "domain/permits/plate.hpp"
#include "store/clients/zone.hpp"
#include "store/plates/plate_lookup.hpp"

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
  auto records =
      statements == Statements::on_arrays
          ? store::look_up_plates_on_arrays(connection, questions)
          : store::look_up_plates(connection, questions, statements == Statements::in_transaction);
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
  std::set<store::ZoneId> wanted;
  if (question.zones) {
    for (const AskedZone& asked : *question.zones) {
      const auto name = store::find_zone_name(connection, question.client, asked.name_norm);
      if (name && name->zone) {
        wanted.insert(*name->zone);
      } else {
        stats.unknown_zones.push_back(asked.name);
      }
    }
    if (wanted.empty()) return stats;
  }

  std::vector<store::ZoneCount> counts;
  if (question.active_at) {
    counts = store::count_permits_at(connection, question.client, question.active_at->first,
                                     question.active_at->last);
  } else if (question.zones) {
    counts = store::count_permits_in(connection, question.client,
                                     std::vector<store::ZoneId>(wanted.begin(), wanted.end()));
  } else {
    counts = store::count_permits_in_zones(connection, question.client);
    stats.without_zone = store::count_permits_of_name(connection, question.client, 0);
  }

  // std::map over bytes: UTF-8 sorts by code point.
  std::map<std::pair<std::string, std::string_view>, ZoneTotal> zones;
  for (const store::ZoneCount& count : counts) {
    if (count.zone) {
      if (question.zones && !wanted.contains(*count.zone)) continue;
      ZoneTotal& total = zones[{count.zone_title, domain::to_string(count.type)}];
      total.zone = count.zone_title;
      total.type = count.type;
      total.total += count.total;
    } else if (!count.is_disconnected) {
      stats.without_zone += count.total;
    }
  }
  for (auto& [key, total] : zones) {
    if (total.total > 0) stats.zones.push_back(std::move(total));
  }
  return stats;
}

std::vector<store::DisconnectedName> DisconnectedNames::next(database::Connection& connection,
                                                             std::int64_t most) {
  if (m_active_at && !m_active) {
    m_active =
        store::count_disconnected_at(connection, m_client, m_active_at->first, m_active_at->last);
  }
  auto names = store::list_disconnected(connection, m_client, m_last, m_last_id, most);
  m_is_at_end = static_cast<std::int64_t>(names.size()) < most || (m_active && m_active->empty());
  if (!names.empty()) {
    m_last = names.back().name;
    m_last_id = names.back().id;
  }
  if (m_active) {
    for (store::DisconnectedName& name : names) {
      const auto active = m_active->find(name.id);
      name.permits = active == m_active->end() ? 0 : active->second;
    }
  }
  std::erase_if(names, [](const auto& name) { return name.permits <= 0; });
  return names;
}

}  // namespace lotkeeper::service
