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

/// SHA-256 over data that arrives in parts.
class Sha256 {
 public:
  Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  ~Sha256();

  void add(std::span<const std::uint8_t> part);
  /// The digest of all parts. The object must not be used afterwards.
  [[nodiscard]] Digest digest();

 private:
  struct State;
  std::unique_ptr<State> m_state;
};

/// Fills `bytes` from the kernel's random generator. Thread-safe.
void fill_with_randomness(std::span<std::uint8_t> bytes);

/// A new API token: 43 characters of [A-Za-z0-9], over 250 random bits from the kernel. With that
/// much randomness a hash without salt is safe, and a token can be looked up by its hash.
[[nodiscard]] std::string make_token();

/// Compares in time that depends only on the lengths.
[[nodiscard]] bool equal_in_constant_time(std::string_view left, std::string_view right);

}  // namespace lotkeeper::base
