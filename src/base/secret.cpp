#include "base/secret.hpp"

#include <sodium.h>

#include <cstddef>
#include <stdexcept>
#include <tuple>

namespace lotkeeper::base {
namespace {

void ensure_sodium() {
  static const bool ready = sodium_init() >= 0;
  if (!ready) throw std::runtime_error("The kernel's random generator is not available.");
}

constexpr std::string_view k_token_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::size_t k_token_length = 43;

}  // namespace

Digest sha256(std::string_view data) {
  static_assert(crypto_hash_sha256_BYTES == std::tuple_size_v<Digest>);
  ensure_sodium();
  Digest digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(data.data()),
                     data.size());
  return digest;
}

struct Sha256::State {
  crypto_hash_sha256_state state{};
};

Sha256::Sha256() : m_state(std::make_unique<State>()) {
  ensure_sodium();
  crypto_hash_sha256_init(&m_state->state);
}

Sha256::~Sha256() = default;

void Sha256::add(std::span<const std::uint8_t> part) {
  crypto_hash_sha256_update(&m_state->state, part.data(), part.size());
}

Digest Sha256::digest() {
  Digest digest{};
  crypto_hash_sha256_final(&m_state->state, digest.data());
  return digest;
}

void fill_with_randomness(std::span<std::uint8_t> bytes) {
  ensure_sodium();
  randombytes_buf(bytes.data(), bytes.size());
}

std::string make_token() {
  ensure_sodium();
  std::string token(k_token_length, '\0');
  for (char& c : token) {
    c = k_token_alphabet[randombytes_uniform(static_cast<std::uint32_t>(k_token_alphabet.size()))];
  }
  return token;
}

bool equal_in_constant_time(std::string_view left, std::string_view right) {
  return left.size() == right.size() && sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace lotkeeper::base
