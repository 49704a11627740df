#pragma once

#include <string>
#include <string_view>

/// Passwords of people (Argon2id, libsodium's interactive cost: some 64 MiB and a tenth of a second
/// for each call, so never on a thread that others wait for).
namespace lotkeeper::base {

/// What is stored of `password`: its hash with salt and cost. Throws std::bad_alloc where the
/// memory for it is not to be had.
[[nodiscard]] std::string hash_password(std::string_view password);

/// Whether `hash` was made of `password`. Throws std::bad_alloc where the memory to find out is not
/// to be had.
[[nodiscard]] bool is_password(const std::string& hash, std::string_view password);

}  // namespace lotkeeper::base
