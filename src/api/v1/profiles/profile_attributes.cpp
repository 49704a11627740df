#include "api/v1/profiles/profile_attributes.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text/text.hpp"
#include "domain/day.hpp"

namespace lotkeeper::api::v1 {
namespace {

using service::ProfileChanges;
using Change = ProfileChanges::Change;

constexpr std::size_t k_abbreviation_length = 2;

/// An attribute that has a Canadian and an American name.
Attribute pair_of(std::string_view canadian, std::string_view american, std::string_view title,
                  std::size_t limit) {
  Attribute attribute{{canadian, american}, title, limit};
  attribute.may_differ = true;
  return attribute;
}

const Attribute k_unique_id{{"unique_id"}, "the unique id", 50, ErrorCode::unique_id_missing};
const Attribute k_login_source{{"login_source"},
                               "the login source",
                               20,
                               ErrorCode::login_source_missing,
                               ErrorCode::login_source_invalid,
                               ErrorCode::login_source_invalid};
// That a new person has these three is for the store to say, which knows whether the person is new.
const Attribute k_first_name{{"first_name"}, "the first name", 50};
const Attribute k_last_name{{"last_name"}, "the last name", 50};
const Attribute k_email{{"email"}, "the e-mail address", 100};
const Attribute k_user_name{{"user_name"}, "the user name", 50};
// The document's table gives a street no limit, and a second one 20 characters, which its kind of
// content outgrows.
const Attribute k_street{{"street"}, "the street", 255};
const Attribute k_city{{"city"}, "the city", 50};
const Attribute k_province =
    pair_of("province", "state", "the province or state", k_abbreviation_length);
const Attribute k_postal_code = pair_of("postal_code", "zip", "the postal code", 20);
const Attribute k_street2{{"street2"}, "the second street", 255};
const Attribute k_city2{{"city2"}, "the second city", 50};
const Attribute k_province2 =
    pair_of("province2", "state2", "the second province or state", k_abbreviation_length);
const Attribute k_postal_code2 = pair_of("postal_code2", "zip2", "the second postal code", 20);
const Attribute k_phone_cell{{"phone_cell"}, "the cell phone number", 20};
const Attribute k_user_type{{"user_type_id"}, "the user type"};
const Attribute k_employ_no{{"employ_no"}, "the employee number", 50};
const Attribute k_employee_phone{{"employee_phone"}, "the employee's phone number", 50};
const Attribute k_student_no{{"student_no"}, "the student number", 50};
const Attribute k_student_phone{{"student_phone"}, "the student's phone number", 50};
const Attribute k_licence_no =
    pair_of("driver_licence_num", "driver_license_num", "the driver's licence number", 255);
const Attribute k_date_of_birth{{"date_of_birth"}, "the date of birth"};
const Attribute k_locker_user_type{{"locker_user_type_id"}, "the locker user type"};
const Attribute k_licence_province =
    pair_of("driver_licence_prov", "driver_license_state",
            "the province or state of the driver's licence", k_abbreviation_length);

struct Moment {
  const domain::TimeZone& zone;
  base::Instant now;
};

/// Reads a value that is there; nullopt where it notes a fault.
using Read = std::optional<std::string> (*)(AttributeReader&, const Attribute&, const Moment&);

std::optional<std::string> read_text(AttributeReader& attributes, const Attribute& attribute,
                                     const Moment&) {
  auto sent = attributes.text(attribute);
  if (!sent) return std::nullopt;
  return std::move(sent->text);
}

std::optional<std::string> read_email(AttributeReader& attributes, const Attribute& attribute,
                                      const Moment&) {
  auto sent = attributes.text(attribute);
  if (!sent) return std::nullopt;
  const std::string& text = sent->text;
  const std::size_t at = text.find('@');
  if (at == std::string::npos || at == 0 || at + 1 == text.size() || text.rfind('@') != at) {
    attributes.fault(ErrorCode::field_invalid, attribute,
                     "Send an e-mail address: one \"@\" with something on both sides of it.");
    return std::nullopt;
  }
  return std::move(sent->text);
}

std::optional<std::string> read_province(AttributeReader& attributes, const Attribute& attribute,
                                         const Moment&) {
  const auto sent = attributes.find(attribute);
  if (!sent) return std::nullopt;
  if (base::count_code_points(sent->text) < k_abbreviation_length) {
    attributes.fault(ErrorCode::field_too_short, attribute,
                     fmt::format("Send {} as its two-letter postal abbreviation, such as \"ON\".",
                                 attribute.title));
    return std::nullopt;
  }
  if (!attributes.judge(attribute, *sent)) return std::nullopt;
  return base::ascii_upper(sent->text);
}

std::optional<std::string> read_id(AttributeReader& attributes, const Attribute& attribute,
                                   const Moment&) {
  auto sent = attributes.find(attribute);
  if (!sent) return std::nullopt;
  const bool is_number =
      std::ranges::all_of(sent->text, [](char c) { return c >= '0' && c <= '9'; });
  if (!is_number) {
    attributes.fault(ErrorCode::field_invalid, attribute,
                     fmt::format("Send {} as its id, a whole number.", attribute.title));
    return std::nullopt;
  }
  return std::move(sent->text);
}

std::optional<std::string> read_past_date(AttributeReader& attributes, const Attribute& attribute,
                                          const Moment& moment) {
  auto sent = attributes.find(attribute);
  if (!sent) return std::nullopt;
  // A day has come when its midnight has.
  const auto begin = domain::begin_of_day(sent->text, moment.zone);
  if (!begin || *begin > moment.now) {
    attributes.fault(
        ErrorCode::field_invalid, attribute,
        fmt::format("Send {} as YYYY-MM-DD, a real date that is not in the future, such as "
                    "\"1990-12-31\".",
                    attribute.title));
    return std::nullopt;
  }
  return std::move(sent->text);
}

struct ChangeRow {
  const Attribute* attribute;
  Change ProfileChanges::* change;
  Read read = read_text;
};

// The document's table, after the key; it lost the name of the e-mail address, which its sample
// has.
const ChangeRow k_changes[] = {
    {&k_first_name, &ProfileChanges::first_name},
    {&k_last_name, &ProfileChanges::last_name},
    {&k_user_name, &ProfileChanges::user_name},
    {&k_email, &ProfileChanges::email, read_email},
    {&k_street, &ProfileChanges::street},
    {&k_city, &ProfileChanges::city},
    {&k_province, &ProfileChanges::province, read_province},
    {&k_postal_code, &ProfileChanges::postal_code},
    {&k_street2, &ProfileChanges::street2},
    {&k_city2, &ProfileChanges::city2},
    {&k_province2, &ProfileChanges::province2, read_province},
    {&k_postal_code2, &ProfileChanges::postal_code2},
    {&k_phone_cell, &ProfileChanges::phone_cell},
    {&k_user_type, &ProfileChanges::user_type, read_id},
    {&k_employ_no, &ProfileChanges::employ_no},
    {&k_employee_phone, &ProfileChanges::employee_phone},
    {&k_student_no, &ProfileChanges::student_no},
    {&k_student_phone, &ProfileChanges::student_phone},
    {&k_licence_no, &ProfileChanges::licence_no},
    {&k_date_of_birth, &ProfileChanges::date_of_birth, read_past_date},
    {&k_locker_user_type, &ProfileChanges::locker_user_type, read_id},
    {&k_licence_province, &ProfileChanges::licence_province, read_province},
};

/// What a new person must have.
struct Required {
  ErrorCode code;
  const Attribute* attribute;
};

constexpr Required k_required[] = {{ErrorCode::first_name_missing, &k_first_name},
                                   {ErrorCode::last_name_missing, &k_last_name},
                                   {ErrorCode::email_missing, &k_email}};

}  // namespace

void read_profile(AttributeReader& attributes, const http::Call& call, service::PushProfile& push) {
  const store::Client& client = *call.caller.client;
  push.sent.client = client.id;
  push.uuid = base::make_uuid_v7(call.now);
  read_profile_key(attributes, push.sent);
  push.sent.changes = read_profile_changes(attributes, client.time_zone, call.now);
}

void read_profile_key(AttributeReader& attributes, service::SentProfile& profile) {
  if (auto sent = attributes.text(k_unique_id)) profile.unique_id = std::move(sent->text);
  if (auto sent = attributes.text(k_login_source)) profile.login_source = std::move(sent->text);
}

ProfileChanges read_profile_changes(AttributeReader& attributes, const domain::TimeZone& zone,
                                    base::Instant now) {
  ProfileChanges changes;
  for (const ChangeRow& row : k_changes) {
    changes.*row.change = attributes.was_emptied(*row.attribute)
                              ? std::string()
                              : row.read(attributes, *row.attribute, {zone, now});
  }
  return changes;
}

domain::Refusal refuse_profile(AttributeReader& attributes,
                               std::vector<domain::Fault> found_by_store) {
  // What is there and faulty the store took for absent.
  std::erase_if(found_by_store,
                [&](const domain::Fault& fault) { return attributes.has_fault(fault.field); });
  for (domain::Fault& fault : found_by_store) {
    const auto* const missing = std::ranges::find(k_required, fault.code, &Required::code);
    if (missing != std::end(k_required)) fault.detail += attributes.near_miss(*missing->attribute);
  }
  attributes.faults(std::move(found_by_store));
  return attributes.refusal(
      {&k_unique_id,  &k_login_source,   &k_first_name,       &k_last_name,
       &k_user_name,  &k_email,          &k_street,           &k_city,
       &k_province,   &k_postal_code,    &k_street2,          &k_city2,
       &k_province2,  &k_postal_code2,   &k_phone_cell,       &k_user_type,
       &k_employ_no,  &k_employee_phone, &k_student_no,       &k_student_phone,
       &k_licence_no, &k_date_of_birth,  &k_locker_user_type, &k_licence_province});
}

std::vector<const Attribute*> profile_attributes() {
  return {&k_unique_id,  &k_login_source,   &k_first_name,       &k_last_name,
          &k_user_name,  &k_email,          &k_street,           &k_city,
          &k_province,   &k_postal_code,    &k_street2,          &k_city2,
          &k_province2,  &k_postal_code2,   &k_phone_cell,       &k_user_type,
          &k_employ_no,  &k_employee_phone, &k_student_no,       &k_student_phone,
          &k_licence_no, &k_date_of_birth,  &k_locker_user_type, &k_licence_province};
}

}  // namespace lotkeeper::api::v1
