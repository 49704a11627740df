#pragma once

#include <optional>
#include <string>

#include "service/commit/command.hpp"
#include "service/violations/violation_record.hpp"

namespace lotkeeper::service {

/// Stores a violation from another system, with its vehicle, drivers, details, attachments and the
/// list items that they point to. Ids are kept, list items are overwritten by id, and counters
/// continue above the highest id. A vehicle or person that already exists is not changed. If the
/// violation itself already exists, writes nothing and returns false, so that later changes to it
/// are kept.
///
/// Refused with all faults, and nothing written: 9033 for a detail or attachment of another
/// violation or with an id that is taken, an id that points to nothing, or an invalid ticket; 9022
/// if another violation has the ticket, or an id belongs to another ticket, plate or person; 9012
/// if another vehicle has the plate; 9015 for an unknown login source; 9019 and 9020 if another
/// person has a driver's e-mail address or user name.
domain::Result<bool> import_violation(WriteBatch& batch, store::ClientId client,
                                      ViolationRecord& record);

/// Imports a violation in the document's form. Refuses what `import_violation` refuses.
class ImportViolation final : public Command {
 public:
  store::ClientId client = 0;
  ViolationRecord record;
  bool was_there = false;  ///< on success: nothing was written

  [[nodiscard]] Apply apply() const override;
};

/// Imports a payment of the violation with this ticket. Refuses what `pay_violation` refuses, and
/// 9009 if no violation has the ticket.
class ImportPayment final : public Command {
 public:
  store::ClientId client = 0;
  std::string ticket;
  std::int64_t amount_cents = 0;
  base::Instant at;
  std::string method;
  bool was_there = false;  ///< on success: this payment was already stored

  [[nodiscard]] Apply apply() const override;
};

}  // namespace lotkeeper::service
