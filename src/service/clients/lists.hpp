#pragma once

#include <optional>
#include <string>

#include "service/actor.hpp"
#include "store/clients/list.hpp"

/// Changes that operators make to a client's lists: plate types, makes, provinces, user types … A
/// refusal's detail is a message for the operator.
namespace lotkeeper::service {

/// The settings of an entry, besides its name.
struct ListItemSettings {
  std::optional<std::string> info;
  /// A province's postal abbreviation (two letters), a plate type's code, a violation type's bylaw.
  std::optional<std::string> code;
  std::optional<std::string> country;  ///< of a province: CA or US
  // Of a violation type:
  std::optional<std::string> cost;      ///< "50.00"; a new type costs nothing by default
  std::optional<std::string> discount;  ///< amount taken off for early payment
  std::optional<std::int64_t> discount_hours;
  std::optional<std::string> category;  ///< the name of one of the client's categories
};

/// Adds an entry. Its id follows the highest in its list. The name is kept as written, but trimmed.
///
/// Refused: a name that the list already has (compared as the list compares names) or that is too
/// long for the list; a setting that entries of the list do not have; a province without
/// abbreviation and country, or with an abbreviation that is taken; a discount without its hours,
/// or above the cost; a category that the client does not have.
domain::Result<std::string> add_list_item(const Actor& actor, const std::string& client,
                                          store::ListKind kind, const std::string& name,
                                          const ListItemSettings& settings);

/// Changes the given settings of an entry and leaves the rest. Records that use it show the new
/// name. A discount of 0 removes the discount. The cost of violations already issued does not
/// change.
///
/// Refused: an id that the list does not have; nothing to change; a name or a setting as above; the
/// abbreviation or the country of a province, which cannot change.
domain::Result<std::string> change_list_item(const Actor& actor, const std::string& client,
                                             store::ListKind kind, store::ItemId id,
                                             const std::optional<std::string>& name,
                                             const ListItemSettings& settings);

/// Removes an entry that no record uses. Its id is never reused. If vehicles/push sends a removed
/// make, type or colour again, it is added again.
///
/// Refused: an id that the list does not have; an entry that vehicles, profiles, violations or (for
/// a category) violation types use. The message says how many of each.
domain::Result<std::string> remove_list_item(const Actor& actor, const std::string& client,
                                             store::ListKind kind, store::ItemId id);

/// The kind of list with this name, or a refusal that lists all kinds.
domain::Result<store::ListKind> require_list_kind(const std::string& name);

}  // namespace lotkeeper::service
