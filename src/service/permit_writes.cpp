#include "service/permit_writes.hpp"

#include <algorithm>
#include <unordered_map>

#include "store/zone.hpp"

namespace lotkeeper::service {
namespace {

using domain::ErrorCode;
using domain::Fault;

template <class Kind>
std::vector<Kind*> as(std::span<Command* const> commands) {
  std::vector<Kind*> typed;
  typed.reserve(commands.size());
  for (Command* command : commands) typed.push_back(static_cast<Kind*>(command));
  return typed;
}

Fault not_found() {
  return {ErrorCode::record_not_found, "referenceid",
          "This integration has no live permit with this reference; send the reference_id that its "
          "push was answered with."};
}

Fault ends_before_start() {
  return {ErrorCode::end_time_invalid, "endTime",
          "The end is not after the permit's start; send a later time."};
}

tl::unexpected<domain::Refusal> already_stands(const std::optional<base::Uuid>& standing) {
  domain::Refusal refusal = domain::refuse(
      ErrorCode::record_exists, {},
      "A live permit with the same plate, zone, start, end and ticket number stands; its reference "
      "is in reference_id.");
  if (standing) refusal.standing_reference = standing->to_string();
  return tl::unexpected(std::move(refusal));
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
    std::vector<store::SentZoneName> names;
    std::unordered_map<std::string_view, std::size_t> places;
    for (const PushPermit* push : sent) {
      if (places.emplace(push->zone_name_norm, names.size()).second) {
        names.push_back({*push->zone_name, push->zone_name_norm});
      }
    }
    const auto found = store::intern_zone_names(batch.connection, client, names);
    for (PushPermit* push : sent) {
      const store::ZoneName& name = found[places.at(push->zone_name_norm)];
      push->permit.zone_name = name.id;
      if (!name.zone) {
        push->outcome->warnings.emplace_back(
            "The zone matches no zone of this client: the permit is kept as a disconnected record "
            "and connects by itself when the zone or an alias is added.");
      }
    }
  }
}

void apply_pushes(WriteBatch& batch, std::span<Command* const> commands) {
  const std::vector<PushPermit*> pushes = as<PushPermit>(commands);
  for (PushPermit* push : pushes) {
    push->outcome = Receipt{push->permit.id.to_string(), push->warnings};
  }
  find_zones(batch, pushes);

  std::vector<const store::Permit*> permits;
  permits.reserve(pushes.size());
  for (const PushPermit* push : pushes) permits.push_back(&push->permit);
  const std::vector<bool> stored = store::insert_permits(batch.connection, permits, batch.now);

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

  permits.clear();
  for (const PushPermit* push : refused) permits.push_back(&push->permit);
  const auto standing = store::find_standing(batch.connection, permits);
  for (std::size_t i = 0; i < refused.size(); ++i) {
    // Its own row: an earlier attempt was committed, though its answer was lost.
    if (standing[i] == refused[i]->permit.id) continue;
    refused[i]->outcome = already_stands(standing[i]);
  }
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

void apply_updates(WriteBatch& batch, std::span<Command* const> commands) {
  const std::vector<UpdatePermit*> updates = as<UpdatePermit>(commands);
  std::vector<store::PermitKey> keys;
  keys.reserve(updates.size());
  for (const UpdatePermit* update : updates) keys.push_back(update->permit);
  const auto found = store::find_permits(batch.connection, keys);

  std::vector<UpdatePermit*> writing;
  std::vector<store::Permit> replaced;
  std::vector<store::Permit> next;
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
    replaced.push_back(*found[i]);
    replaced.back().token = update.token;
    next.push_back(std::move(changing));
  }

  const std::vector<bool> written = store::update_permits(batch.connection, next);
  std::vector<store::Permit> history;
  for (std::size_t i = 0; i < writing.size(); ++i) {
    if (written[i]) {
      batch.earn(replaced[i], -1);
      batch.earn(next[i], +1);
      history.push_back(std::move(replaced[i]));
      continue;
    }
    const store::Permit* refused = &next[i];
    writing[i]->outcome =
        already_stands(store::find_standing(batch.connection, std::span(&refused, 1)).front());
  }
  store::insert_history(batch.connection, history, "update", batch.now);
}

void apply_deletes(WriteBatch& batch, std::span<Command* const> commands) {
  const std::vector<DeletePermit*> deletes = as<DeletePermit>(commands);
  std::vector<store::PermitKey> keys;
  keys.reserve(deletes.size());
  for (const DeletePermit* wanted : deletes) keys.push_back(wanted->permit);
  const auto found = store::find_permits(batch.connection, keys);

  std::vector<store::PermitKey> ending;
  std::vector<store::Permit> history;
  for (std::size_t i = 0; i < deletes.size(); ++i) {
    if (!found[i]) {
      deletes[i]->outcome = tl::unexpected(domain::Refusal{{not_found()}, {}, 0});
      continue;
    }
    deletes[i]->outcome = Receipt{keys[i].id.to_string(), deletes[i]->warnings};
    ending.push_back(keys[i]);
    history.push_back(*found[i]);
    history.back().token = deletes[i]->token;
    batch.count(found[i]->client, found[i]->zone_name, found[i]->type, -1);
    batch.earn(*found[i], -1);
  }
  store::delete_permits(batch.connection, ending, batch.now);
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

}  // namespace lotkeeper::service
