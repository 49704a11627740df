#include "api/v1/vehicles/vehicle_attributes.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/text/text.hpp"
#include "domain/permits/plate.hpp"
#include "domain/vehicles/vehicle.hpp"

namespace lotkeeper::api::v1 {
namespace {

using service::SentItem;
using store::ListKind;

bool is_no_plate(std::string_view text) { return !domain::has_plate_character(text); }

const Attribute k_plate{{"plate"},
                        "the plate",
                        domain::k_vehicle_plate_limit,
                        ErrorCode::plate_missing,
                        ErrorCode::field_invalid,
                        ErrorCode::vehicle_plate_too_long,
                        is_no_plate};
const Attribute k_year{{"year"}, "the year"};
const Attribute k_vin{{"vin"}, "the VIN", domain::k_vin_limit};

/// An entry of a list: two attributes, of which the id wins.
struct ItemAttributes {
  ListKind kind;
  Attribute id;
  Attribute name;
  Attribute both;  ///< for a fault that is neither's own: its names in their order
};

/// One that must be there already: its name has a limit of its own.
ItemAttributes known(ListKind kind, std::string_view id, std::string_view name,
                     std::string_view title, ErrorCode missing) {
  return {kind,
          {{id}, title},
          {{name}, title, domain::list_name_limit(kind)},
          {{id, name}, title, 0, missing}};
}

/// One whose name is cut rather than refused.
ItemAttributes growing(ListKind kind, std::string_view id, std::string_view name,
                       std::string_view title) {
  return {kind, {{id}, title}, {{name}, title}, {{id, name}, title}};
}

const ItemAttributes k_plate_type = known(ListKind::plate_type, "plateTypeID", "plateType",
                                          "the plate type", ErrorCode::plate_type_missing);
const ItemAttributes k_province = known(ListKind::province, "provID", "prov",
                                        "the province or state", ErrorCode::province_missing);
const ItemAttributes k_make = growing(ListKind::make, "makeID", "make", "the make");
const ItemAttributes k_type =
    growing(ListKind::vehicle_type, "typeID", "type", "the type of vehicle");
const ItemAttributes k_colour = growing(ListKind::colour, "colourID", "colour", "the colour");

bool is_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// An id that no list has: beyond what an id can be.
constexpr store::ItemId k_no_id = -1;

/// The id that a text of digits is.
store::ItemId to_id(std::string_view digits) {
  store::ItemId id = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
  return error == std::errc() ? id : k_no_id;
}

std::optional<SentItem> read_id(AttributeReader& attributes, const ItemAttributes& wanted) {
  const auto sent = attributes.find(wanted.id);
  if (!sent) return std::nullopt;
  if (!is_digits(sent->text)) {
    attributes.fault(ErrorCode::field_invalid, wanted.id,
                     fmt::format("An id consists of digits. Send {} by its id, or by its name as "
                                 "\"{}\".",
                                 wanted.id.title, wanted.name.names.front()));
    return std::nullopt;
  }
  return SentItem{to_id(sent->text), {}, {}};
}

SentItem named(ListKind kind, std::string name) {
  std::string norm = domain::fold_list_name(kind, name);
  return {std::nullopt, std::move(name), std::move(norm)};
}

/// An entry that must be there already.
std::optional<SentItem> read_known(AttributeReader& attributes, const ItemAttributes& wanted) {
  if (attributes.mentions(wanted.id)) return read_id(attributes, wanted);
  if (!attributes.mentions(wanted.name)) {
    attributes.note_missing(wanted.both);
    return std::nullopt;
  }
  auto sent = attributes.text(wanted.name);
  if (!sent) return std::nullopt;
  return named(wanted.kind, std::move(sent->text));
}

/// An entry whose name the list may grow by. One of digits is an id, where there is such an id; one
/// that is too long is cut, with the document's warning.
std::optional<SentItem> read_growing(AttributeReader& attributes, const ItemAttributes& wanted) {
  if (attributes.mentions(wanted.id)) return read_id(attributes, wanted);
  const auto sent = attributes.text(wanted.name);
  if (!sent) return std::nullopt;
  std::optional<store::ItemId> id;
  if (is_digits(sent->text)) id = to_id(sent->text);
  const std::string_view cut =
      base::first_code_points(sent->text, domain::list_name_limit(wanted.kind));
  if (cut.size() < sent->text.size()) {
    attributes.warn(fmt::format("The vehicle {} name was too long and has been truncated.",
                                wanted.name.names.front()));
  }
  SentItem item = named(wanted.kind, std::string(base::trim_white_space(cut)));
  item.id = id;
  return item;
}

std::optional<std::int64_t> read_year(AttributeReader& attributes) {
  const auto sent = attributes.find(k_year);
  if (!sent) return std::nullopt;
  constexpr std::size_t k_digits = 4;
  if (sent->text.size() != k_digits || !is_digits(sent->text)) {
    attributes.fault(ErrorCode::field_invalid, k_year,
                     "Send the year as exactly 4 digits, such as \"2011\".");
    return std::nullopt;
  }
  return to_id(sent->text);
}

}  // namespace

void read_vehicle(AttributeReader& attributes, service::PushVehicle& push) {
  if (auto plate = attributes.text(k_plate)) {
    push.vehicle.plate_norm = domain::normalise_plate(plate->text);
    push.vehicle.plate = std::move(plate->text);
  }
  push.items = {read_known(attributes, k_plate_type), read_known(attributes, k_province),
                read_growing(attributes, k_make), read_growing(attributes, k_type),
                read_growing(attributes, k_colour)};
  push.vehicle.year = read_year(attributes);
  if (auto vin = attributes.text(k_vin)) push.vehicle.vin = std::move(vin->text);
}

domain::Refusal vehicle_refusal(AttributeReader& attributes) {
  return attributes.refusal({&k_plate, &k_plate_type.id, &k_plate_type.name, &k_province.id,
                             &k_province.name, &k_make.id, &k_make.name, &k_type.id, &k_type.name,
                             &k_colour.id, &k_colour.name, &k_year, &k_vin});
}

std::vector<const Attribute*> vehicle_attributes() {
  return {&k_plate,     &k_plate_type.both, &k_province.both, &k_make.both,
          &k_type.both, &k_colour.both,     &k_year,          &k_vin};
}

}  // namespace lotkeeper::api::v1
