#include "api/v1/permits/permit_attributes.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text/text.hpp"
#include "domain/money.hpp"
#include "domain/permits/plate.hpp"

namespace lotkeeper::api::v1 {
namespace {

bool is_no_plate(std::string_view text) { return !domain::has_plate_character(text); }

Attribute plate_attribute(std::size_t limit, std::optional<ErrorCode> missing) {
  Attribute attribute{{"plate", "LicencePlate"}, "the plate", limit, missing};
  attribute.counts_as_absent = is_no_plate;
  return attribute;
}

}  // namespace

using domain::k_checked_plate_limit;
using domain::k_currency_limit;
using domain::k_permit_plate_limit;
using domain::k_ticket_number_limit;
using domain::k_zone_name_limit;

const Attribute k_amount{{"amount", "Amount"}, "the amount"};
const Attribute k_currency{{"currency", "CurrencyID"}, "the currency", k_currency_limit};
const Attribute k_start{{"startTime", "StartDateUtc"},
                        "the start time",
                        0,
                        ErrorCode::field_missing,
                        ErrorCode::start_time_invalid};
const Attribute k_end{{"endTime", "EndDateUtc"},
                      "the end time",
                      0,
                      ErrorCode::end_time_missing,
                      ErrorCode::end_time_invalid};
const Attribute k_plate = plate_attribute(k_permit_plate_limit, ErrorCode::plate_missing);
// An update need not have these; what it has is judged as in a push.
const Attribute k_new_end{
    {"endTime", "EndDateUtc"}, "the end time", 0, std::nullopt, ErrorCode::end_time_invalid};
const Attribute k_updated_plate = plate_attribute(k_permit_plate_limit, std::nullopt);
const Attribute k_ticket_number{
    {"permitNo", "TicketNumber"}, "the ticket number", k_ticket_number_limit};
const Attribute k_zone{{"zone", "ParkingZoneName"}, "the zone name", k_zone_name_limit};
const Attribute k_permit_type{{"permitType", "type"}, "the permit type"};
const Attribute k_reference{{"referenceid", "referenceID", "reference_id"},
                            "the reference",
                            0,
                            ErrorCode::reference_missing,
                            ErrorCode::record_not_found};
// A permit that is brought along may have one.
const Attribute k_own_reference{k_reference.names, k_reference.title, 0, std::nullopt,
                                k_reference.malformed};
const Attribute k_zones{{"zones"}, "the zones"};
const Attribute k_active_at{{"activeAt"}, "the moment"};
const Attribute k_checked_plate = plate_attribute(k_checked_plate_limit, ErrorCode::plate_missing);
const Attribute k_at{{"at"}, "the moment"};

std::optional<std::int64_t> read_amount_cents(AttributeReader& attributes,
                                              const Attribute& attribute) {
  const auto sent = attributes.find(attribute);
  if (!sent) return std::nullopt;
  const domain::AmountReading reading =
      domain::read_amount(sent->was_number ? domain::with_two_decimals(sent->text) : sent->text);
  if (!reading.error) return reading.money.cents;
  switch (*reading.error) {
    case domain::AmountError::too_long:
      attributes.fault(ErrorCode::field_too_long, attribute,
                       "Send at most 9 characters for the amount, such as \"14.50\".");
      break;
    case domain::AmountError::too_short:
      attributes.fault(ErrorCode::field_too_short, attribute,
                       "Send at least 3 digits for the amount, two of them cents: \"0.50\".");
      break;
    case domain::AmountError::invalid:
      attributes.fault(ErrorCode::field_invalid, attribute,
                       "Send the amount as digits, a point and two decimals, from \"0.01\" to "
                       "\"999999.99\".");
      break;
  }
  return std::nullopt;
}

std::optional<std::string> read_currency(AttributeReader& attributes) {
  const auto sent = attributes.text(k_currency);
  if (!sent) return std::nullopt;
  const auto currency = domain::parse_currency(sent->text);
  if (!currency) {
    attributes.fault(ErrorCode::field_invalid, k_currency, "Send \"CAD\" or \"USD\".");
    return std::nullopt;
  }
  return std::string(*currency);
}

namespace {

std::string outside_years(const Attribute& attribute) {
  return fmt::format(
      "Send {} within the years 1 to 9999 in UTC. Converted from the client's time zone, it falls "
      "outside them.",
      attribute.title);
}

}  // namespace

std::optional<Moments> read_time(AttributeReader& attributes, const Attribute& attribute,
                                 const domain::TimeZone& zone) {
  const auto sent = attributes.find(attribute);
  if (!sent) return std::nullopt;
  auto time = domain::parse_wall_time(sent->text);
  if (!time) {
    attributes.fault(attribute.malformed, attribute,
                     fmt::format("Send {} as YYYY-MM-DDTHH:MM:SS, a real date and time, such "
                                 "as \"2018-07-02T09:30:00\". {}",
                                 attribute.title, domain::explain_wall_time(sent->text)));
    return std::nullopt;
  }
  if (sent->name.ends_with("Utc")) time->utc = true;
  auto moments = zone.resolve(*time);
  if (!moments) attributes.fault(attribute.malformed, attribute, outside_years(attribute));
  return moments;
}

std::optional<Moments> read_moment(AttributeReader& attributes, const Attribute& attribute,
                                   const domain::TimeZone& zone, base::Instant now) {
  const auto sent = attributes.find(attribute);
  if (!sent) return std::nullopt;
  if (sent->text == "now") return Moments{now, now};
  const auto time = domain::parse_wall_time(sent->text);
  if (!time) {
    attributes.fault(attribute.malformed, attribute,
                     fmt::format("Send a time as YYYY-MM-DDTHH:MM:SS, or the word \"now\". {}",
                                 domain::explain_wall_time(sent->text)));
    return std::nullopt;
  }
  auto moments = zone.resolve(*time);
  if (!moments) attributes.fault(attribute.malformed, attribute, outside_years(attribute));
  return moments;
}

std::optional<SentPlate> read_plate(AttributeReader& attributes, const Attribute& attribute) {
  auto sent = attributes.text(attribute);
  if (!sent) return std::nullopt;
  std::string norm = domain::normalise_plate(sent->text);
  std::string shape = domain::plate_shape(norm);
  return SentPlate{std::move(sent->text), std::move(norm), std::move(shape)};
}

std::optional<service::AskedZone> read_zone(AttributeReader& attributes) {
  auto sent = attributes.text(k_zone);
  if (!sent) return std::nullopt;
  std::string norm = base::fold_name(sent->text);
  return service::AskedZone{std::move(sent->text), std::move(norm)};
}

std::optional<domain::PermitType> read_permit_type(AttributeReader& attributes) {
  const auto sent = attributes.find(k_permit_type);
  if (!sent) return std::nullopt;
  const auto type = domain::parse_permit_type(sent->text);
  if (!type) {
    attributes.fault(ErrorCode::field_invalid, k_permit_type,
                     "Send \"standard\", \"temp\" or \"validator\".");
  }
  return type;
}

std::optional<base::Uuid> read_reference(AttributeReader& attributes, const Attribute& attribute) {
  const auto sent = attributes.find(attribute);
  if (!sent) return std::nullopt;
  const auto reference = base::Uuid::parse(sent->text);
  if (!reference) {
    attributes.fault(
        ErrorCode::record_not_found, attribute,
        "This is not a permit reference. Send the reference_id that the push returned.");
  }
  return reference;
}

namespace {

using Kind = base::JsonValue::Kind;

/// Folding makes three characters of one at most.
constexpr std::size_t k_longest_asked_zone = 3 * k_zone_name_limit;
// To fold more names takes an event loop longer than other requests should wait.
constexpr std::size_t k_most_asked_zones = 2'000;

/// The names as they were sent, before they are trimmed; nullopt where one is no text.
std::optional<std::vector<std::string_view>> split_zones(const base::JsonValue& value) {
  std::vector<std::string_view> names;
  if (value.kind == Kind::array) {
    for (const base::JsonValue& item : value.items) {
      if (item.kind == Kind::null) continue;
      if (item.kind != Kind::string && item.kind != Kind::number) return std::nullopt;
      names.push_back(item.text);
    }
    return names;
  }
  if (value.kind != Kind::string && value.kind != Kind::number) return std::nullopt;
  std::string_view rest = value.text;
  for (;;) {
    const std::size_t comma = rest.find(',');
    if (comma != 0 && !rest.empty()) names.push_back(rest.substr(0, comma));
    if (comma == std::string_view::npos) return names;
    rest.remove_prefix(comma + 1);
  }
}

}  // namespace

std::optional<std::vector<service::AskedZone>> read_zones(AttributeReader& attributes) {
  const base::JsonValue* value = attributes.value(k_zones);
  if (value == nullptr) return std::nullopt;
  const auto names = split_zones(*value);
  std::vector<std::string_view> asked;
  std::set<std::string_view> seen_as_sent;
  for (const std::string_view name : names.value_or(std::vector<std::string_view>())) {
    if (seen_as_sent.insert(name).second) asked.push_back(base::trim_white_space(name));
  }
  if (!names || std::ranges::any_of(asked, base::has_control_character)) {
    attributes.fault(ErrorCode::field_invalid, k_zones,
                     "Send zone names separated by commas, or an array of zone names.");
    return std::nullopt;
  }
  if (asked.size() > k_most_asked_zones) {
    attributes.fault(ErrorCode::field_invalid, k_zones,
                     fmt::format("Send at most {} zone names in one request.", k_most_asked_zones));
    return std::nullopt;
  }

  std::vector<service::AskedZone> zones;
  std::set<std::string> seen;
  for (const std::string_view name : asked) {
    // A zone's name never has so many characters, and folding a long text costs much.
    const bool is_too_long = base::count_code_points(name) > k_longest_asked_zone;
    std::string norm = is_too_long ? std::string(name) : base::fold_name(name);
    if (norm.empty() || !seen.insert(norm).second) continue;
    zones.push_back({std::string(name), std::move(norm)});
  }
  return zones;
}

}  // namespace lotkeeper::api::v1
