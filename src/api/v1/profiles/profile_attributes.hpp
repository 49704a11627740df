#pragma once

#include "api/v1/attributes.hpp"
#include "base/clock.hpp"
#include "domain/time.hpp"
#include "service/profiles/profile_writes.hpp"

/// The attributes of the document's chapter "Push API: User Create/Update", and how each is read.
namespace lotkeeper::api::v1 {

/// Reads all that a push says of a person into `push` and notes every fault; leaves the warnings to
/// the caller. A new person is to have the UUID that is made here.
void read_profile(AttributeReader& attributes, const http::Call& call, service::PushProfile& push);

/// The key of a person: (unique_id, login_source). Notes 9013 and 9014 where one is absent; a
/// login source that cannot be one is 9015.
void read_profile_key(AttributeReader& attributes, service::SentProfile& profile);

/// All else that a push says of a person: what is absent stays, what is sent empty is cleared.
/// `zone` and `now` tell whether a date of birth is in the future. Notes every fault; what it
/// returns has what is without fault.
[[nodiscard]] service::ProfileChanges read_profile_changes(AttributeReader& attributes,
                                                           const domain::TimeZone& zone,
                                                           base::Instant now);

/// All attributes, in the order of the document's table.
[[nodiscard]] std::vector<const Attribute*> profile_attributes();

/// All faults of a push, those that the store found included, in the order of the document's
/// table; a required attribute that is missing with a hint at what it may have been sent as.
[[nodiscard]] domain::Refusal refuse_profile(AttributeReader& attributes,
                                             std::vector<domain::Fault> found_by_store);

}  // namespace lotkeeper::api::v1
