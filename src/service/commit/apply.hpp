#pragma once

#include <span>

#include "service/commit/command.hpp"

namespace lotkeeper::service {

/// Applies `commands` within the transaction of `batch` and sets the outcome of each: the commands
/// of a kind together, those whose Idempotency-Key was answered before not at all. Folds the
/// counters and keeps the keyed replies.
void apply_commands(WriteBatch& batch, std::span<Command* const> commands);

}  // namespace lotkeeper::service
