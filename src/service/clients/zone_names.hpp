#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "store/clients/zone.hpp"

namespace lotkeeper::service {

/// Caches zone names that were committed and connected to a zone less than a second ago, so that a
/// batch need not look them up. A name's id never changes. A disconnected name is noticed within
/// that second. Used by one thread.
class ZoneNames {
 public:
  [[nodiscard]] std::optional<store::ZoneName> find(store::ClientId client, std::string_view norm,
                                                    base::Instant now) const;

  /// Notes a name read in the current transaction, which may still be rolled back.
  void found(store::ClientId client, std::string_view norm, const store::ZoneName& name);

  void committed(base::Instant now);
  void rolled_back() { m_found.clear(); }

 private:
  struct Known {
    store::ZoneName name;
    base::Instant since;
  };
  struct Found {
    store::ClientId client;
    std::string norm;
    store::ZoneName name;
  };

  std::map<store::ClientId, std::map<std::string, Known, std::less<>>> m_known;
  std::size_t m_remembered = 0;  ///< since m_known was empty
  std::vector<Found> m_found;
};

}  // namespace lotkeeper::service
