#pragma once

#include <cstdint>
#include <string_view>

#include "database/connection.hpp"

/// Small integer ids, as the document shows them: they count up within a client, taken from a row.
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

/// Counters that belong to no client (tokens, clients themselves).
inline constexpr ClientId k_all_clients = 0;

/// The first of `count` new ids of `kind`, inside the transaction in hand.
[[nodiscard]] std::int64_t take_ids(database::Connection& connection, ClientId client,
                                    std::string_view kind, std::int64_t count = 1);

/// From now on ids of `kind` are above `highest`, which an import brought along.
void raise_ids(database::Connection& connection, ClientId client, std::string_view kind,
               std::int64_t highest);

}  // namespace lotkeeper::store
