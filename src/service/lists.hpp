#pragma once

#include <optional>
#include <string>

#include "service/office.hpp"
#include "store/list.hpp"

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
domain::Result<std::string> add_list_item(Office& office, const std::string& client,
                                          store::ListKind kind, const std::string& name,
                                          const ListItemSettings& settings);

/// Gives an entry another name; whatever points to it shows the new one.
///
/// Refused: an id that the list does not have; a name as above.
domain::Result<std::string> rename_list_item(Office& office, const std::string& client,
                                             store::ListKind kind, store::ItemId id,
                                             const std::string& name);

/// The kind of this name, or a refusal that names all.
domain::Result<store::ListKind> require_list_kind(const std::string& name);

}  // namespace lotkeeper::service
