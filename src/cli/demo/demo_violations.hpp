#pragma once

#include <span>

#include "base/embedded.hpp"
#include "service/app.hpp"

namespace lotkeeper::cli {

/// The document's overdue violation, embedded from db/demo.
[[nodiscard]] std::span<const base::EmbeddedFile> embedded_demo();

/// Adds the document's violation, which is the only overdue one, and invented vehicles with
/// violations in other states. Throws std::runtime_error if that fails.
void add_demo_violations(service::App& app, store::ClientId client);

}  // namespace lotkeeper::cli
