#pragma once

#include <boost/json/object.hpp>

#include "store/permits/permit.hpp"
#include "store/permits/permit_search.hpp"

/// Permits as the console shows them.
namespace lotkeeper::api::console {

/// As a plate's answer shows one; `endedSecondsAgo` is null.
[[nodiscard]] boost::json::object plate_permit_json(const store::ValidPermit& permit);
[[nodiscard]] boost::json::object plate_permit_json(const store::ListedPermit& permit);

/// As lists show one; its `state` is that of `now`.
[[nodiscard]] boost::json::object permit_json(const store::ListedPermit& permit, base::Instant now);

/// valid, future, expired or deleted.
[[nodiscard]] std::string_view permit_state(const store::ListedPermit& permit, base::Instant now);

/// The zone that a permit is valid in: its own name, or as sent; empty without zone.
[[nodiscard]] std::string zone_shown(const store::ListedPermit& permit);

}  // namespace lotkeeper::api::console
