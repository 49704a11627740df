#pragma once

#include <span>

#include "service/commit/group_committer.hpp"

namespace lotkeeper::service {

/// Commits `commands`, which must have no keys, in order and in one transaction, as a single member
/// of the committer's group. This waits for one commit instead of many. Returns when each command
/// has its outcome. For a thread that may block.
///
/// If the database rejects one command, only that one is refused (9104). If none can be stored
/// (9103, 9105), all are refused alike.
void commit_in_bulk(GroupCommitter& committer, std::span<Command* const> commands);

}  // namespace lotkeeper::service
