#include "api/scenario_tables.hpp"

namespace lotkeeper::tests {

std::span<const std::string_view> endpoints_under_test() {
  static constexpr std::string_view k_endpoints[] = {
      "permits/push",      "permits/update",      "permits/delete",
      "permits/stats",     "permits/check",       "vehicles/push",
      "profiles/push",     "profiles/types/list", "violations/send_overdue_to_collections",
      "violations/batches"};
  return k_endpoints;
}

const std::vector<Table>& scenario_tables() {
  static const std::vector<Table> tables{
      push_amount_table(),
      push_time_table(),
      push_plate_table(),
      push_zone_table(),
      push_name_table(),
      push_record_table(),
      clock_change_table(),
      update_value_table(),
      update_table(),
      delete_table(),
      stats_table(),
      stats_value_table(),
      check_table(),
      check_value_table(),
      idempotency_table(),
      token_table(),
      body_table(),
      address_table(),
      failure_table(),
      send_overdue_table(),
      batches_table(),
      vehicle_table(),
      vehicle_item_table(),
      profiles_push_table(),
      profiles_push_key_table(),
      profiles_push_value_table(),
      profiles_push_change_table(),
      profiles_types_table(),
  };
  return tables;
}

}  // namespace lotkeeper::tests
