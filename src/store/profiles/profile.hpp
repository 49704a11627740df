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

/// Persons, called users in the API document. Their ids count up within a client, under
/// `k_profile_ids`.
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
  std::optional<std::string> user_name_norm;  ///< the form that is compared; set if user_name is
  std::optional<std::string> email;
  std::optional<std::string> email_norm;  ///< the form that is compared; set if email is
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
  std::int64_t version = 1;          ///< increases by one with each change
  std::optional<std::string> other;  ///< JSON: unknown fields that an import brought
  base::Instant created;
  std::optional<base::Instant> updated;
  std::optional<base::Instant> modified;

  bool operator==(const Profile&) const = default;
};

/// The form in which e-mail addresses and user names are compared.
[[nodiscard]] std::string fold_login(std::string_view text);

/// The key by which an outside system identifies a person.
struct ProfileKey {
  std::string_view unique_id;  ///< compared exactly
  ItemId login_source = 0;
};

/// The profile of each key, if it exists.
[[nodiscard]] std::vector<std::optional<ProfileId>> find_profile_ids(
    database::Connection& connection, ClientId client, std::span<const ProfileKey> keys);

/// The profile with each e-mail address (folded), if it exists.
[[nodiscard]] std::vector<std::optional<ProfileId>> find_profile_ids_by_email(
    database::Connection& connection, ClientId client, std::span<const std::string_view> emails);

/// The profile with each user name (folded), if it exists.
[[nodiscard]] std::vector<std::optional<ProfileId>> find_profile_ids_by_user_name(
    database::Connection& connection, ClientId client,
    std::span<const std::string_view> user_names);

/// The profile of each id, if it exists.
[[nodiscard]] std::vector<std::optional<Profile>> find_profiles(database::Connection& connection,
                                                                ClientId client,
                                                                std::span<const ProfileId> ids);

/// Writes profiles in the given order: new ones, or ones that replace the version before their own.
/// Returns for each whether it was written. It is not written if the stored version is a different
/// one. Throws DatabaseError if two would share a key, an e-mail address or a user name, so check
/// that before writing.
[[nodiscard]] std::vector<bool> save_profiles(database::Connection& connection,
                                              std::span<const Profile> profiles);

}  // namespace lotkeeper::store
