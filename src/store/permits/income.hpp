#pragma once

#include <compare>
#include <span>
#include <string>
#include <vector>

#include "database/connection.hpp"
#include "domain/permits/permit.hpp"
#include "store/ids.hpp"

/// What permits brought in. The sums are updated as permits come and change, so a question about a
/// year costs the same with a thousand permits and with a hundred million.
namespace lotkeeper::store {

/// The subject of one sum.
struct Income {
  ClientId client = 0;
  IntegrationId integration = 0;
  ZoneNameId zone_name = 0;  ///< 0: no zone
  domain::PermitType type = domain::PermitType::temp;
  std::string currency;

  auto operator<=>(const Income&) const = default;
};

struct IncomeChange {
  const Income* income;
  std::string_view day;  ///< "2026-05-04" in the client's time zone
  std::int64_t permits = 0;
  std::int64_t cents = 0;
};

void change_income(database::Connection& connection, std::span<const IncomeChange> changes,
                   std::int64_t replica);

/// Counts the live permits of a database that is older than these sums. For the migration that
/// introduces them, in its transaction and on its schema.
void fill_income(database::Connection& connection);

enum class IncomeGroup { zone, integration, type };

/// Income of one day and group.
struct IncomeSum {
  std::string day;
  std::string group;  ///< name of the zone, integration or type; empty: no zone
  std::string currency;
  std::int64_t permits = 0;
  std::int64_t cents = 0;
};

/// The sums of the days from `first` to `last`, ordered by day, group and currency. Disconnected
/// names appear as they were sent.
[[nodiscard]] std::vector<IncomeSum> list_income(database::Connection& connection, ClientId client,
                                                 std::string_view first, std::string_view last,
                                                 IncomeGroup by);

}  // namespace lotkeeper::store
