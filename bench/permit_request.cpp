#include "permit_request.hpp"

#include <chrono>

namespace lotkeeper::bench {

namespace {

constexpr std::uint64_t k_zones = 20;
constexpr std::int64_t k_starts = 21'600;
constexpr std::int64_t k_ends = 43'200;

// Coprime to the number of plates, so consecutive permits land far apart in an index on plates.
constexpr std::uint64_t k_plate_step = 7'368'787;

}  // namespace

PermitRequest::PermitRequest(std::string_view host, std::string_view path, std::string_view token,
                             std::int64_t epoch_seconds)
    : m_epoch(epoch_seconds) {
  m_text = "{\"apiToken\":\"";
  m_text += token;
  m_text += '"';
  m_amount = add_attribute("Amount", "00.00");
  m_text += ",\"CurrencyID\":\"CAD\"";
  m_plate = add_attribute("LicencePlate", "AAAA000");
  m_zone = add_attribute("zone", "Lot 00");
  m_ticket = add_attribute("permitNo", "B-000000000");
  m_start = add_attribute("startTime", "0000-00-00T00:00:00");
  m_end = add_attribute("endTime", "0000-00-00T00:00:00");
  m_text += '}';

  std::string head = "POST ";
  head += path;
  head += " HTTP/1.1\r\nHost: ";
  head += host;
  head += "\r\nContent-Type: application/json\r\nContent-Length: ";
  head += std::to_string(m_text.size());
  head += "\r\n\r\n";
  m_text.insert(0, head);
  for (std::size_t* at : {&m_amount, &m_plate, &m_zone, &m_ticket, &m_start, &m_end})
    *at += head.size();
}

std::string_view PermitRequest::number(std::uint64_t n) {
  const auto serial = static_cast<std::int64_t>(n);
  const std::int64_t start = m_epoch - 60 - serial % k_starts;
  const std::int64_t end = m_epoch + 7200 + (serial / k_starts + serial) % k_ends;

  put_digits(m_amount, 2, 10 + n % 90);
  put_digits(m_amount + 3, 2, n % 100);
  put_plate(n);
  put_digits(m_zone + 4, 2, n % k_zones + 1);
  put_digits(m_ticket + 2, 9, n);
  put_time(m_start, start);
  put_time(m_end, end);
  return m_text;
}

std::size_t PermitRequest::add_attribute(std::string_view name, std::string_view sample) {
  m_text += ",\"";
  m_text += name;
  m_text += "\":\"";
  const std::size_t at = m_text.size();
  m_text += sample;
  m_text += '"';
  return at;
}

void PermitRequest::put_digits(std::size_t at, std::size_t width, std::uint64_t value) {
  for (std::size_t place = at + width; place > at; value /= 10)
    m_text[--place] = static_cast<char>('0' + value % 10);
}

void PermitRequest::put_time(std::size_t at, std::int64_t seconds) {
  using namespace std::chrono;
  const sys_seconds instant{std::chrono::seconds{seconds}};
  const sys_days day = floor<days>(instant);
  const year_month_day date{day};
  const hh_mm_ss clock{instant - day};
  const auto put = [&](std::size_t offset, std::size_t width, auto value) {
    put_digits(at + offset, width, static_cast<std::uint64_t>(value));
  };

  put(0, 4, static_cast<int>(date.year()));
  put(5, 2, static_cast<unsigned>(date.month()));
  put(8, 2, static_cast<unsigned>(date.day()));
  put(11, 2, clock.hours().count());
  put(14, 2, clock.minutes().count());
  put(17, 2, clock.seconds().count());
}

void PermitRequest::put_plate(std::uint64_t n) {
  const std::uint64_t serial = n * k_plate_step % k_plates;
  put_digits(m_plate + 4, 3, serial % 1000);
  std::uint64_t letters = serial / 1000;
  for (std::size_t place = 4; place > 0; letters /= 26)
    m_text[m_plate + --place] = static_cast<char>('A' + letters % 26);
}

}  // namespace lotkeeper::bench
