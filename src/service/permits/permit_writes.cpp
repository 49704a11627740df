#include "service/permits/permit_writes.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "service/permits/permit_pushes.hpp"
#include "store/permits/permit_changes.hpp"

namespace lotkeeper::service {
namespace {

using domain::ErrorCode;
using domain::Fault;

Fault not_found() {
  return {ErrorCode::record_not_found, "referenceid",
          "This integration has no live permit with this reference; send the reference_id that its "
          "push was answered with."};
}

Fault ends_before_start() {
  return {ErrorCode::end_time_invalid, "endTime",
          "The end is not after the permit's start; send a later time."};
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

}  // namespace lotkeeper::service
