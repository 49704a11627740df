#pragma once

#include "base/clock.hpp"
#include "database/connection.hpp"

namespace lotkeeper::service {

/// Brings the database's schema up to date, including everything that the steps do beyond their
/// SQL. Throws DatabaseError with a sentence for the operator if the database is newer than this
/// program.
void bring_up_to_date(database::Connection& connection, base::Instant now);

}  // namespace lotkeeper::service
