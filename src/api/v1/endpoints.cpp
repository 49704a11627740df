#include "api/v1/endpoints.hpp"

#include <algorithm>
#include <iterator>

#include "api/v1/permits/permits.hpp"
#include "api/v1/profiles/profiles.hpp"
#include "api/v1/vehicles/vehicles.hpp"
#include "api/v1/violations/violations.hpp"
#include "service/requests/kept_replies.hpp"

namespace lotkeeper::api::v1 {

http::Endpoints endpoints(service::Services& services, service::Collections& collections) {
  http::Endpoints all;
  for (const auto& table : {permit_endpoints, vehicle_endpoints, profile_endpoints}) {
    std::ranges::move(table(services), std::back_inserter(all));
  }
  std::ranges::move(violation_endpoints(services, collections), std::back_inserter(all));
  return all;
}

http::DispatchStore dispatch_store(service::Services& services,
                                   std::function<std::string()> why_not_ready) {
  return {[&services](const store::IdempotencyKey& key, base::Instant now) {
            return service::find_kept_reply(services, key, now);
          },
          std::move(why_not_ready)};
}

}  // namespace lotkeeper::api::v1
