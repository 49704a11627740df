#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/text/json.hpp"
#include "domain/fault.hpp"
#include "domain/time.hpp"
#include "store/clients/list.hpp"
#include "store/profiles/profile.hpp"
#include "store/vehicles/vehicle.hpp"
#include "store/violations/attachment.hpp"
#include "store/violations/violation.hpp"
#include "store/violations/violation_type.hpp"

/// The document's violation record (chapter "Pull API: Overdue Violations"), with its nested
/// records.
namespace lotkeeper::service {

struct DriverRecord {
  store::Profile profile;
  std::string login_source;
  store::VehicleId vehicle = 0;
};

struct VehicleRecord {
  store::Vehicle vehicle;
  std::vector<DriverRecord> drivers;
  std::optional<store::ListItem> make, colour, type, plate_type, province;
};

struct ViolationTypeRecord {
  store::ListItem item;
  store::ViolationType terms;
};

struct DetailRecord {
  store::ViolationDetail detail;
  std::optional<ViolationTypeRecord> type;
  // Of the violation that it belongs to.
  store::ViolationId violation = 0;
  std::string ticket;
};

struct ViolationRecord {
  store::Violation violation;
  std::optional<VehicleRecord> vehicle;
  std::optional<store::ListItem> location;
  std::vector<DetailRecord> details;
  std::vector<store::Attachment> attachments;
  std::optional<store::ListItem> category;
};

/// Reads a record in the document's form. Keys without a meaning in Lotkeeper are kept if they are
/// plain values. Secrets (`salt`, `api_token` …) are dropped. Times are kept to the millisecond.
/// Refused (9033) with a message for each key that does not match the document.
[[nodiscard]] domain::Result<ViolationRecord> read_violation_record(const base::JsonValue& object,
                                                                    const domain::TimeZone& zone);

/// Reads what `append_violation_record` wrote, even long ago. Newer rules for imports do not apply.
/// A field that cannot be read keeps the value of a new record.
[[nodiscard]] ViolationRecord read_own_violation_record(const base::JsonValue& object,
                                                        const domain::TimeZone& zone);

/// The record as JSON, key for key in the document's order.
void append_violation_record(std::string& out, ViolationRecord& record,
                             const domain::TimeZone& zone);

}  // namespace lotkeeper::service
