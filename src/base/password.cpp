#include "base/password.hpp"

#include <sodium.h>

#include <array>
#include <cstdio>
#include <new>
#include <optional>
#include <stdexcept>

namespace lotkeeper::base {
namespace {

void require_sodium() {
  static const bool ready = sodium_init() >= 0;
  if (!ready) throw std::runtime_error("libsodium could not be initialised");
}

using Digest = std::array<unsigned char, 32>;

/// The parts of `$argon2id$v=19$m=65536,t=2,p=1$SALT$DIGEST`.
struct HashParts {
  std::size_t kibibytes = 0;
  unsigned long long operations = 0;
  std::array<unsigned char, crypto_pwhash_SALTBYTES> salt{};
  Digest digest{};
};

template <std::size_t Size>
bool read_base64(std::string_view text, std::array<unsigned char, Size>& bytes) {
  std::size_t size = 0;
  return sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size,
                           nullptr, sodium_base64_VARIANT_ORIGINAL_NO_PADDING) == 0 &&
         size == Size;
}

/// nullopt if `hash` does not have the form that `hash_password` makes.
std::optional<HashParts> read_hash(const std::string& hash) {
  HashParts parts;
  int end = 0;
  if (std::sscanf(hash.c_str(), "$argon2id$v=19$m=%zu,t=%llu,p=1$%n", &parts.kibibytes,
                  &parts.operations, &end) != 2 ||
      end == 0) {
    return std::nullopt;
  }
  constexpr std::size_t k_most_kibibytes = 1024 * 1024;
  constexpr unsigned long long k_most_operations = 16;
  const std::string_view rest = std::string_view(hash).substr(static_cast<std::size_t>(end));
  const std::size_t middle = rest.find('$');
  const bool is_good = middle != std::string_view::npos && parts.kibibytes <= k_most_kibibytes &&
                       parts.kibibytes >= crypto_pwhash_MEMLIMIT_MIN / 1024 &&
                       parts.operations >= crypto_pwhash_OPSLIMIT_MIN &&
                       parts.operations <= k_most_operations &&
                       read_base64(rest.substr(0, middle), parts.salt) &&
                       read_base64(rest.substr(middle + 1), parts.digest);
  if (!is_good) return std::nullopt;
  return parts;
}

}  // namespace

std::string hash_password(std::string_view password) {
  require_sodium();
  std::array<char, crypto_pwhash_STRBYTES> text{};
  if (crypto_pwhash_str(text.data(), password.data(), password.size(),
                        crypto_pwhash_OPSLIMIT_INTERACTIVE,
                        crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
    throw std::bad_alloc();
  }
  return text.data();
}

bool is_password(const std::string& hash, std::string_view password) {
  require_sodium();
  const auto parts = read_hash(hash);
  if (!parts) return false;
  Digest made{};
  // Not crypto_pwhash_str_verify: it does not distinguish a wrong password from a lack of memory.
  if (crypto_pwhash(made.data(), made.size(), password.data(), password.size(), parts->salt.data(),
                    parts->operations, parts->kibibytes * 1024,
                    crypto_pwhash_ALG_ARGON2ID13) != 0) {
    throw std::bad_alloc();
  }
  return sodium_memcmp(made.data(), parts->digest.data(), made.size()) == 0;
}

}  // namespace lotkeeper::base
