#include "service/permits/permit_imports.hpp"

#include <iterator>

#include <fmt/format.h>

#include "store/permits/permit_order.hpp"
#include "store/permits/permit_search.hpp"

namespace lotkeeper::service {
namespace {

using domain::ErrorCode;

constexpr const char* k_reference_field = "referenceid";

bool has_same_values(const store::Permit& one, const store::Permit& other) {
  return one.type == other.type && one.plate_norm == other.plate_norm &&
         one.permit_no == other.permit_no && one.start == other.start && one.end == other.end &&
         one.amount_cents == other.amount_cents && one.currency == other.currency;
}

domain::Result<Receipt> judge(const ImportPermit& wanted, const store::ReferencedPermit& standing) {
  const store::Permit& permit = wanted.push.permit;
  const auto refuse = [](const char* detail) {
    return domain::refused(ErrorCode::record_exists, k_reference_field, detail);
  };
  if (standing.permit.integration != permit.integration) {
    return refuse("Another integration already uses this reference. Leave it out or send another.");
  }
  if (standing.is_deleted) {
    return refuse("The permit with this reference was deleted. Leave it out or send another.");
  }
  if (!has_same_values(permit, standing.permit) ||
      wanted.push.zone_name_norm != standing.zone_name_norm) {
    return refuse(
        "A permit with this reference already exists with other values. Change it with "
        "permits/update.");
  }
  return Receipt{permit.id.to_string(), wanted.push.warnings};
}

/// Sets the outcome of those whose own reference is taken; returns the others, in their order.
std::vector<ImportPermit*> settle_references(WriteBatch& batch,
                                             std::span<ImportPermit* const> imports) {
  std::vector<store::PermitKey> keys;
  for (const ImportPermit* import : imports) {
    const store::Permit& permit = import->push.permit;
    if (import->has_own_reference) keys.push_back({permit.client, permit.integration, permit.id});
  }
  if (keys.empty()) return {imports.begin(), imports.end()};

  const auto standing = store::find_references(batch.connection, keys);
  std::vector<ImportPermit*> fresh;
  auto next = standing.begin();
  for (ImportPermit* import : imports) {
    const bool is_taken = import->has_own_reference && (next++)->has_value();
    if (!is_taken) {
      fresh.push_back(import);
      continue;
    }
    import->outcome = judge(*import, **std::prev(next));
    import->was_there = import->outcome.has_value();
  }
  return fresh;
}

void take_outcome(ImportPermit& import) {
  import.outcome = std::move(import.push.outcome);
  if (import.outcome) return;
  const domain::Refusal& refusal = import.outcome.error();
  if (refusal.faults.front().code != ErrorCode::record_exists) return;
  if (import.has_own_reference) {
    // To call it present would promise that its reference works.
    import.outcome = domain::refused(
        ErrorCode::record_exists, k_reference_field,
        fmt::format("The same permit already exists under the reference {}. Leave this one out.",
                    refusal.standing_reference));
    return;
  }
  import.outcome = Receipt{refusal.standing_reference, import.push.warnings};
  import.was_there = true;
}

void apply_imports(WriteBatch& batch, std::span<Command* const> commands) {
  std::vector<ImportPermit*> imports;
  imports.reserve(commands.size());
  for (Command* command : commands) {
    imports.push_back(static_cast<ImportPermit*>(command));
    imports.back()->was_there = false;
  }
  const std::vector<ImportPermit*> fresh = settle_references(batch, imports);
  if (fresh.empty()) return;

  std::vector<Command*> pushes;
  pushes.reserve(fresh.size());
  for (ImportPermit* import : fresh) pushes.push_back(&import->push);
  pushes.front()->apply()(batch, pushes);
  std::vector<const store::Permit*> stored;
  for (ImportPermit* import : fresh) {
    take_outcome(*import);
    // Other references are the server's own.
    if (import->has_own_reference && import->outcome) stored.push_back(&import->push.permit);
  }
  store::note_undated(batch.connection, stored, batch.now);
}

}  // namespace

Command::Apply ImportPermit::apply() const { return apply_imports; }

}  // namespace lotkeeper::service
