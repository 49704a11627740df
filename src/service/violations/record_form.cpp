#include "service/violations/record_form.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <boost/json/serialize.hpp>

#include "domain/day.hpp"
#include "domain/money.hpp"

namespace lotkeeper::service {
namespace {

using base::JsonMember;
using base::JsonValue;
using Kind = JsonValue::Kind;

void append_text(std::string& out, std::string_view text) {
  const bool is_plain = std::ranges::all_of(
      text, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; });
  if (is_plain) {
    out += '"';
    out += text;
    out += '"';
  } else {
    out += boost::json::serialize(boost::json::string_view(text.data(), text.size()));
  }
}

std::string format_time(base::Instant instant) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(instant);
  std::string text = domain::format_utc(instant);
  text.pop_back();  // the Z
  text += fmt::format(".{:03}000Z", (instant - seconds).count());
  return text;
}

/// Reads `2016-05-03T20:00:00.000000Z`. The fraction (up to 6 digits) and the Z are optional.
std::optional<base::Instant> parse_time(std::string_view text) {
  if (text.ends_with('Z')) text.remove_suffix(1);
  std::int64_t milliseconds = 0;
  if (const std::size_t point = text.find('.'); point != std::string_view::npos) {
    std::string digits(text.substr(point + 1));
    if (digits.empty() || digits.size() > 6 ||
        !std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; })) {
      return std::nullopt;
    }
    digits.resize(6, '0');
    milliseconds = std::stoll(digits.substr(0, 3));
    text = text.substr(0, point);
  }
  const auto wall = domain::parse_wall_time(std::string(text) + "Z");
  const auto readings = wall ? domain::TimeZone::utc().resolve(*wall) : std::nullopt;
  if (!readings) return std::nullopt;
  return readings->first + std::chrono::milliseconds(milliseconds);
}

