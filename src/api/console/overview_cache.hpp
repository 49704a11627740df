#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "store/overview.hpp"

namespace lotkeeper::api::console {

/// What takes a look at all of a client's permits or violations, kept for half a minute: however
/// many people look at the overview, the store is asked twice a minute.
class OverviewCache {
 public:
  struct Counts {
    base::Instant at;
    std::vector<store::PermitCount> valid;
    store::ViolationTotals violations;
  };

  /// Counts anew where what is kept is older; one at a time.
  [[nodiscard]] Counts get(database::Connection& connection, store::ClientId client,
                           const store::ViolationMoments& moments);
  [[nodiscard]] std::vector<store::FineRow> fines(database::Connection& connection,
                                                  store::ClientId client, base::Instant now);

 private:
  std::mutex m_mutex;
  std::map<store::ClientId, Counts> m_counts;
  struct Fines {
    base::Instant at;
    std::vector<store::FineRow> rows;
  };
  std::map<store::ClientId, Fines> m_fines;
};

}  // namespace lotkeeper::api::console
