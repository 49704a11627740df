#pragma once

#include <functional>
#include <span>
#include <string>
#include <utility>

#include "database/database.hpp"
#include "service/commit/command.hpp"

namespace lotkeeper::service {

/// A write defined by a function: an operator's change, or upkeep.
class Change final : public Command {
 public:
  using Run = std::function<domain::Result<std::string>(WriteBatch& batch)>;
  explicit Change(Run run) : m_run(std::move(run)) {}

  Apply apply() const override {
    return [](WriteBatch& batch, std::span<Command* const> commands) {
      for (Command* command : commands) {
        auto& change = static_cast<Change&>(*command);
        auto result = change.m_run(batch);
        if (result) {
          change.outcome = Receipt{std::move(*result), {}};
        } else {
          change.outcome = tl::unexpected(std::move(result.error()));
        }
      }
    };
  }

 private:
  Run m_run;
};

class GroupCommitter;

/// Commits a change by a person. On a database that several servers share, a session may end and
/// be replaced within a moment. Nothing was stored then, so the change is tried again for a second,
/// unless the database is known to be away.
void commit_despite_lost_sessions(database::Database& database, GroupCommitter& committer,
                                  Change& change);

/// Whether it is certain that nothing was stored, so that the write may be retried.
[[nodiscard]] inline bool stored_nothing(const Command& command) {
  if (command.outcome) return false;
  const domain::ErrorCode code = command.outcome.error().faults.front().code;
  return code == domain::ErrorCode::busy || code == domain::ErrorCode::internal_error;
}

}  // namespace lotkeeper::service
