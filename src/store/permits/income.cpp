#include "store/permits/income.hpp"

#include <map>
#include <tuple>

#include "domain/time.hpp"
#include "store/clients/tenancy.hpp"

namespace lotkeeper::store {

using database::Connection;
using database::Parameters;
using database::Row;
using database::Statement;

constexpr Statement k_change{
    "permit_income.change",
    "INSERT INTO permit_income (client_id, day, integration_id, zone_name_id, permit_type, "
    "currency, replica, permits, cents) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
    "ON CONFLICT (client_id, day, integration_id, zone_name_id, permit_type, currency, replica) "
    "DO UPDATE SET permits = permit_income.permits + $8, cents = permit_income.cents + $9"};

void change_income(Connection& connection, std::span<const IncomeChange> changes,
                   std::int64_t replica) {
  std::vector<Parameters> rows;
  rows.reserve(changes.size());
  for (const IncomeChange& change : changes) {
    const Income& income = *change.income;
    rows.push_back({income.client, change.day, income.integration, income.zone_name,
                    static_cast<int>(income.type), income.currency, replica, change.permits,
                    change.cents});
  }
  connection.enqueue(k_change, rows);
}

constexpr Statement k_recount{
    "permit_income.recount",
    "SELECT client_id, integration_id, zone_name_id, permit_type, COALESCE(currency, ''), "
    "start_at - start_at % 900000, COUNT(*), CAST(SUM(amount_cents) AS BIGINT) FROM permit "
    "WHERE deleted_at IS NULL AND amount_cents IS NOT NULL "
    "GROUP BY client_id, integration_id, zone_name_id, permit_type, COALESCE(currency, ''), "
    "start_at - start_at % 900000"};

// Uses the schema of that migration, whatever columns later ones add to the table.
constexpr Statement k_time_zones{"client.time_zones", "SELECT client_id, time_zone FROM client"};

void fill_income(Connection& connection) {
  std::map<ClientId, domain::TimeZone> zones;
  connection.run(k_time_zones, {}, [&](const Row& row) {
    if (auto zone = domain::TimeZone::find(row.text(1))) zones.emplace(row.integer(0), *zone);
  });
  std::map<std::pair<Income, std::string>, std::pair<std::int64_t, std::int64_t>> sums;
  connection.run(k_recount, {}, [&](const Row& row) {
    const Income income{row.integer(0), row.integer(1), row.integer(2),
                        static_cast<domain::PermitType>(row.integer(3)), std::string(row.text(4))};
    const auto zone = zones.find(income.client);
    const domain::TimeZone own = zone == zones.end() ? domain::TimeZone::utc() : zone->second;
    auto& sum = sums[{income, own.date_at(row.instant(5))}];
    sum.first += row.integer(6);
    sum.second += row.integer(7);
  });
  std::vector<IncomeChange> changes;
  changes.reserve(sums.size());
  for (const auto& [key, sum] : sums) {
    changes.push_back({&key.first, key.second, sum.first, sum.second});
  }
  change_income(connection, changes, 0);
}

constexpr Statement k_list{
    "permit_income.list",
    "SELECT i.day, COALESCE(z.name, n.name), g.name, i.permit_type, i.currency, i.permits, "
    "i.cents FROM permit_income i "
    "LEFT JOIN zone_name n ON n.client_id = i.client_id AND n.zone_name_id = i.zone_name_id "
    "LEFT JOIN zone z ON z.client_id = n.client_id AND z.zone_id = n.zone_id "
    "LEFT JOIN integration g ON g.client_id = i.client_id AND g.integration_id = i.integration_id "
    "WHERE i.client_id = $1 AND i.day >= $2 AND i.day <= $3"};

std::vector<IncomeSum> list_income(Connection& connection, ClientId client, std::string_view first,
                                   std::string_view last, IncomeGroup by) {
  // std::map orders by bytes, which for UTF-8 is code point order.
  std::map<std::tuple<std::string, std::string, std::string>, IncomeSum> sums;
  connection.run(k_list, {client, first, last}, [&](const Row& row) {
    std::string group;
    switch (by) {
      case IncomeGroup::zone:
        group = row.text(1);
        break;
      case IncomeGroup::integration:
        group = row.text(2);
        break;
      case IncomeGroup::type:
        group = domain::to_string(static_cast<domain::PermitType>(row.integer(3)));
        break;
    }
    const std::string day(row.text(0));
    const std::string currency(row.text(4));
    IncomeSum& sum = sums[{day, group, currency}];
    sum.day = day;
    sum.group = group;
    sum.currency = currency;
    sum.permits += row.integer(5);
    sum.cents += row.integer(6);
  });
  std::vector<IncomeSum> list;
  list.reserve(sums.size());
  for (auto& [key, sum] : sums) list.push_back(std::move(sum));
  return list;
}

}  // namespace lotkeeper::store
