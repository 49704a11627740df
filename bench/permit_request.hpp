#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lotkeeper::bench {

/// Writes the n-th `permits/push` request into one buffer of constant length.
///
/// Every n below k_plates has its own plate, ticket number and pair of start and end, and is valid
/// from the epoch until two hours later. `wrk/permit.lua` makes the same permit of the same n.
class PermitRequest {
 public:
  /// Plates are four letters and three digits.
  static constexpr std::uint64_t k_plates = 26ULL * 26 * 26 * 26 * 1000;

  PermitRequest(std::string_view host, std::string_view path, std::string_view token,
                std::int64_t epoch_seconds);

  /// The whole request, valid until the next call.
  std::string_view number(std::uint64_t n);

 private:
  std::size_t add_attribute(std::string_view name, std::string_view sample);
  void put_digits(std::size_t at, std::size_t width, std::uint64_t value);
  void put_time(std::size_t at, std::int64_t seconds);
  void put_plate(std::uint64_t n);

  std::int64_t m_epoch;
  std::string m_text;
  std::size_t m_amount = 0;
  std::size_t m_plate = 0;
  std::size_t m_zone = 0;
  std::size_t m_ticket = 0;
  std::size_t m_start = 0;
  std::size_t m_end = 0;
};

}  // namespace lotkeeper::bench
