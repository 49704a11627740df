#include "service/violations/violation_imports.hpp"

#include "service/violations/violation_import.hpp"
#include "service/violations/violation_writes.hpp"

namespace lotkeeper::service {
namespace {

using domain::Result;

/// Whether the record was stored (and not there already).
Result<bool> store_one(WriteBatch& batch, ImportViolation& import) {
  ViolationRecord record = import.record;  // it may run again
  return import_violation(batch, import.client, record);
}

Result<bool> store_one(WriteBatch& batch, ImportPayment& import) {
  const auto violation =
      store::find_violation_by_ticket(batch.connection, import.client, import.ticket);
  if (!violation) {
    return domain::refused(domain::ErrorCode::record_not_found, "ticket",
                           "No violation of this client has this ticket.");
  }
  return pay_violation(batch, import.client,
                       {*violation, import.amount_cents, import.at, import.method, true});
}

template <class Import>
void apply_each(WriteBatch& batch, std::span<Command* const> commands) {
  for (Command* command : commands) {
    auto& import = static_cast<Import&>(*command);
    auto stored = store_one(batch, import);
    import.was_there = stored && !*stored;
    if (stored) {
      import.outcome = Receipt{};
    } else {
      import.outcome = tl::unexpected(std::move(stored.error()));
    }
  }
}

}  // namespace

Command::Apply ImportViolation::apply() const { return apply_each<ImportViolation>; }
Command::Apply ImportPayment::apply() const { return apply_each<ImportPayment>; }

}  // namespace lotkeeper::service
