#pragma once

#include <optional>
#include <string>

#include "service/commit/command.hpp"
#include "service/violations/violation_record.hpp"

namespace lotkeeper::service {

/// Stores a violation that an office brings along, with its vehicle, drivers, details, attachments
/// and the lists that they point to: ids are kept, items of lists are written over by id, counters
/// go on above the highest id. A vehicle or person that stands already stays as it is. Writes
/// nothing, and returns false, where the violation itself stands already: whatever became of it
/// since stays.
///
/// Refused with all that is wrong, and nothing written: 9033 a detail or attachment of another
/// violation or with an id that is taken, an id that points to nothing, a ticket that is none; 9022
/// where another violation has the ticket, or an id stands for another ticket, plate or person;
/// 9012 where another vehicle has the plate; 9015 an unknown login source; 9019 and 9020 where
/// another person has a driver's e-mail or user name.
domain::Result<bool> import_violation(WriteBatch& batch, store::ClientId client,
                                      ViolationRecord& record);

/// A violation in the document's shape. Refused as `import_violation` refuses.
class ImportViolation final : public Command {
 public:
  store::ClientId client = 0;
  ViolationRecord record;
  bool was_there = false;  ///< of a success: nothing was written

  [[nodiscard]] Apply apply() const override;
};

/// A payment of the violation that has this ticket. Refused as `pay_violation` refuses, and 9009
/// where no violation has the ticket.
class ImportPayment final : public Command {
 public:
  store::ClientId client = 0;
  std::string ticket;
  std::int64_t amount_cents = 0;
  base::Instant at;
  std::string method;
  bool was_there = false;  ///< of a success: this very payment stood already

  [[nodiscard]] Apply apply() const override;
};

}  // namespace lotkeeper::service
