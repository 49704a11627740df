#pragma once

#include <span>

#include "service/commit/command.hpp"

namespace lotkeeper::service {

/// Applies `commands` in the transaction of `batch` and sets the outcome of each. Commands of one
/// kind are applied together. A command whose Idempotency-Key was answered before is not applied.
/// Writes the summed counters and stores the replies to keys.
void apply_commands(WriteBatch& batch, std::span<Command* const> commands);

}  // namespace lotkeeper::service
