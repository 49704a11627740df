#pragma once

#include <optional>
#include <string>

#include "service/commit/command.hpp"
#include "service/violations/violation_record.hpp"

/// What an office brings along of violations, as commands.
namespace lotkeeper::service {

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
