#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "database/connection.hpp"
#include "domain/permits/permit.hpp"
#include "store/ids.hpp"

namespace lotkeeper::store {

/// A permit as it is stored.
struct Permit {
  ClientId client = 0;
  base::Uuid id;  ///< the reference id
  IntegrationId integration = 0;
  TokenId token = 0;
  domain::PermitType type = domain::PermitType::temp;
  std::string plate;  ///< as sent
  std::string plate_norm;
  std::string plate_shape;
  ZoneNameId zone_name = 0;  ///< 0: no zone
  std::string permit_no;     ///< empty if none was sent
  base::Instant start;
  base::Instant end;
  std::optional<std::int64_t> amount_cents;
  std::optional<std::string> currency;
  std::int64_t version = 1;
};

/// Identifies one permit of one integration. Another integration cannot find it.
struct PermitKey {
  ClientId client = 0;
  IntegrationId integration = 0;
  base::Uuid id;
};

/// A permit with the names of the places where it is valid, for a reply.
struct ValidPermit {
  base::Uuid id;
  domain::PermitType type = domain::PermitType::temp;
  std::string plate;
  std::string plate_norm;
  std::string permit_no;
  base::Instant start;
  base::Instant end;
  std::optional<std::string> sent_zone;  ///< nullopt: no zone
  std::string sent_zone_norm;
  std::optional<ZoneId> zone;  ///< nullopt but with a sent_zone: disconnected
  std::string zone_title;      ///< the zone's own name
};

/// A change to `permit_count`, the number of live permits of a type with a zone name.
struct CountChange {
  ClientId client = 0;
  ZoneNameId zone_name = 0;
  domain::PermitType type = domain::PermitType::temp;
  std::int64_t by = 0;
};

/// Stores the permits, except those that are identical to a live permit. Returns for each whether
/// it was stored.
[[nodiscard]] std::vector<bool> insert_permits(database::Connection& connection,
                                               std::span<const Permit* const> permits,
                                               base::Instant now);

/// A permit that was pushed in the past.
struct PastPermit {
  Permit permit;
  base::Instant created;
};

/// As `insert_permits`, for permits with their own push times, in a few round trips. For the demo.
[[nodiscard]] std::vector<bool> insert_past_permits(database::Connection& connection,
                                                    std::span<const PastPermit> permits);

/// For each of `permits`, the live permit that is identical to it.
[[nodiscard]] std::vector<std::optional<base::Uuid>> find_standing(
    database::Connection& connection, std::span<const Permit* const> permits);

/// Reads a row that begins with Permit's members beyond its key, in their order.
[[nodiscard]] Permit to_permit(const database::Row& row, const PermitKey& key);

/// The live permits of these keys, in their current state.
[[nodiscard]] std::vector<std::optional<Permit>> find_permits(database::Connection& connection,
                                                              std::span<const PermitKey> keys);

/// Writes plate, end, amount and currency, except where the result would be identical to another
/// live permit. `version` is the version that is replaced. Returns for each whether it was written.
[[nodiscard]] std::vector<bool> update_permits(database::Connection& connection,
                                               std::span<const Permit* const> permits);

/// Deletes each permit. The rows are kept for audit. False if one of them is not live.
[[nodiscard]] bool delete_permits(database::Connection& connection, std::span<const PermitKey> keys,
                                  base::Instant now);

/// Stores the versions that an update or a delete replaces. `token` of each is the token of the
/// request that does so.
void insert_history(database::Connection& connection, std::span<const Permit* const> replaced,
                    std::string_view replaced_by, base::Instant now);

void change_counts(database::Connection& connection, std::span<const CountChange> changes,
                   std::int64_t replica);

/// Reads a row that begins with ValidPermit's members, in their order.
[[nodiscard]] ValidPermit to_valid_permit(const database::Row& row);

/// The query of `find_valid`, for asking several questions at once. The permits are added to
/// `found` in any order.
[[nodiscard]] database::Question ask_valid(ClientId client, std::string_view shape,
                                           base::Instant first, base::Instant last,
                                           std::vector<ValidPermit>& found);

/// Sorts by end, start and id.
void sort_by_end(std::vector<ValidPermit>& permits);

/// Live permits whose plate has `shape` and that are valid at any time from `first` to `last`,
/// ordered by end, start and id.
[[nodiscard]] std::vector<ValidPermit> find_valid(database::Connection& connection, ClientId client,
                                                  std::string_view shape, base::Instant first,
                                                  base::Instant last);

}  // namespace lotkeeper::store
