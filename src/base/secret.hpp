#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace lotkeeper::base {

/// SHA-256 (libsodium).
using Digest = std::array<std::uint8_t, 32>;

[[nodiscard]] Digest sha256(std::string_view data);

/// The same over data that comes in parts.
class Sha256 {
 public:
  Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  ~Sha256();

  void add(std::span<const std::uint8_t> part);
  /// Of all parts; ends its use.
  [[nodiscard]] Digest digest();

 private:
  struct State;
  std::unique_ptr<State> m_state;
};

/// Fills `bytes` from the kernel's generator. Thread-safe.
void fill_with_randomness(std::span<std::uint8_t> bytes);

/// A new API token: 43 characters of [A-Za-z0-9], over 250 bits from the kernel's generator. A hash
/// without salt is enough for so much randomness, and lets a token be found by its hash.
[[nodiscard]] std::string make_token();

/// Compares in time that depends on the lengths alone.
[[nodiscard]] bool equal_in_constant_time(std::string_view left, std::string_view right);

}  // namespace lotkeeper::base
