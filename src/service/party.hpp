#pragma once

#include <compare>

#include "store/ids.hpp"

namespace lotkeeper::service {

/// On whose behalf something waits: an integration, or people and the server itself (console,
/// command line, upkeep), which have no integration.
struct Party {
  store::ClientId client = 0;
  store::IntegrationId integration = 0;

  auto operator<=>(const Party&) const = default;
};

}  // namespace lotkeeper::service
