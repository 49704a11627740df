#include "service/schema.hpp"

#include <string_view>

#include "database/migrate.hpp"
#include "store/permits/income.hpp"
#include "store/permits/permit_order.hpp"

namespace lotkeeper::service {
namespace {

void after_step(database::Connection& connection, std::string_view step) {
  if (step == "0004_console.sql") store::fill_income(connection);
  if (step == "0005_permit_search.sql") store::fill_undated(connection);
}

}  // namespace

void bring_up_to_date(database::Connection& connection, base::Instant now) {
  database::migrate(connection, now, after_step);
}

}  // namespace lotkeeper::service
