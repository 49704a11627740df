#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "store/clients/list.hpp"
#include "store/profiles/profile.hpp"
#include "store/profiles/profile_history.hpp"

/// Who changed what of a profile, and when.
namespace lotkeeper::service {

/// What differs between the two, as JSON: each attribute that changed, named as the console names
/// it, with what it was (a text, a list item's id, null). Of a driver's licence and a date of birth
/// it is kept that they changed (true), not what they were: no page shows them.
[[nodiscard]] std::string replaced_values(const store::Profile& before,
                                          const store::Profile& after);

struct ChangedValue {
  std::string attribute;
  std::optional<store::ListKind> kind;  ///< where it is an item of a list: both are its ids
  boost::json::value was;
  boost::json::value became;
  bool is_withheld = false;  ///< both are null then
};

struct ProfileChange {
  base::Instant at;
  std::string integration;  ///< empty: an import
  std::vector<ChangedValue> values;
};

/// All changes that `profile`, as it stands, went through, oldest first.
[[nodiscard]] std::vector<ProfileChange> list_profile_changes(database::Connection& connection,
                                                              const store::Profile& profile);

}  // namespace lotkeeper::service
