#pragma once

#include <optional>
#include <string>

#include "service/actor.hpp"
#include "store/clients/list.hpp"

/// What operators do to the short lists of a client: plate types, makes, provinces, user types … A
/// refusal's detail is a sentence for the operator.
namespace lotkeeper::service {

/// What an entry may have beside its name.
struct ListItemSettings {
  std::optional<std::string> info;
  /// A province's postal abbreviation (two letters), a plate type's code, a violation type's bylaw.
  std::optional<std::string> code;
  std::optional<std::string> country;  ///< of a province: CA or US
  // Of a violation type:
  std::optional<std::string> cost;      ///< "50.00"; nothing unless told
  std::optional<std::string> discount;  ///< what is taken off where it is paid early
  std::optional<std::int64_t> discount_hours;
  std::optional<std::string> category;  ///< the name of one that the client has
};

/// Adds an entry; its id follows the highest of its list. The name is kept as written, trimmed.
///
/// Refused: a name that stands already, as names of the list are compared, or is longer than the
/// list allows; a setting that entries of the list do not have; a province without abbreviation and
/// country, or with an abbreviation that stands already; a discount without its hours, or above the
/// cost; a category that the client does not have.
domain::Result<std::string> add_list_item(const Actor& actor, const std::string& client,
                                          store::ListKind kind, const std::string& name,
                                          const ListItemSettings& settings);

/// Changes what is told of an entry and leaves the rest; whatever points to it shows the new name.
/// A discount of 0 takes it away. What violations cost that were issued stays as it was.
///
/// Refused: an id that the list does not have; nothing to change; a name or a setting as above; the
/// abbreviation or the country of a province, which stay what they are.
domain::Result<std::string> change_list_item(const Actor& actor, const std::string& client,
                                             store::ListKind kind, store::ItemId id,
                                             const std::optional<std::string>& name,
                                             const ListItemSettings& settings);

/// Takes an entry away that no record names; its id is not given to another. A make, type or colour
/// that vehicles/push brings again is added again.
///
/// Refused: an id that the list does not have; an entry that vehicles, profiles, violations or (a
/// category) violation types name, with how many of each.
domain::Result<std::string> remove_list_item(const Actor& actor, const std::string& client,
                                             store::ListKind kind, store::ItemId id);

/// The kind of this name, or a refusal that names all.
domain::Result<store::ListKind> require_list_kind(const std::string& name);

}  // namespace lotkeeper::service
