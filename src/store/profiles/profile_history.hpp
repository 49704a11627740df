#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "database/connection.hpp"
#include "store/ids.hpp"

/// What changes of profiles replaced.
namespace lotkeeper::store {

struct ReplacedProfile {
  ClientId client = 0;
  ProfileId id = 0;
  std::int64_t version = 0;  ///< of what was replaced
  std::string was;           ///< JSON: service/profiles/profile_history.hpp says what it holds
  TokenId token = 0;         ///< whose request replaced it; 0: an import
  // As they are read:
  base::Instant replaced;
  std::string integration_name;  ///< empty: an import
};

void insert_replaced_profiles(database::Connection& connection,
                              std::span<const ReplacedProfile> replaced, base::Instant now);

/// Oldest first.
[[nodiscard]] std::vector<ReplacedProfile> list_replaced_profiles(database::Connection& connection,
                                                                  ClientId client, ProfileId id);

}  // namespace lotkeeper::store
