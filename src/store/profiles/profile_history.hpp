#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "database/connection.hpp"
#include "store/ids.hpp"

/// The versions that changes of profiles replaced.
namespace lotkeeper::store {

struct ReplacedProfile {
  ClientId client = 0;
  ProfileId id = 0;
  std::int64_t version = 0;  ///< of the replaced profile
  std::string was;           ///< JSON, described in service/profiles/profile_history.hpp
  TokenId token = 0;         ///< of the request that replaced it; 0: an import
  // Only set when read:
  base::Instant replaced;
  std::string integration_name;  ///< empty: an import
};

void insert_replaced_profiles(database::Connection& connection,
                              std::span<const ReplacedProfile> replaced, base::Instant now);

/// Oldest first.
[[nodiscard]] std::vector<ReplacedProfile> list_replaced_profiles(database::Connection& connection,
                                                                  ClientId client, ProfileId id);

}  // namespace lotkeeper::store