std::optional<std::int64_t> parse_whole(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// A record that is wrong throughout is not a violation at all, and nobody reads a hundred messages.
constexpr std::size_t k_most_faults = 20;

bool has_control_character(std::string_view text, bool may_have_lines) {
  return std::ranges::any_of(text, [may_have_lines](char c) {
    if (may_have_lines && (c == '\t' || c == '\n' || c == '\r')) return false;
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
}

bool is_text_or_number(const JsonValue& value) {
  return value.kind == Kind::string || value.kind == Kind::number;
}

}  // namespace

std::string to_json_text(const JsonValue& value) {
  std::string out;
  switch (value.kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
    case Kind::number:
      return value.text;
    case Kind::string:
      append_text(out, value.text);
      return out;
    case Kind::array:
      out += '[';
      for (const JsonValue& item : value.items) {
        if (out.size() > 1) out += ',';
        out += to_json_text(item);
      }
      return out + ']';
    case Kind::object:
      out += '{';
      for (const JsonMember& member : value.members) {
        if (out.size() > 1) out += ',';
        append_text(out, member.key);
        out += ':';
        out += to_json_text(member.value);
      }
      return out + '}';
  }
  return out;
}

Carried read_carried(const std::optional<std::string>& object) {
  Carried carried;
  if (!object) return carried;
  const auto parsed = base::parse_json(*object);
  if (!parsed) return carried;
  for (const JsonMember& member : parsed->members) {
    carried.emplace_back(member.key, to_json_text(member.value));
  }
  return carried;
}

std::optional<std::string> write_carried(const Carried& carried) {
  if (carried.empty()) return std::nullopt;
  std::string object = "{";
  for (const auto& [key, json] : carried) {
    if (object.size() > 1) object += ',';
    append_text(object, key);
    object += ':';
    object += json;
  }
  return object + '}';
}

void RecordWriter::name(std::string_view key) {
  if (!m_is_first) m_out += ',';
  m_is_first = false;
  m_out += '"';
  m_out += key;
  m_out += "\":";
}

void RecordWriter::raw(std::string_view key, std::string_view json) {
  name(key);
  m_out += json;
}

void RecordWriter::number(std::string_view key, std::int64_t value, NumberRange) {
  name(key);
  fmt::format_to(std::back_inserter(m_out), "{}", value);
}

void RecordWriter::number(std::string_view key, const std::optional<std::int64_t>& value,
                          NumberRange) {
  if (value) return number(key, *value);
  raw(key, "null");
}

void RecordWriter::text(std::string_view key, const std::string& value) {
  name(key);
  append_text(m_out, value);
}

void RecordWriter::text(std::string_view key, const std::optional<std::string>& value) {
  if (value) return text(key, *value);
  raw(key, "null");
}

void RecordWriter::time(std::string_view key, base::Instant value) {
  name(key);
  append_text(m_out, format_time(value));
}

void RecordWriter::time(std::string_view key, const std::optional<base::Instant>& value) {
  if (value) return time(key, *value);
  raw(key, "null");
}

void RecordWriter::date(std::string_view key, const std::optional<std::string>& value) {
  const auto begin = value ? domain::begin_of_day(*value, m_zone) : std::nullopt;
  if (begin) return time(key, *begin);
  raw(key, "null");
}

void RecordWriter::money(std::string_view key, std::int64_t cents) {
  raw(key, domain::to_json_number(domain::Money{cents}));
}

void RecordWriter::tax(std::string_view key, std::int64_t hundredths) {
  raw(key, fmt::format("\"{}{}.{:04}\"", hundredths < 0 ? "-" : "", std::abs(hundredths / 10'000),
                       std::abs(hundredths % 10'000)));
}

void RecordWriter::carried(std::string_view key, std::string_view usual) {
  for (const auto& [name, json] : m_carried) {
    if (name == key) return raw(key, json);
  }
  raw(key, usual);
}

const JsonValue* RecordReader::find(std::string_view key) const {
  for (const JsonMember& member : m_object->members) {
    if (member.key == key) return member.value.kind == Kind::null ? nullptr : &member.value;
  }
  return nullptr;
}

void RecordReader::refuse(std::string_view key, std::string_view wanted) {
  if (m_faults.size() >= k_most_faults) return;
  m_faults.push_back({domain::ErrorCode::field_invalid, std::string(key),
                      fmt::format("\"{}\" must be {}.", key, wanted)});
}

const JsonValue* RecordReader::find_required(std::string_view key, std::string_view wanted) {
  const JsonValue* value = find(key);
  if (value == nullptr) refuse(key, wanted);
  return value;
}

void RecordReader::number(std::string_view key, std::int64_t& value, NumberRange range) {
  const JsonValue* sent = find(key);
  const auto parsed =
      sent != nullptr && is_text_or_number(*sent) ? parse_whole(sent->text) : std::nullopt;
  if (!parsed || (!m_is_own && (*parsed < range.least || *parsed > range.most))) {
    return refuse(key, fmt::format("a whole number from {} to {}", range.least, range.most));
  }
  value = *parsed;
}

void RecordReader::number(std::string_view key, std::optional<std::int64_t>& value,
                          NumberRange range) {
  if (find(key) != nullptr) number(key, value.emplace(), range);
}

void RecordReader::id(std::string_view key, std::int64_t& value) { number(key, value, k_ids); }

void RecordReader::id(std::string_view key, std::optional<std::int64_t>& value) {
  number(key, value, {0, k_ids.most});
}

void RecordReader::bit(std::string_view key, bool& value) {
  constexpr std::string_view k_wanted = "0 or 1";
  const JsonValue* sent = find_required(key, k_wanted);
  if (sent == nullptr) return;
  value = sent->text == "1" || sent->text == "true";
  if (!value && sent->text != "0" && sent->text != "false") refuse(key, k_wanted);
}

void RecordReader::flag(std::string_view key, bool& value) { bit(key, value); }

bool RecordReader::read_text(std::string_view key, std::string& value, bool may_have_lines) {
  const JsonValue* sent = find_required(key, "text");
  if (sent == nullptr) return false;
  if (!is_text_or_number(*sent)) {
    refuse(key, "text");
  } else if (!m_is_own && has_control_character(sent->text, may_have_lines)) {
    refuse(key, may_have_lines ? "text without control characters except tabs and line breaks"
                               : "text without control characters");
  } else {
    value = sent->text;
    return true;
  }
  return false;
}

void RecordReader::text(std::string_view key, std::string& value) {
  (void)read_text(key, value, false);
}

void RecordReader::text(std::string_view key, std::optional<std::string>& value) {
  if (find(key) != nullptr) text(key, value.emplace());
}

void RecordReader::lines(std::string_view key, std::optional<std::string>& value) {
  if (find(key) != nullptr) (void)read_text(key, value.emplace(), true);
}

void RecordReader::time(std::string_view key, base::Instant& value) {
  constexpr std::string_view k_wanted = "a time like 2016-05-03T20:00:00.000000Z";
  const JsonValue* sent = find_required(key, k_wanted);
  if (sent == nullptr) return;
  const auto parsed = sent->kind == Kind::string ? parse_time(sent->text) : std::nullopt;
  if (!parsed) return refuse(key, k_wanted);
  value = *parsed;
}

void RecordReader::time(std::string_view key, std::optional<base::Instant>& value) {
  if (find(key) != nullptr) time(key, value.emplace());
}

void RecordReader::date(std::string_view key, std::optional<std::string>& value) {
  std::optional<base::Instant> midnight;
  time(key, midnight);
  if (!midnight) return;
  std::string day = m_zone.date_at(*midnight);
  if (!domain::parse_wall_time(day + "T00:00:00")) {
    return refuse(key, "a time within the years 1 to 9999 in the client's time zone");
  }
  value = std::move(day);
}

void RecordReader::money(std::string_view key, std::int64_t& cents) {
  constexpr std::string_view k_wanted = "an amount from 0 to 99999999.99 with at most two decimals";
  const JsonValue* sent = find_required(key, k_wanted);
  if (sent == nullptr) return;
  const auto parsed = is_text_or_number(*sent) ? domain::read_decimal(sent->text, 2) : std::nullopt;
  if (!parsed || (!m_is_own && *parsed > k_most_cents)) return refuse(key, k_wanted);
  cents = *parsed;
}

void RecordReader::tax(std::string_view key, std::int64_t& hundredths) {
  constexpr std::string_view k_wanted =
      "an amount from 0 to 99999999.99 with at most four decimals";
  const JsonValue* sent = find(key);
  if (sent == nullptr) return;
  const auto parsed = is_text_or_number(*sent) ? domain::read_decimal(sent->text, 4) : std::nullopt;
  if (!parsed || (!m_is_own && *parsed > k_most_cents * 100)) return refuse(key, k_wanted);
  hundredths = *parsed;
}

void RecordReader::carried(std::string_view key, std::string_view usual) {
  for (const JsonMember& member : m_object->members) {
    if (member.key != key) continue;
    if (member.value.kind == Kind::array || member.value.kind == Kind::object) {
      return refuse(key, "a plain value");
    }
    if (member.value.kind == Kind::string && has_control_character(member.value.text, true)) {
      return refuse(key, "text without control characters except tabs and line breaks");
    }
    std::string json = to_json_text(member.value);
    if (json != usual) m_carried.emplace_back(key, std::move(json));
    return;
  }
}

}  // namespace lotkeeper::service
