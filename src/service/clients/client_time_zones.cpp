#include "service/clients/client_time_zones.hpp"

#include <chrono>
#include <optional>

#include "store/clients/tenancy.hpp"

namespace lotkeeper::service {
namespace {

constexpr std::chrono::milliseconds k_zones_kept_for{900};

}  // namespace

const domain::TimeZone& ClientTimeZones::of(database::Connection& connection,
                                            store::ClientId client, base::Instant now) {
  const auto known = m_known.find(client);
  if (known != m_known.end()) {
    const auto age = now - known->second.since;
    if (age >= base::Instant::duration::zero() && age <= k_zones_kept_for)
      return known->second.zone;
  }
  const auto row = store::find_client(connection, client);
  const auto zone = row ? domain::TimeZone::find(row->time_zone) : std::nullopt;
  const Known now_known{zone.value_or(domain::TimeZone::utc()), now};
  return m_known.insert_or_assign(client, now_known).first->second.zone;
}

}  // namespace lotkeeper::service
