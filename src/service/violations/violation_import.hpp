#pragma once

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

}  // namespace lotkeeper::service
