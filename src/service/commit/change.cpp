#include "service/commit/change.hpp"

#include <chrono>
#include <thread>

#include "service/commit/group_committer.hpp"

namespace lotkeeper::service {

void commit_despite_lost_sessions(database::Database& database, GroupCommitter& committer,
                                  Change& change) {
  constexpr int k_most_tries = 4;
  constexpr std::chrono::milliseconds k_pause{300};
  for (int tries = 1;; ++tries) {
    committer.commit_and_wait(change);
    const bool is_busy =
        !change.outcome && change.outcome.error().faults.front().code == domain::ErrorCode::busy;
    if (!is_busy || !database.is_shared() || database.is_away() || tries == k_most_tries) return;
    std::this_thread::sleep_for(k_pause);
  }
}

}  // namespace lotkeeper::service
