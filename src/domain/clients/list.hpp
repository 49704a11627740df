#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// The short lists that every client has: plate types, makes, provinces, user types …
namespace lotkeeper::domain {

enum class ListKind : std::uint8_t {
  user_type,
  locker_user_type,
  login_source,
  plate_type,
  make,
  vehicle_type,
  colour,
  province,
  location,
  violation_type,
  category,
};

/// All names, in the order of the enumeration, as the command line and the database have them:
/// `user-type`, `locker-user-type` …
[[nodiscard]] std::span<const std::string_view> list_kind_names();
[[nodiscard]] std::string_view to_string(ListKind kind);
[[nodiscard]] std::optional<ListKind> parse_list_kind(std::string_view name);

/// How a name of this list is compared: without regard to case and runs of white space; a
/// province's without accents too (`Québec` is `quebec`).
[[nodiscard]] std::string fold_list_name(ListKind kind, std::string_view name);

/// The longest name that an entry of this list may have, in code points: where requests name its
/// entries, what the document allows them.
[[nodiscard]] std::size_t list_name_limit(ListKind kind);

/// An entry that a new client's lists begin with.
struct ReferenceItem {
  ListKind kind;
  std::int64_t id;
  std::string_view name;
  std::string_view code =
      {};  ///< province: its postal abbreviation; plate type: the document's typeCode
};

/// Countries, as the document's `Country` has them.
inline constexpr std::int64_t k_canada = 1;
inline constexpr std::int64_t k_united_states = 2;

/// The highest id of a Canadian province in the reference data; those above are of the United
/// States.
inline constexpr std::int64_t k_last_canadian_province = 13;

/// What a new client's lists hold: the provinces and states of Canada and the United States, and
/// first plate types, vehicle types, makes and colours, with the document's ids where it shows one
/// (Ontario 9, Passenger 4, Compact 5, Chevrolet 13, Red 14).
[[nodiscard]] std::span<const ReferenceItem> reference_data();

}  // namespace lotkeeper::domain
