#include "api/v1/import_kinds.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>

#include "api/v1/permit_attributes.hpp"
#include "api/v1/permits.hpp"
#include "base/text.hpp"
#include "service/permit_imports.hpp"

namespace lotkeeper::api::v1 {
namespace {

using domain::Result;
using service::Command;

Result<std::unique_ptr<Command>> read_permit(const http::Call& row);
bool permit_was_there(const Command& command);

}  // namespace

std::span<const ImportKind> import_kinds() {
  static const std::array kinds{
      ImportKind{"permits",
                 {&k_amount, &k_currency, &k_start, &k_end, &k_plate, &k_ticket_number, &k_zone,
                  &k_permit_type, &k_own_reference},
                 true,
                 read_permit,
                 permit_was_there},
  };
  return kinds;
}

const ImportKind* find_import_kind(std::string_view name) {
  const auto kinds = import_kinds();
  const auto found = std::ranges::find(kinds, name, &ImportKind::name);
  return found == kinds.end() ? nullptr : &*found;
}

namespace {

// permits: as permits/push, and their references go on

Result<std::unique_ptr<Command>> read_permit(const http::Call& row) {
  auto import = std::make_unique<service::ImportPermit>();
  auto decoded = decode_push(row, import->push);
  AttributeReader attributes(row);
  const auto reference = read_reference(attributes, k_own_reference);
  if (!decoded || attributes.has_faults()) {
    domain::Refusal refusal = decoded ? domain::Refusal{} : std::move(decoded.error());
    std::ranges::move(attributes.refusal().faults, std::back_inserter(refusal.faults));
    return tl::unexpected(std::move(refusal));
  }
  if (reference) {
    import->push.permit.id = *reference;
    import->has_own_reference = true;
  }
  std::ranges::copy(attributes.warnings(), std::back_inserter(import->push.warnings));
  return import;
}

bool permit_was_there(const Command& command) {
  return static_cast<const service::ImportPermit&>(command).was_there;
}

// Columns

bool is_known(const ImportKind& kind, std::string_view column) {
  return std::ranges::any_of(
      kind.columns, [&](const Attribute* attribute) { return is_name_of(column, *attribute); });
}

domain::Refusal missing(const Attribute& attribute, std::span<const std::string> columns) {
  std::string detail =
      fmt::format("The table has no column {} for {}.", quoted_names(attribute), attribute.title);
  for (const std::string& column : columns) {
    if (const auto miss = find_near_miss(column, attribute)) {
      detail += fmt::format(" It has \"{}\": did you mean \"{}\"?", column, miss->name);
      break;
    }
  }
  return domain::refuse(*attribute.missing, std::string(attribute.names.front()),
                        std::move(detail));
}

std::string unknown(const ImportKind& kind, std::string_view column) {
  constexpr std::size_t k_most_shown = 60;
  if (column.empty()) return "A column without a name was ignored.";
  std::string warning = fmt::format("The column \"{}\" is no attribute of {} and was ignored.",
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
  for (const Attribute* attribute : kind.columns) {
    const bool is_there = std::ranges::any_of(
        columns, [&](const std::string& column) { return is_name_of(column, *attribute); });
    if (attribute->missing && !is_there) return tl::unexpected(missing(*attribute, columns));
  }
  std::vector<std::string> warnings;
  for (const std::string& column : columns) {
    if (!is_known(kind, column)) warnings.push_back(unknown(kind, column));
  }
  return warnings;
}

}  // namespace lotkeeper::api::v1
