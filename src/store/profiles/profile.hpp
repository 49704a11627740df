#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "database/connection.hpp"
#include "store/clients/list.hpp"
#include "store/ids.hpp"

/// Persons: the document's users. Their ids count up within a client, under `k_profile_ids`.
namespace lotkeeper::store {

inline constexpr std::string_view k_profile_ids = "profile";

/// A profile as it is stored.
struct Profile {
  ClientId client = 0;
  ProfileId id = 0;
  std::optional<std::string> unique_id;  ///< the other system's; none until a push brings it
  ItemId login_source = 0;
  std::optional<std::string> first_name;
  std::optional<std::string> last_name;
  std::optional<std::string> user_name;
  std::optional<std::string> user_name_norm;  ///< as it is compared; there where user_name is
  std::optional<std::string> email;
  std::optional<std::string> email_norm;  ///< as it is compared; there where email is
  std::optional<std::string> street;
  std::optional<std::string> city;
  std::optional<ItemId> province;
  std::optional<std::string> postal_code;
  std::optional<std::string> street2;
  std::optional<std::string> city2;
  std::optional<ItemId> province2;
  std::optional<std::string> postal_code2;
  std::optional<std::string> phone_cell;
  std::optional<ItemId> user_type;
  std::optional<ItemId> locker_user_type;
  std::optional<std::string> employ_no;
  std::optional<std::string> employee_phone;
  std::optional<std::string> student_no;
  std::optional<std::string> student_phone;
  std::optional<std::string> licence_no;
  std::optional<ItemId> licence_province;
  std::optional<std::string> date_of_birth;  ///< YYYY-MM-DD
  std::string uuid;
  std::int64_t version = 1;          ///< one more for each change
  std::optional<std::string> other;  ///< JSON: what an import brought beyond
  base::Instant created;
  std::optional<base::Instant> updated;
  std::optional<base::Instant> modified;

  bool operator==(const Profile&) const = default;
};

/// How e-mail addresses and user names are compared.
[[nodiscard]] std::string fold_login(std::string_view text);

/// What an outside system knows a person by.
struct ProfileKey {
  std::string_view unique_id;  ///< compared to the letter
  ItemId login_source = 0;
};

/// For each key the profile that has it.
[[nodiscard]] std::vector<std::optional<ProfileId>> find_profile_ids(
    database::Connection& connection, ClientId client, std::span<const ProfileKey> keys);

/// For each e-mail address (folded) the profile that has it.
[[nodiscard]] std::vector<std::optional<ProfileId>> find_profile_ids_by_email(
    database::Connection& connection, ClientId client, std::span<const std::string_view> emails);

/// For each user name (folded) the profile that has it.
[[nodiscard]] std::vector<std::optional<ProfileId>> find_profile_ids_by_user_name(
    database::Connection& connection, ClientId client,
    std::span<const std::string_view> user_names);

/// For each id its profile, where there is one.
[[nodiscard]] std::vector<std::optional<Profile>> find_profiles(database::Connection& connection,
                                                                ClientId client,
                                                                std::span<const ProfileId> ids);

/// Writes profiles in the order given: a new one, or one over the version before its own. True for
/// each that was written; not so one whose stored version is another. Throws DatabaseError where
/// two would share a key, an e-mail address or a user name: decide first, then write.
[[nodiscard]] std::vector<bool> save_profiles(database::Connection& connection,
                                              std::span<const Profile> profiles);

}  // namespace lotkeeper::store
