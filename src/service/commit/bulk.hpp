#pragma once

#include <span>

#include "service/commit/group_committer.hpp"

namespace lotkeeper::service {

/// Commits `commands`, which bear no keys, in their order and in one transaction, as one member of
/// the committer's group: the cost of waiting for a commit is that of one, not of each. Returns
/// when each has its outcome. For a thread that may block.
///
/// A command that the database fails is refused alone (9104); where none can be stored (9103, 9105)
/// all are refused alike.
void commit_in_bulk(GroupCommitter& committer, std::span<Command* const> commands);

}  // namespace lotkeeper::service
