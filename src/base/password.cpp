#include "base/password.hpp"

#include <sodium.h>

#include <array>
#include <cerrno>
#include <new>
#include <stdexcept>

namespace lotkeeper::base {
namespace {

void require_sodium() {
  static const bool ready = sodium_init() >= 0;
  if (!ready) throw std::runtime_error("libsodium could not be initialised");
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
  if (hash.size() >= crypto_pwhash_STRBYTES) return false;
  errno = 0;
  if (crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0) return true;
  // It answers alike to a wrong password and to a lack of memory.
  if (errno == ENOMEM) throw std::bad_alloc();
  return false;
}

}  // namespace lotkeeper::base
