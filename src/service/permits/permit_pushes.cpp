#include "service/permits/permit_pushes.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "database/retry.hpp"
#include "service/clients/new_names.hpp"
#include "store/clients/zone.hpp"
#include "store/permits/new_permits.hpp"

namespace lotkeeper::service {
namespace {

using domain::ErrorCode;

/// The normalised names of those that were made.
std::set<std::string_view> names_made(std::span<const store::SentZoneName> asked,
                                      std::span<const store::ZoneName> found) {
  std::set<std::string_view> made;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (found[i].is_new) made.insert(asked[i].name_norm);
  }
  return made;
}

/// Notes each name for the integration that sent it first.
void note_new_zones(WriteBatch& batch, store::ClientId client, std::span<PushPermit* const> pushes,
                    std::set<std::string_view> made) {
  std::map<store::IntegrationId, store::NewNames> by_integration;
  for (const PushPermit* push : pushes) {
    if (made.empty()) break;
    if (made.erase(push->zone_name_norm) == 1) ++by_integration[push->permit.integration].zones;
  }
  for (const auto& [integration, names] : by_integration) {
    note_new_names(batch, client, integration, names);
  }
}

/// Gives each permit the id of its zone name, and its receipt a warning where that name matches no
/// zone.
void find_zones(WriteBatch& batch, std::span<PushPermit* const> pushes) {
  std::map<store::ClientId, std::vector<PushPermit*>> by_client;
  for (PushPermit* push : pushes) {
    push->permit.zone_name = 0;
    if (push->zone_name) by_client[push->permit.client].push_back(push);
  }
  for (const auto& [client, sent] : by_client) {
    std::unordered_map<std::string_view, store::ZoneName> names;
    std::vector<store::SentZoneName> asked;
    for (const PushPermit* push : sent) {
      const auto [name, is_new] = names.emplace(push->zone_name_norm, store::ZoneName{});
      if (!is_new) continue;
      const auto known = batch.zone_names.find(client, push->zone_name_norm, batch.now);
      if (known) name->second = *known;
      if (!known) asked.push_back({*push->zone_name, push->zone_name_norm});
    }
    const auto found = store::intern_zone_names(batch.connection, client, asked);
    note_new_zones(batch, client, sent, names_made(asked, found));
    for (std::size_t i = 0; i < asked.size(); ++i) {
      names[asked[i].name_norm] = found[i];
      batch.zone_names.found(client, asked[i].name_norm, found[i]);
    }
    for (PushPermit* push : sent) {
      const store::ZoneName& name = names.at(push->zone_name_norm);
      push->permit.zone_name = name.id;
      if (!name.zone) {
        push->outcome->warnings.emplace_back(
            "The zone matches no zone of this client: the permit is kept as a disconnected record "
            "and connects by itself when the zone or an alias is added.");
      }
    }
  }
}

Receipt receipt_of(const PushPermit& push) { return {push.permit.id.to_string(), push.warnings}; }

std::vector<const store::Permit*> permits_of(std::span<PushPermit* const> pushes) {
  std::vector<const store::Permit*> permits;
  permits.reserve(pushes.size());
  for (const PushPermit* push : pushes) permits.push_back(&push->permit);
  return permits;
}

}  // namespace

tl::unexpected<domain::Refusal> already_stands(const std::optional<base::Uuid>& standing) {
  domain::Refusal refusal = domain::refuse(
      ErrorCode::record_exists, {},
      "A live permit with the same plate, zone, start, end and ticket number stands; its reference "
      "is in reference_id.");
  if (standing) refusal.standing_reference = standing->to_string();
  return tl::unexpected(std::move(refusal));
}

void apply_pushes(WriteBatch& batch, std::span<Command* const> commands) {
  const std::vector<PushPermit*> pushes = as<PushPermit>(commands);
  for (PushPermit* push : pushes) push->outcome = receipt_of(*push);
  find_zones(batch, pushes);
  const std::vector<bool> stored =
      store::insert_permits(batch.connection, permits_of(pushes), batch.now);

  std::vector<PushPermit*> refused;
  for (std::size_t i = 0; i < pushes.size(); ++i) {
    const store::Permit& permit = pushes[i]->permit;
    if (stored[i]) {
      batch.count(permit.client, permit.zone_name, permit.type, +1);
      batch.earn(permit, +1);
    } else {
      refused.push_back(pushes[i]);
    }
  }
  if (refused.empty()) return;

  const auto standing = store::find_standing(batch.connection, permits_of(refused));
  for (std::size_t i = 0; i < refused.size(); ++i) {
    // Its own row: an earlier attempt was committed, though its answer was lost.
    if (standing[i] == refused[i]->permit.id) continue;
    refused[i]->outcome = already_stands(standing[i]);
  }
}

std::optional<SingleRoundTripInsert> SingleRoundTripInsert::of(std::span<Command* const> commands) {
  std::vector<PushPermit*> pushes;
  pushes.reserve(commands.size());
  for (Command* command : commands) {
    if (command->apply() != &apply_pushes || command->key) return std::nullopt;
    pushes.push_back(static_cast<PushPermit*>(command));
  }
  // As their ids lie in the primary key; found again by them.
  std::ranges::sort(pushes, {}, [](const PushPermit* push) { return push->permit.id; });
  return SingleRoundTripInsert(std::move(pushes));
}

void SingleRoundTripInsert::apply(WriteBatch& batch) {
  for (PushPermit* push : m_pushes) push->outcome = receipt_of(*push);
  find_zones(batch, m_pushes);
  // Until the commit says that it was stored, each counts as refused.
  m_receipts.clear();
  for (PushPermit* push : m_pushes) {
    m_receipts.push_back(std::move(*push->outcome));
    push->outcome = already_stands(std::nullopt);
  }
  const auto on_stored = [this](const base::Uuid& id) {
    const auto push = std::ranges::lower_bound(
        m_pushes, id, {}, [](const PushPermit* sent) { return sent->permit.id; });
    const auto place = push - m_pushes.begin();
    (*push)->outcome = std::move(m_receipts[static_cast<std::size_t>(place)]);
  };
  std::vector<store::NewPermit> permits;
  permits.reserve(m_pushes.size());
  for (const PushPermit* push : m_pushes) {
    const store::Permit& permit = push->permit;
    const auto& zone = batch.time_zones.of(batch.connection, permit.client, batch.now);
    permits.push_back({&permit, zone.date_at(permit.start)});
  }
  store::insert_permits_with_commit(batch.connection, permits, batch.now, batch.replica, on_stored);
}

std::vector<Command*> SingleRoundTripInsert::describe_conflicts(database::Connection& connection) {
  std::vector<PushPermit*> refused;
  std::ranges::copy_if(m_pushes, std::back_inserter(refused),
                       [](const PushPermit* push) { return !push->outcome; });
  std::vector<Command*> without_conflict;
  if (refused.empty()) return without_conflict;
  database::run_despite_conflicts([&] {
    without_conflict.clear();
    const database::Snapshot snapshot(connection);
    const auto standing = store::find_standing(connection, permits_of(refused));
    for (std::size_t i = 0; i < refused.size(); ++i) {
      refused[i]->outcome = already_stands(standing[i]);
      if (!standing[i]) without_conflict.push_back(refused[i]);
    }
  });
  return without_conflict;
}

}  // namespace lotkeeper::service
