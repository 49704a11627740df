#pragma once

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
#include "store/permits/permit.hpp"
#include "store/permits/permit_order.hpp"

/// Permits as people look through them: page by page along a key, never by a count of rows.
namespace lotkeeper::store {

struct ListedPermit {
  base::Uuid id;
  IntegrationId integration = 0;
  std::string integration_name;
  domain::PermitType type = domain::PermitType::temp;
  std::string plate;
  std::string plate_norm;
  std::string permit_no;  ///< empty where none was sent
  base::Instant start;
  base::Instant end;
  std::optional<std::int64_t> amount_cents;
  std::optional<std::string> currency;
  std::int64_t version = 1;
  base::Instant created;
  std::optional<base::Instant> deleted;
  std::optional<std::string> sent_zone;  ///< none: without zone
  std::optional<ZoneId> zone;            ///< none with a sent_zone: disconnected
  std::string zone_title;                ///< the zone's own name
  bool is_undated = false;               ///< see permit_order.hpp
};

/// Where a permit stands in the order of time.
[[nodiscard]] TimePlace place_of(const ListedPermit& permit);

/// Those of `from` or later that stand behind `after`, latest first.
[[nodiscard]] std::vector<ListedPermit> list_permits(database::Connection& connection,
                                                     ClientId client, base::Instant from,
                                                     const TimePlace& after, std::int64_t limit);

/// Where a page of a plate's permits ended.
struct PlatePlace {
  base::Instant end;
  base::Uuid id;
};

/// The permits of plates of this shape behind `after`, by their end, latest first; deleted ones
/// too.
[[nodiscard]] std::vector<ListedPermit> list_permits_of_shape(database::Connection& connection,
                                                              ClientId client,
                                                              std::string_view shape,
                                                              const PlatePlace& after,
                                                              std::int64_t limit);

/// Those with this ticket number, to the letter, whose reference is below `before`, highest first.
[[nodiscard]] std::vector<ListedPermit> list_permits_of_number(database::Connection& connection,
                                                               ClientId client,
                                                               std::string_view number,
                                                               const base::Uuid& before,
                                                               std::int64_t limit);

/// The live permits of plates of this shape that ended after `from` and not after `until`.
[[nodiscard]] std::vector<ListedPermit> list_expired(database::Connection& connection,
                                                     ClientId client, std::string_view shape,
                                                     base::Instant from, base::Instant until);

/// A permit of any integration, a deleted one too.
[[nodiscard]] std::optional<ListedPermit> find_listed(database::Connection& connection,
                                                      ClientId client, const base::Uuid& id);

/// What an update or a delete replaced.
struct ReplacedPermit {
  std::int64_t version = 0;
  std::string plate;
  base::Instant end;
  std::optional<std::int64_t> amount_cents;
  std::optional<std::string> currency;
  base::Instant replaced;
  std::string replaced_by;  ///< update or delete
};
[[nodiscard]] std::vector<ReplacedPermit> list_replaced(database::Connection& connection,
                                                        ClientId client, const base::Uuid& id);

/// What bears a reference: whosever it is, and deleted or not. Of `permit` the integration and the
/// values that a push sets are there, but the plate in its normalised form alone.
struct ReferencedPermit {
  Permit permit;
  std::string zone_name_norm;  ///< empty: without zone
  bool is_deleted = false;
};

/// For each of `keys` the client's permit with this reference, whatever its integration.
[[nodiscard]] std::vector<std::optional<ReferencedPermit>> find_references(
    database::Connection& connection, std::span<const PermitKey> keys);

}  // namespace lotkeeper::store
