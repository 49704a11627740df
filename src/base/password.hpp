#pragma once

#include <string>
#include <string_view>

/// Passwords of people, hashed with Argon2id at libsodium's interactive cost. Each call takes some
/// 64 MiB and a tenth of a second, so never call these on a thread that others wait for.
namespace lotkeeper::base {

/// The hash of `password` with its salt and cost, to be stored. Throws std::bad_alloc if there is
/// not enough memory.
[[nodiscard]] std::string hash_password(std::string_view password);

/// Whether `hash` was made from `password`. Throws std::bad_alloc if there is not enough memory to
/// check.
[[nodiscard]] bool is_password(const std::string& hash, std::string_view password);

}  // namespace lotkeeper::base
