#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/uuid.hpp"
#include "service/commit/command.hpp"
#include "store/profiles/profile.hpp"

/// The verb that makes and changes profiles (chapter "Push API: User Create/Update" of the API
/// document).
namespace lotkeeper::service {

/// What a push says of a person, within the limits of the document's table.
struct ProfileChanges {
  /// nullopt: stays as it is (of a new person: none). Empty: none from now on.
  using Change = std::optional<std::string>;

  Change first_name, last_name, user_name, email;
  Change street, city, province, postal_code;  ///< a province: its abbreviation in upper case
  Change street2, city2, province2, postal_code2;
  Change phone_cell;
  Change user_type;  ///< an id, as text
  Change employ_no, employee_phone, student_no, student_phone;
  Change licence_no;
  Change date_of_birth;     ///< YYYY-MM-DD
  Change locker_user_type;  ///< an id, as text
  Change licence_province;
};

/// A person as a push names and describes them.
struct SentProfile {
  store::ClientId client = 0;
  std::optional<std::string> unique_id;     ///< nullopt: what was sent is faulty
  std::optional<std::string> login_source;  ///< in any case; nullopt: what was sent is faulty
  ProfileChanges changes;
};

/// Makes the profile that (unique_id, login_source) names, or changes it. Its receipt's reference
/// is the profile's id; a change that changes nothing is a success and writes nothing.
///
/// A person whom an import brought has no unique_id. Where no profile has the key, but one of the
/// same login source without unique_id has the e-mail address that is sent, the push takes that one
/// over: it gets the unique_id and is changed.
///
/// Refused, for all faults at once and in the order of the document's table: 9015 where the client
/// has no such login source; 9017, 9018, 9016 where a new person has no first name, last name or
/// e-mail address, or one of these is emptied (not judged with a faulty key); 9020, 9019 where
/// another profile of the client has the user name or the e-mail address in whatever case; 9033
/// where a province, user type or locker user type does not exist.
class PushProfile final : public Command {
 public:
  SentProfile sent;          ///< its key without fault
  base::Uuid uuid;           ///< of a new profile; made before the first attempt
  store::TokenId token = 0;  ///< whose request it is; 0: an import
  std::vector<std::string> warnings;

  bool was_there = false;  ///< of a success: nothing was written

  [[nodiscard]] Apply apply() const override;
};

/// The faults of a push that only the store can find, as PushProfile would be refused for, for a
/// request that is refused for others as well.
[[nodiscard]] std::vector<domain::Fault> find_profile_faults(database::Connection& connection,
                                                             const SentProfile& sent);

}  // namespace lotkeeper::service
