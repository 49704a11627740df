#include "service/permits/permit_writes.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "database/retry.hpp"
#include "service/clients/new_names.hpp"
#include "store/clients/zone.hpp"
#include "store/permits/permit_arrays.hpp"

namespace lotkeeper::service {
namespace {

using domain::ErrorCode;
using domain::Fault;

Fault not_found() {
  return {ErrorCode::record_not_found, "referenceid",
          "This integration has no live permit with this reference. Send the reference_id that its "
          "push returned."};
}

Fault ends_before_start() {
  return {ErrorCode::end_time_invalid, "endTime",
          "The end must be after the permit's start. Send a later time."};
}

/// `permit` as the update leaves it.
store::Permit changed(const store::Permit& permit, const UpdatePermit& update) {
  store::Permit next = permit;
  if (update.plate) {
    next.plate = update.plate->sent;
    next.plate_norm = update.plate->norm;
    next.plate_shape = update.plate->shape;
  }
  if (update.end) next.end = *update.end;
  if (update.amount_cents) next.amount_cents = update.amount_cents;
  if (update.currency) next.currency = update.currency;
  if (update.amount_cents && !next.currency) next.currency = update.client_currency;
  return next;
}

bool differ(const store::Permit& one, const store::Permit& other) {
  return one.plate != other.plate || one.end != other.end ||
         one.amount_cents != other.amount_cents || one.currency != other.currency;
}

std::vector<std::optional<store::Permit>> find_permits(WriteBatch& batch,
                                                       std::span<const store::PermitKey> keys) {
  if (batch.on_arrays && keys.size() > 1) {
    return store::find_permits_on_arrays(batch.connection, keys);
  }
  return store::find_permits(batch.connection, keys);
}

/// Writes `changes` and keeps what they replace. True for each that was written; false: it changed
/// meanwhile, or would become identical to another. Throws Conflict where it cannot tell.
std::vector<bool> update_permits(WriteBatch& batch, std::span<const store::PermitChange> changes) {
  if (batch.on_arrays && changes.size() > 1) {
    std::vector<bool> written =
        store::update_permits_on_arrays(batch.connection, changes, batch.now);
    if (std::ranges::all_of(written, std::identity{})) return written;
    throw database::Conflict("a permit was changed meanwhile");
  }
  std::vector<const store::Permit*> next;
  next.reserve(changes.size());
  for (const store::PermitChange& change : changes) next.push_back(&change.next);
  std::vector<bool> written = store::update_permits(batch.connection, next);

  std::vector<const store::Permit*> history;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (written[i]) history.push_back(&changes[i].replaced);
  }
  store::insert_history(batch.connection, history, "update", batch.now);
  return written;
}

void apply_updates(WriteBatch& batch, std::span<Command* const> commands) {
  const std::vector<UpdatePermit*> updates = as<UpdatePermit>(commands);
  std::vector<store::PermitKey> keys;
  keys.reserve(updates.size());
  for (const UpdatePermit* update : updates) keys.push_back(update->permit);
  const auto found = find_permits(batch, keys);

  std::vector<UpdatePermit*> writing;
  std::vector<store::PermitChange> changes;
  for (std::size_t i = 0; i < updates.size(); ++i) {
    UpdatePermit& update = *updates[i];
    if (!found[i]) {
      update.outcome = tl::unexpected(domain::Refusal{{not_found()}, {}, 0});
      continue;
    }
    if (update.end && *update.end <= found[i]->start) {
      update.outcome = tl::unexpected(domain::Refusal{{ends_before_start()}, {}, 0});
      continue;
    }
    update.outcome = Receipt{update.permit.id.to_string(), update.warnings};
    store::Permit changing = changed(*found[i], update);
    if (!differ(changing, *found[i])) continue;
    writing.push_back(&update);
    changes.push_back({*found[i], std::move(changing)});
    changes.back().replaced.token = update.token;
  }

  const std::vector<bool> written = update_permits(batch, changes);
  for (std::size_t i = 0; i < writing.size(); ++i) {
    if (written[i]) {
      batch.earn(changes[i].replaced, -1);
      batch.earn(changes[i].next, +1);
      continue;
    }
    const store::Permit* refused = &changes[i].next;
    const auto standing = store::find_standing(batch.connection, std::span(&refused, 1)).front();
    if (!standing || *standing == refused->id) {
      throw database::Conflict("a permit was changed meanwhile");
    }
    writing[i]->outcome = already_stands(standing);
  }
}

void apply_deletes(WriteBatch& batch, std::span<Command* const> commands) {
  const std::vector<DeletePermit*> deletes = as<DeletePermit>(commands);
  std::vector<store::PermitKey> keys;
  keys.reserve(deletes.size());
  for (const DeletePermit* wanted : deletes) keys.push_back(wanted->permit);
  const auto found = find_permits(batch, keys);

  std::vector<store::PermitKey> ending;
  std::vector<store::Permit> replaced;
  for (std::size_t i = 0; i < deletes.size(); ++i) {
    if (!found[i]) {
      deletes[i]->outcome = tl::unexpected(domain::Refusal{{not_found()}, {}, 0});
      continue;
    }
    deletes[i]->outcome = Receipt{keys[i].id.to_string(), deletes[i]->warnings};
    ending.push_back(keys[i]);
    replaced.push_back(*found[i]);
    replaced.back().token = deletes[i]->token;
    batch.count(found[i]->client, found[i]->zone_name, found[i]->type, -1);
    batch.earn(*found[i], -1);
  }
  if (!store::delete_permits(batch.connection, ending, batch.now)) {
    throw database::Conflict("a permit was deleted meanwhile");
  }
  std::vector<const store::Permit*> history;
  history.reserve(replaced.size());
  for (const store::Permit& permit : replaced) history.push_back(&permit);
  store::insert_history(batch.connection, history, "delete", batch.now);
}

}  // namespace

Command::Apply PushPermit::apply() const { return apply_pushes; }
Command::Apply UpdatePermit::apply() const { return apply_updates; }
Command::Apply DeletePermit::apply() const { return apply_deletes; }

std::vector<domain::Fault> find_update_faults(database::Connection& connection,
                                              const store::PermitKey& permit,
                                              std::optional<base::Instant> end) {
  const auto found = store::find_permits(connection, std::span(&permit, 1)).front();
  if (!found) return {not_found()};
  if (end && *end <= found->start) return {ends_before_start()};
  return {};
}

namespace {

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
            "This client has no such zone. The permit is stored as a disconnected record. It "
            "connects by itself once the zone or an alias is added.");
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
  domain::Refusal refusal =
      domain::refuse(ErrorCode::record_exists, {},
                     "A live permit with the same plate, zone, start, end and ticket number "
                     "already exists. Its reference is in reference_id.");
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
