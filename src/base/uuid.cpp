#include "base/uuid.hpp"

#include <algorithm>
#include <cstddef>

#include "base/secret.hpp"

namespace lotkeeper::base {
namespace {

constexpr std::size_t k_text_length = 36;

constexpr bool is_dash_position(std::size_t at) {
  return at == 8 || at == 13 || at == 18 || at == 23;
}

/// 0–15, or -1 if `c` is not a hexadecimal digit.
constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Buffers randomness: asking the kernel for each reference would cost a system call per push.
class RandomBuffer {
 public:
  template <std::size_t Size>
  std::array<std::uint8_t, Size> take() {
    if (m_used + Size > k_capacity) {
      fill_with_randomness(m_bytes);
      m_used = 0;
    }
    std::array<std::uint8_t, Size> taken{};
    std::copy_n(m_bytes.begin() + static_cast<std::ptrdiff_t>(m_used), Size, taken.begin());
    m_used += Size;
    return taken;
  }

 private:
  static constexpr std::size_t k_capacity = 4096;

  std::array<std::uint8_t, k_capacity> m_bytes{};
  std::size_t m_used = k_capacity;
};

struct Generator {
  RandomBuffer random;
  std::uint64_t millisecond = 0;
  /// RFC 9562, section 6.2, method 1: twelve bits after the time that count up within one
  /// millisecond.
  std::uint32_t counter = 0;
};

constexpr std::uint32_t k_counter_end = 1U << 12U;
constexpr std::uint64_t k_most_ahead_ms = 5'000;

void advance(Generator& generator, Instant now, std::uint32_t seed) {
  const auto millisecond = static_cast<std::uint64_t>(std::max<std::int64_t>(to_epoch_ms(now), 0));
  // A clock that was ahead for a moment must not date all later references.
  const bool is_far_ahead = generator.millisecond > millisecond + k_most_ahead_ms;
  if (millisecond > generator.millisecond || is_far_ahead) {
    generator.millisecond = millisecond;
  } else if (++generator.counter < k_counter_end) {
    return;
  } else {
    ++generator.millisecond;
  }
  // Start in the lower half, so that each millisecond has room for two thousand more.
  generator.counter = seed % (k_counter_end / 2);
}

}  // namespace

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != k_text_length) return std::nullopt;

  Uuid uuid;
  std::size_t digit = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_dash_position(at)) {
      if (text[at] != '-') return std::nullopt;
      continue;
    }
    const int value = hex_value(text[at]);
    if (value < 0) return std::nullopt;
    auto& byte = uuid.bytes[digit / 2];
    byte = static_cast<std::uint8_t>((byte << 4U) | value);
    ++digit;
  }
  return uuid;
}

std::string Uuid::to_string() const {
  constexpr std::string_view k_digits = "0123456789abcdef";
  std::string text(k_text_length, '-');
  std::size_t at = 0;
  for (const std::uint8_t byte : bytes) {
    if (is_dash_position(at)) ++at;
    text[at++] = k_digits[byte >> 4U];
    text[at++] = k_digits[byte & 0x0FU];
  }
  return text;
}

Uuid make_uuid_v7(Instant now) {
  thread_local Generator generator;
  const auto random = generator.random.take<10>();
  advance(generator, now, static_cast<std::uint32_t>(random[8] << 8U | random[9]));

  Uuid uuid;
  for (std::size_t i = 0; i < 6; ++i) {
    uuid.bytes[i] = static_cast<std::uint8_t>(generator.millisecond >> (40U - 8U * i));
  }
  uuid.bytes[6] = static_cast<std::uint8_t>(0x70U | (generator.counter >> 8U));
  uuid.bytes[7] = static_cast<std::uint8_t>(generator.counter);
  std::copy_n(random.begin(), 8, uuid.bytes.begin() + 8);
  uuid.bytes[8] = static_cast<std::uint8_t>(0x80U | (uuid.bytes[8] & 0x3FU));
  return uuid;
}

}  // namespace lotkeeper::base
