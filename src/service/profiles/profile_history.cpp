#include "service/profiles/profile_history.hpp"

#include <algorithm>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace lotkeeper::service {
namespace {

namespace json = boost::json;
using store::ItemId;
using store::ListKind;
using store::Profile;

struct TextAttribute {
  std::string_view name;
  std::optional<std::string> Profile::* value;
  bool is_withheld = false;
};

struct ItemAttribute {
  std::string_view name;
  std::optional<ItemId> Profile::* value;
  ListKind kind;
  bool is_withheld = false;
};

constexpr TextAttribute k_texts[] = {
    {"uniqueId", &Profile::unique_id},
    {"firstName", &Profile::first_name},
    {"lastName", &Profile::last_name},
    {"userName", &Profile::user_name},
    {"email", &Profile::email},
    {"street", &Profile::street},
    {"city", &Profile::city},
    {"postalCode", &Profile::postal_code},
    {"street2", &Profile::street2},
    {"city2", &Profile::city2},
    {"postalCode2", &Profile::postal_code2},
    {"phoneCell", &Profile::phone_cell},
    {"employNo", &Profile::employ_no},
    {"employeePhone", &Profile::employee_phone},
    {"studentNo", &Profile::student_no},
    {"studentPhone", &Profile::student_phone},
    {"licenceNo", &Profile::licence_no, true},
    {"dateOfBirth", &Profile::date_of_birth, true},
};

constexpr ItemAttribute k_items[] = {
    {"province", &Profile::province, ListKind::province},
    {"province2", &Profile::province2, ListKind::province},
    {"userType", &Profile::user_type, ListKind::user_type},
    {"lockerUserType", &Profile::locker_user_type, ListKind::locker_user_type},
    {"licenceProvince", &Profile::licence_province, ListKind::province, true},
};

template <class Value>
json::value to_json(const std::optional<Value>& value) {
  if (!value) return nullptr;
  return json::value(*value);
}

template <class Attributes>
void add_differences(json::object& was, const Attributes& attributes, const Profile& before,
                     const Profile& after) {
  for (const auto& attribute : attributes) {
    const auto& old = before.*attribute.value;
    if (old == after.*attribute.value) continue;
    was[attribute.name] = attribute.is_withheld ? json::value(true) : to_json(old);
  }
}

template <class Attributes>
void add_values(json::object& values, const Attributes& attributes, const Profile& profile) {
  for (const auto& attribute : attributes) {
    values[attribute.name] = to_json(profile.*attribute.value);
  }
}

std::optional<ListKind> kind_of(std::string_view attribute) {
  const auto found = std::ranges::find(k_items, attribute, &ItemAttribute::name);
  if (found == std::end(k_items)) return std::nullopt;
  return found->kind;
}

}  // namespace

std::string replaced_values(const Profile& before, const Profile& after) {
  json::object was;
  add_differences(was, k_texts, before, after);
  add_differences(was, k_items, before, after);
  return json::serialize(was);
}

std::vector<ProfileChange> list_profile_changes(database::Connection& connection,
                                                const Profile& profile) {
  // From the latest back: what a change made of a value is what the next one replaced.
  json::object later;
  add_values(later, k_texts, profile);
  add_values(later, k_items, profile);
  auto replaced = store::list_replaced_profiles(connection, profile.client, profile.id);
  std::vector<ProfileChange> changes;
  for (auto row = replaced.rbegin(); row != replaced.rend(); ++row) {
    ProfileChange& change = changes.emplace_back();
    change.at = row->replaced;
    change.integration = std::move(row->integration_name);
    const json::object values = json::parse(row->was).as_object();
    for (const auto& [attribute, was] : values) {
      ChangedValue& value = change.values.emplace_back();
      value.attribute = attribute;
      value.kind = kind_of(attribute);
      value.is_withheld = was.is_bool();
      if (value.is_withheld) continue;
      value.was = was;
      value.became = std::exchange(later[attribute], was);
    }
  }
  std::ranges::reverse(changes);
  return changes;
}

}  // namespace lotkeeper::service
