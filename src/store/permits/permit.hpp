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
  ZoneNameId zone_name = 0;  ///< 0: without zone
  std::string permit_no;     ///< empty where none was sent
  base::Instant start;
  base::Instant end;
  std::optional<std::int64_t> amount_cents;
  std::optional<std::string> currency;
  std::int64_t version = 1;
};

/// Names one permit of one integration: another integration's is not there.
struct PermitKey {
  ClientId client = 0;
  IntegrationId integration = 0;
  base::Uuid id;
};

/// A permit with the names of where it is valid, for a reply.
struct ValidPermit {
  base::Uuid id;
  domain::PermitType type = domain::PermitType::temp;
  std::string plate;
  std::string plate_norm;
  std::string permit_no;
  base::Instant start;
  base::Instant end;
  std::optional<std::string> sent_zone;  ///< nullopt: without zone
  std::string sent_zone_norm;
  std::optional<ZoneId> zone;  ///< nullopt with a sent_zone: disconnected
  std::string zone_title;      ///< the zone's own name
};

/// How many live permits of a type bear a zone name.
/// A change of `permit_count`.
struct CountChange {
  ClientId client = 0;
  ZoneNameId zone_name = 0;
  domain::PermitType type = domain::PermitType::temp;
  std::int64_t by = 0;
};

/// Stores those that would not make two identical live permits. True for each that was stored.
[[nodiscard]] std::vector<bool> insert_permits(database::Connection& connection,
                                               std::span<const Permit* const> permits,
                                               base::Instant now);

/// A permit that came earlier than now.
struct PastPermit {
  Permit permit;
  base::Instant created;
};

/// The same for permits with their own moments, in a few round trips. For the demo.
[[nodiscard]] std::vector<bool> insert_past_permits(database::Connection& connection,
                                                    std::span<const PastPermit> permits);

/// For each of `permits` the live permit that is identical to it.
[[nodiscard]] std::vector<std::optional<base::Uuid>> find_standing(
    database::Connection& connection, std::span<const Permit* const> permits);

/// Of a row that begins with what Permit has beyond its key, in its order.
[[nodiscard]] Permit to_permit(const database::Row& row, const PermitKey& key);

/// The live permits of these keys, as they stand.
[[nodiscard]] std::vector<std::optional<Permit>> find_permits(database::Connection& connection,
                                                              std::span<const PermitKey> keys);

/// Writes plate, end, amount and currency of those that would not thereby become identical to
/// another live permit; `version` is the one that is replaced. True for each that was written.
[[nodiscard]] std::vector<bool> update_permits(database::Connection& connection,
                                               std::span<const Permit* const> permits);

/// Ends the life of each; the rows are kept for audit. False where one of them is not live.
[[nodiscard]] bool delete_permits(database::Connection& connection, std::span<const PermitKey> keys,
                                  base::Instant now);

/// Keeps what an update or a delete replaces. `token` of each is the one whose request does so.
void insert_history(database::Connection& connection, std::span<const Permit* const> replaced,
                    std::string_view replaced_by, base::Instant now);

void change_counts(database::Connection& connection, std::span<const CountChange> changes,
                   std::int64_t replica);

/// Of a row that begins with what ValidPermit has, in its order.
[[nodiscard]] ValidPermit to_valid_permit(const database::Row& row);

/// What `find_valid` asks, for several questions at once; the permits come into `found` in any
/// order.
[[nodiscard]] database::Question ask_valid(ClientId client, std::string_view shape,
                                           base::Instant first, base::Instant last,
                                           std::vector<ValidPermit>& found);

/// By end, start and id.
void sort_by_end(std::vector<ValidPermit>& permits);

/// Live permits whose plate has `shape` and that are valid at some moment from `first` to `last`,
/// by end, start and id.
[[nodiscard]] std::vector<ValidPermit> find_valid(database::Connection& connection, ClientId client,
                                                  std::string_view shape, base::Instant first,
                                                  base::Instant last);

}  // namespace lotkeeper::store
