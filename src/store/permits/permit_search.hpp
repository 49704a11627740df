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

/// Permits for browsing. Pages follow a key and never count rows.
namespace lotkeeper::store {

struct ListedPermit {
  base::Uuid id;
  IntegrationId integration = 0;
  std::string integration_name;
  domain::PermitType type = domain::PermitType::temp;
  std::string plate;
  std::string plate_norm;
  std::string permit_no;  ///< empty if none was sent
  base::Instant start;
  base::Instant end;
  std::optional<std::int64_t> amount_cents;
  std::optional<std::string> currency;
  std::int64_t version = 1;
  base::Instant created;
  std::optional<base::Instant> deleted;
  std::optional<std::string> sent_zone;  ///< none: no zone
  std::optional<ZoneId> zone;            ///< none but with a sent_zone: disconnected
  std::string zone_title;                ///< the zone's own name
  bool is_undated = false;               ///< see permit_order.hpp
};

/// The position of a permit in time order.
[[nodiscard]] TimePlace place_of(const ListedPermit& permit);

/// Permits from `from` or later that come after `after`, latest first.
[[nodiscard]] std::vector<ListedPermit> list_permits(database::Connection& connection,
                                                     ClientId client, base::Instant from,
                                                     const TimePlace& after, std::int64_t limit);

/// The end of a page of a plate's permits.
struct PlatePlace {
  base::Instant end;
  base::Uuid id;
};

/// Permits with a plate of this shape after `after`, ordered by end, latest first. Includes deleted
/// ones.
[[nodiscard]] std::vector<ListedPermit> list_permits_of_shape(database::Connection& connection,
                                                              ClientId client,
                                                              std::string_view shape,
                                                              const PlatePlace& after,
                                                              std::int64_t limit);

/// Permits with exactly this ticket number and a reference below `before`, highest first.
[[nodiscard]] std::vector<ListedPermit> list_permits_of_number(database::Connection& connection,
                                                               ClientId client,
                                                               std::string_view number,
                                                               const base::Uuid& before,
                                                               std::int64_t limit);

/// Live permits with a plate of this shape that ended after `from` and not after `until`.
[[nodiscard]] std::vector<ListedPermit> list_expired(database::Connection& connection,
                                                     ClientId client, std::string_view shape,
                                                     base::Instant from, base::Instant until);

/// A permit of any integration, even a deleted one.
[[nodiscard]] std::optional<ListedPermit> find_listed(database::Connection& connection,
                                                      ClientId client, const base::Uuid& id);

/// A version that an update or a delete replaced.
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

/// The permit with a certain reference, of any integration, live or deleted. `permit` has the
/// integration and the values that a push sets, but only the normalised form of the plate.
struct ReferencedPermit {
  Permit permit;
  std::string zone_name_norm;  ///< empty: no zone
  bool is_deleted = false;
};

/// For each of `keys`, the client's permit with this reference, of any integration.
[[nodiscard]] std::vector<std::optional<ReferencedPermit>> find_references(
    database::Connection& connection, std::span<const PermitKey> keys);

}  // namespace lotkeeper::store
