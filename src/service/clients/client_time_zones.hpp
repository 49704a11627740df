#pragma once

#include <map>

#include "base/clock.hpp"
#include "database/connection.hpp"
#include "domain/time.hpp"
#include "store/ids.hpp"

namespace lotkeeper::service {

/// Caches clients' time zones. Reads each at most once a second. Used by one thread.
class ClientTimeZones {
 public:
  /// UTC if the client or its zone is unknown. Valid until the next call.
  [[nodiscard]] const domain::TimeZone& of(database::Connection& connection, store::ClientId client,
                                           base::Instant now);

 private:
  struct Known {
    domain::TimeZone zone;
    base::Instant since;
  };

  std::map<store::ClientId, Known> m_known;
};

}  // namespace lotkeeper::service
