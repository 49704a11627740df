#pragma once

#include <cstdint>
#include <string_view>

#include "database/connection.hpp"

/// Small integer ids as the API document shows them. They count up within a client, from a counter
/// row.
namespace lotkeeper::store {

using ClientId = std::int64_t;
using IntegrationId = std::int64_t;
using TokenId = std::int64_t;
using ZoneId = std::int64_t;
using ZoneNameId = std::int64_t;
using VehicleId = std::int64_t;
using ProfileId = std::int64_t;
using ViolationId = std::int64_t;
using BatchId = std::int64_t;
using OperatorId = std::int64_t;
using SessionId = std::int64_t;
using CheckId = std::int64_t;
using PaymentId = std::int64_t;

/// For counters that belong to no client (tokens, clients themselves).
inline constexpr ClientId k_all_clients = 0;

/// Takes `count` new ids of `kind` in the current transaction and returns the first.
[[nodiscard]] std::int64_t take_ids(database::Connection& connection, ClientId client,
                                    std::string_view kind, std::int64_t count = 1);

/// Ensures that new ids of `kind` are above `highest`, an id that an import brought.
void raise_ids(database::Connection& connection, ClientId client, std::string_view kind,
               std::int64_t highest);

}  // namespace lotkeeper::store
