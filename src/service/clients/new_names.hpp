#pragma once

#include <cstdint>

#include "service/commit/command.hpp"
#include "store/clients/new_names.hpp"

/// Names that integrations bring and a client did not have: zones of permits, makes, types and
/// colours of vehicles. A machine that sends a stall's number as a zone, or a plate as a make,
/// would fill the lists that people choose from.
namespace lotkeeper::service {

/// So many new makes, types and colours are added for one integration on one day (UTC).
inline constexpr std::int64_t k_most_new_items = 1'000;
/// From so many new zone names on one day on the operator is warned. They are taken all the same.
inline constexpr std::int64_t k_many_new_zones = 1'000;

/// Whether the operator should look at what the integration sends.
[[nodiscard]] bool are_many(const store::NewNames& names);

/// How many makes, types and colours the integration may still add today.
[[nodiscard]] std::int64_t new_items_left(WriteBatch& batch, store::ClientId client,
                                          store::IntegrationId integration);

/// Notes new names, in the batch's transaction; warns in the log where they are many by now and
/// were not before.
void note_new_names(WriteBatch& batch, store::ClientId client, store::IntegrationId integration,
                    const store::NewNames& added);

}  // namespace lotkeeper::service
