#pragma once

#include <cstdint>

#include "service/commit/command.hpp"
#include "store/clients/new_names.hpp"

/// Names that integrations send and a client does not have yet: zones of permits, and makes, types
/// and colours of vehicles. A machine that sends a stall number as a zone, or a plate as a make,
/// would fill the lists that people choose from.
namespace lotkeeper::service {

/// Most new makes, types and colours that one integration may add per day (UTC).
inline constexpr std::int64_t k_most_new_items = 1'000;
/// At this many new zone names in a day, the log warns the operator. The names are still accepted.
inline constexpr std::int64_t k_many_new_zones = 1'000;

/// Whether the operator should look at what the integration sends.
[[nodiscard]] bool are_many(const store::NewNames& names);

/// How many makes, types and colours the integration may still add today.
[[nodiscard]] std::int64_t new_items_left(WriteBatch& batch, store::ClientId client,
                                          store::IntegrationId integration);

/// Counts new names in the batch's transaction. Warns in the log when the count reaches a limit.
void note_new_names(WriteBatch& batch, store::ClientId client, store::IntegrationId integration,
                    const store::NewNames& added);

}  // namespace lotkeeper::service
