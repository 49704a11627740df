#include "api/v1/imports/import_kinds.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "api/v1/imports/import_rows.hpp"
#include "api/v1/profiles/profile_attributes.hpp"
#include "api/v1/vehicles/vehicle_attributes.hpp"
#include "base/text/text.hpp"

namespace lotkeeper::api::v1 {

using domain::Result;

std::span<const ImportKind> import_kinds() {
  static const std::array kinds{
      ImportKind{"permits", permit_columns(), true, read_permit_row, permit_was_there},
      ImportKind{"vehicles", vehicle_attributes(), false, read_vehicle_row, vehicle_was_there},
      ImportKind{"profiles", profile_attributes(), false, read_profile_row, profile_was_there},
      ImportKind{"violations", violation_columns(), false, read_violation_row, violation_was_there,
                 true},
      ImportKind{"payments", payment_columns(), false, read_payment_row, payment_was_there},
  };
  return kinds;
}

const ImportKind* find_import_kind(std::string_view name) {
  const auto kinds = import_kinds();
  const auto found = std::ranges::find(kinds, name, &ImportKind::name);
  return found == kinds.end() ? nullptr : &*found;
}

namespace {

constexpr std::string_view k_json_column = "record";  // what a JSON file is read as a table with

bool is_known(const ImportKind& kind, std::string_view column) {
  return std::ranges::any_of(
      kind.columns, [&](const Attribute* attribute) { return is_name_of(column, *attribute); });
}

/// A file in the other form than this kind's was read as a table of its own.
std::optional<domain::Refusal> in_the_wrong_form(const ImportKind& kind,
                                                 std::span<const std::string> columns) {
  const bool is_json = columns.size() == 1 && columns.front() == k_json_column;
  if (is_json == kind.is_json) return std::nullopt;
  return domain::refuse(
      ErrorCode::unparsable, {},
      kind.is_json
          ? fmt::format("The file is not JSON. Import {} from JSON in the form of a "
                        "violations/send_overdue_to_collections reply. Nothing was imported.",
                        kind.name)
          : fmt::format("The file is JSON. Import {} from a CSV table with a header row. lotkeeper "
                        "import --help lists its columns. Nothing was imported.",
                        kind.name));
}

domain::Fault missing(const Attribute& attribute, std::span<const std::string> columns) {
  std::string detail =
      fmt::format("The table has no column {} for {}.", quoted_names(attribute), attribute.title);
  for (const std::string& column : columns) {
    if (const auto miss = find_near_miss(column, attribute)) {
      detail += fmt::format(" It has \"{}\": did you mean \"{}\"?", column, miss->name);
      break;
    }
  }
  return {*attribute.missing, std::string(attribute.names.front()), std::move(detail)};
}

std::string unknown(const ImportKind& kind, std::string_view column) {
  constexpr std::size_t k_most_shown = 60;
  if (column.empty()) return "A column without a name was ignored.";
  std::string warning = fmt::format("The column \"{}\" is not an attribute of {} and was ignored.",
                                    base::first_code_points(column, k_most_shown), kind.name);
  std::optional<NearMiss> nearest;
  for (const Attribute* attribute : kind.columns) {
    const auto miss = find_near_miss(column, *attribute);
    if (miss && (!nearest || *miss < *nearest)) nearest = miss;
  }
  if (nearest) warning += fmt::format(" Did you mean \"{}\"?", nearest->name);
  return warning;
}

}  // namespace

Result<std::vector<std::string>> check_columns(const ImportKind& kind,
                                               std::span<const std::string> columns) {
  for (auto column = columns.begin(); column != columns.end(); ++column) {
    if (!column->empty() && std::find(columns.begin(), column, *column) != column) {
      return domain::refused(ErrorCode::unparsable, {},
                             fmt::format("The table has the column \"{}\" twice.", *column));
    }
  }
  domain::Refusal refusal;
  for (const Attribute* attribute : kind.columns) {
    const bool is_there = std::ranges::any_of(
        columns, [&](const std::string& column) { return is_name_of(column, *attribute); });
    if (attribute->missing && !is_there) refusal.faults.push_back(missing(*attribute, columns));
  }
  if (!refusal.faults.empty()) {
    return tl::unexpected(in_the_wrong_form(kind, columns).value_or(std::move(refusal)));
  }
  std::vector<std::string> warnings;
  for (const std::string& column : columns) {
    if (!is_known(kind, column)) warnings.push_back(unknown(kind, column));
  }
  return warnings;
}

}  // namespace lotkeeper::api::v1
