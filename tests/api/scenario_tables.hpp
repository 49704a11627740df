#pragma once

#include "api/scenario.hpp"

namespace lotkeeper::tests {

[[nodiscard]] Table push_amount_table();
[[nodiscard]] Table push_time_table();
[[nodiscard]] Table push_plate_table();
[[nodiscard]] Table push_zone_table();
[[nodiscard]] Table push_name_table();
[[nodiscard]] Table push_record_table();
[[nodiscard]] Table clock_change_table();
[[nodiscard]] Table update_table();
[[nodiscard]] Table update_value_table();
[[nodiscard]] Table delete_table();
[[nodiscard]] Table stats_table();
[[nodiscard]] Table stats_value_table();
[[nodiscard]] Table check_table();
[[nodiscard]] Table check_value_table();
[[nodiscard]] Table idempotency_table();
[[nodiscard]] Table token_table();
[[nodiscard]] Table body_table();
[[nodiscard]] Table address_table();
[[nodiscard]] Table failure_table();
[[nodiscard]] Table send_overdue_table();
[[nodiscard]] Table batches_table();
[[nodiscard]] Table vehicle_table();
[[nodiscard]] Table vehicle_item_table();
[[nodiscard]] Table profiles_push_table();
[[nodiscard]] Table profiles_push_key_table();
[[nodiscard]] Table profiles_push_value_table();
[[nodiscard]] Table profiles_push_change_table();
[[nodiscard]] Table profiles_types_table();

}  // namespace lotkeeper::tests
