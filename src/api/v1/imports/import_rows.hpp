#pragma once

#include <memory>
#include <vector>

#include "api/v1/attributes.hpp"
#include "database/database.hpp"
#include "service/commit/command.hpp"

/// How the rows of each kind of import are read: as the endpoint reads its body, into the command
/// that stores it.
namespace lotkeeper::api::v1 {

using ReadRow = domain::Result<std::unique_ptr<service::Command>>;

/// As `permits/push`, and a reference of its own.
[[nodiscard]] std::vector<const Attribute*> permit_columns();
[[nodiscard]] ReadRow read_permit_row(const http::Call& row, database::Database& database);
[[nodiscard]] bool permit_was_there(const service::Command& command);

/// As `vehicles/push`.
[[nodiscard]] ReadRow read_vehicle_row(const http::Call& row, database::Database& database);
[[nodiscard]] bool vehicle_was_there(const service::Command& command);

/// As `profiles/push`.
[[nodiscard]] ReadRow read_profile_row(const http::Call& row, database::Database& database);
[[nodiscard]] bool profile_was_there(const service::Command& command);

/// A payment of a violation: ticket, amount, time, method.
[[nodiscard]] std::vector<const Attribute*> payment_columns();
[[nodiscard]] ReadRow read_payment_row(const http::Call& row, database::Database& database);
[[nodiscard]] bool payment_was_there(const service::Command& command);

/// A violation in the shape of the document's reply, as JSON in the column `record`.
[[nodiscard]] std::vector<const Attribute*> violation_columns();
[[nodiscard]] ReadRow read_violation_row(const http::Call& row, database::Database& database);
[[nodiscard]] bool violation_was_there(const service::Command& command);

}  // namespace lotkeeper::api::v1
