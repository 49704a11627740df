#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/embedded.hpp"
#include "database/connection.hpp"

namespace lotkeeper::database {

/// The schema's migration steps that this binary knows, in order: `0001_tenancy_and_permits.sql`
/// and so on, embedded from db/migrations.
[[nodiscard]] std::span<const base::EmbeddedFile> embedded_migrations();

/// All steps as one script for an empty database of `engine`.
[[nodiscard]] std::string whole_schema(Engine engine);

/// Work that a step does beyond its SQL, by the step's file name. Runs in the step's transaction,
/// so it happens exactly once. It sees the schema of that step, not the newest one.
using AfterStep = std::function<void(Connection& connection, std::string_view step)>;

/// Brings the schema up to date, one transaction per step. If another server is migrating, waits up
/// to a quarter of an hour. Throws DatabaseError with a sentence for the operator if the database
/// is newer than this binary.
void migrate(Connection& connection, base::Instant now, const AfterStep& after_step);

}  // namespace lotkeeper::database
