#include "api/console/collections/sent_batch.hpp"

#include <array>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/console/clients/names.hpp"
#include "api/console/reply.hpp"
#include "base/text/json.hpp"
#include "service/violations/violation_record.hpp"
#include "service/violations/violation_writes.hpp"
#include "store/violations/violation_events.hpp"

namespace lotkeeper::api::console {
namespace {

constexpr std::array<std::string_view, 15> k_sent_columns{
    "ticket", "plate",  "issued", "due",  "types",    "fine",       "paid",        "owed",
    "state",  "debtor", "street", "city", "province", "postalCode", "otherDebtors"};

/// What was paid and owed when the batch was made.
struct SentSums {
  std::int64_t paid_cents = 0;
  std::int64_t owed_cents = 0;
};

std::vector<SentSums> sums_of(database::Connection& connection, const SentBatch& sent,
                              const std::vector<service::ViolationRecord>& records) {
  std::vector<store::ViolationId> ids;
  ids.reserve(records.size());
  for (const auto& record : records) ids.push_back(record.violation.id);
  const auto payments =
      store::find_payments_as_of(connection, sent.client, ids, sent.batch.created);
  std::vector<SentSums> sums(records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto stored = store::find_violation(connection, sent.client, ids[i]);
    if (stored && stored->batch == sent.batch.id && stored->sent_owed_cents) {
      sums[i] = {stored->sent_paid_cents.value_or(0), *stored->sent_owed_cents};
      continue;
    }
    std::vector<store::ViolationDetail> details;
    for (const auto& detail : records[i].details) details.push_back(detail.detail);
    for (const domain::Payment& payment : payments[i]) sums[i].paid_cents += payment.cents;
    sums[i].owed_cents = domain::owed_at(service::charge_of(records[i].violation, details),
                                         payments[i], sent.batch.created);
  }
  return sums;
}

std::int64_t full_cost(const service::ViolationRecord& record, base::Instant moment) {
  return domain::cost_at(service::charge_of(record.violation, {}), moment);
}

std::vector<std::string> types_of(const service::ViolationRecord& record) {
  std::vector<std::string> types;
  for (const auto& detail : record.details) {
    if (detail.type) types.push_back(detail.type->item.name);
  }
  return types;
}

/// Name, street, city, province, postal code; and the names of the others.
void append_debtors(std::vector<std::string>& cells, Names& names,
                    const std::optional<service::VehicleRecord>& vehicle) {
  if (!vehicle || vehicle->drivers.empty()) {
    cells.insert(cells.end(), 6, std::string());
    return;
  }
  const store::Profile& first = vehicle->drivers.front().profile;
  const bool is_second = !first.street && first.street2;
  const auto province =
      names.code(store::ListKind::province, is_second ? first.province2 : first.province);
  cells.push_back(name_of(first));
  cells.push_back((is_second ? first.street2 : first.street).value_or(""));
  cells.push_back((is_second ? first.city2 : first.city).value_or(""));
  cells.push_back(province.is_string() ? std::string(province.as_string()) : std::string());
  cells.push_back((is_second ? first.postal_code2 : first.postal_code).value_or(""));
  std::vector<std::string> others;
  for (std::size_t i = 1; i < vehicle->drivers.size(); ++i) {
    others.push_back(name_of(vehicle->drivers[i].profile));
  }
  cells.push_back(fmt::format("{}", fmt::join(others, "; ")));
}

std::vector<service::ViolationRecord> read_records(const SentBatch& sent,
                                                   std::string_view records) {
  const auto list = base::parse_json(fmt::format("[{}]", records));
  if (!list) throw std::runtime_error("a part of a batch is no JSON");
  std::vector<service::ViolationRecord> read;
  read.reserve(list->items.size());
  for (const base::JsonValue& item : list->items) {
    read.push_back(service::read_own_violation_record(item, sent.time_zone));
  }
  return read;
}

}  // namespace

std::string sent_heading() {
  std::string heading;
  append_row(heading, std::vector<std::string>(k_sent_columns.begin(), k_sent_columns.end()));
  return heading;
}

std::string sent_rows(database::Connection& connection, const SentBatch& sent,
                      std::string_view records) {
  const auto read = read_records(sent, records);
  const auto sums = sums_of(connection, sent, read);
  Names names(connection, sent.client);
  std::string rows;
  for (std::size_t i = 0; i < read.size(); ++i) {
    const store::Violation& violation = read[i].violation;
    std::vector<std::string> cells{violation.ticket,
                                   read[i].vehicle ? read[i].vehicle->vehicle.plate : std::string(),
                                   domain::format_utc(violation.issued),
                                   domain::format_utc(violation.due),
                                   fmt::format("{}", fmt::join(types_of(read[i]), "; ")),
                                   money(full_cost(read[i], sent.batch.created)),
                                   money(sums[i].paid_cents),
                                   money(sums[i].owed_cents),
                                   "collections"};
    append_debtors(cells, names, read[i].vehicle);
    append_row(rows, cells);
  }
  return rows;
}

}  // namespace lotkeeper::api::console
